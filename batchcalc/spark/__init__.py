"""The same computation over a Spark DataFrame (docs/spark.md); needs `batchcalc-paie[spark]`.

Imported by name, on the driver only: workers import `batchcalc.arrow`, and never polars.
"""

from batchcalc.spark.calcul import Distributed, compute
from batchcalc.spark.publication import publish

__all__ = ["Distributed", "compute", "publish"]
