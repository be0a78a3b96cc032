"""DSN files (norme NEODeS) to contract-months.

Files are read into a buffer (`tampon`); a scan of its bytes fills tables (`tables`, `lot`), one for
each block of `rubriques`; contracts, months, declarations and errors are read off them (`contrats`,
`sommes`, `mois`, `declarations`, `erreurs`, `controles`, `rejets`); `retenues` decides across files
what counts; `garde` keeps what was read, month by month, for a later run.
"""

from batchcalc.io.dsn.lecture import LotLu
from batchcalc.io.dsn.reader import DsnLecture, ensemble, lis, read_dsn

__all__ = ["DsnLecture", "LotLu", "ensemble", "lis", "read_dsn"]
