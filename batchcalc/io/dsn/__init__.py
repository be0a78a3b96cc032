"""DSN files (norme NEODeS) to contract-months.

A scan of the bytes fills tables (`tables`, `lot`), one for each block of `rubriques`; contracts,
months, declarations and errors are read off them (`contrats`, `mois`, `declarations`, `erreurs`,
`controles`, `rejets`); `retenues` decides across files what counts.
"""

from batchcalc.io.dsn.reader import DsnLecture, read_dsn

__all__ = ["DsnLecture", "read_dsn"]
