"""Files scanned into growable tables of integers, and the texts and contracts they point to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from batchcalc.io import dsn_codes as codes
from batchcalc.io import dsn_rubriques as rubriques
from batchcalc.io.archive import Contenu
from batchcalc.kernels import dsn_scan as k

Entiers = NDArray[np.int64]

TRANCHE: Final = 96 << 20
"""Bytes read before the tables are emptied, at the next person."""

PLUS_D_ERREURS: Final = 1 << 16
"""Errors in the tables before a file is given up."""

ABSENT: Final = k.ORPHAN + 1
"""Code of an error the scan does not see: a rubrique that must be there is not."""

ENTETES: Final = (k.ENVOI, k.DECLARATION, k.ENTREPRISE, k.ETABLISSEMENT, k.TOTAL)
"""Tables that are kept when the others are emptied."""

JAMAIS: Final = 99_999_999
"""Last day of a contract that has not ended."""

_TEXTES: Final = (
    (k.ENTREPRISE, "siren"),
    (k.ETABLISSEMENT, "nic"),
    (k.BORDEREAU, "entite"),
    (k.CONTRAT, "numero"),
)
_RATTACHES: Final = (k.REMUNERATION, k.PRIME, k.REVENU, k.BASE)
_CAPACITE: Final = 4096


@dataclass(slots=True)
class Lot:
    """The rows of the files read so far.

    Attributes:
        fichiers: their names.
        textes: texts of a field, one a row; those of persons stand under `(INDIVIDU, "salarie")`.
        fichier: which file each row of a table comes from.
        contrat: which contract each row of a table names.
        valeurs: text of the value of each error, where it may be shown.
        inacheves: persons whose envoi stops short.
        abandons: files given up, and at which line.
        lignes, portail, inconnues: lines read, of the portal, of unknown blocks.
        ouvert: envoi whose end may be further in the file, -1 for none.
    """

    fichiers: list[str] = field(default_factory=list)
    textes: dict[tuple[int, str], list[str | None]] = field(default_factory=dict)
    fichier: dict[int, list[Entiers]] = field(default_factory=dict)
    contrat: dict[int, list[Entiers]] = field(default_factory=dict)
    valeurs: list[str | None] = field(default_factory=list)
    abandons: list[tuple[int, int]] = field(default_factory=list)
    lignes: int = 0
    portail: int = 0
    inconnues: int = 0
    ouvert: int = -1
    _octets: int = 0
    _plan: Entiers = field(default_factory=lambda: _plan_initial())
    _cells: Entiers = field(default_factory=lambda: np.empty(0, np.int64))

    def __post_init__(self) -> None:
        self._cells = _cellules(self._plan)
