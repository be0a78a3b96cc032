"""Contract-months in key order, whatever the files and the order they come in.

Files are read side by side and merged as they go (`fusion`); one that is in no order is first cut
into sorted runs (`courses`). Memory holds a few lots of each, never a whole input.
"""

from batchcalc.flux.avance import en_avance
from batchcalc.flux.courses import Reserve
from batchcalc.flux.fusion import DesordreError, Flux, Lots, Suite, fusion
from batchcalc.flux.robinet import en_lazy, robinet

__all__ = [
    "DesordreError",
    "Flux",
    "Lots",
    "Reserve",
    "Suite",
    "en_avance",
    "en_lazy",
    "fusion",
    "robinet",
]
