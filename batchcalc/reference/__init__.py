"""The scalar truth: readable beside the articles of law, exact rationals, standard library only.

`compute` gives the rows of the result, `derive` the whole derivation of each. The modules bear the
names of the kernel files; no kernel is imported here.
"""

from batchcalc.reference.contributions import Ligne, compute, derive

__all__ = ["Ligne", "compute", "derive"]
