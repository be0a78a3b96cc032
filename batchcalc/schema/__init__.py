"""The canonical table: its columns, how they are read, checked and merged, and the rejects.

Names resolve on first use: the columns are read without polars. `COLONNES` lists the input columns,
`SCHEMA` gives their types:

>>> from batchcalc import schema
>>> [colonne.nom for colonne in schema.COLONNES if colonne.requise]
['siret', 'salarie', 'contrat', 'mois', 'remuneration']
>>> fnal = schema.PAR_NOM["fnal"]
>>> fnal.type, fnal.unite, fnal.defaut, fnal.rubrique
(Decimal(precision=18, scale=2), '%', '0.10', 'S21.G00.81.007')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from batchcalc.schema.colonnes import CLE, COLONNES, ORIGINE, PAR_NOM, Colonne

if TYPE_CHECKING:
    from batchcalc.schema.accept import colonnes_inconnues
    from batchcalc.schema.check import controle
    from batchcalc.schema.decimals import decimal, en_euros
    from batchcalc.schema.fautes import (
        REJETS,
        Rejet,
        from_rejets,
        no_rejets,
        rejets,
        tous_les_rejets,
    )
    from batchcalc.schema.merge import fusionne
    from batchcalc.schema.parse import Normalise, normalise, vide
    from batchcalc.schema.physique import PHYSIQUE, complete, sans_vides
    from batchcalc.schema.public import SCHEMA, publique

__all__ = [
    "CLE",
    "COLONNES",
    "ORIGINE",
    "PAR_NOM",
    "PHYSIQUE",
    "REJETS",
    "SCHEMA",
    "Colonne",
    "Normalise",
    "Rejet",
    "colonnes_inconnues",
    "complete",
    "controle",
    "decimal",
    "en_euros",
    "from_rejets",
    "fusionne",
    "no_rejets",
    "normalise",
    "publique",
    "rejets",
    "sans_vides",
    "tous_les_rejets",
    "vide",
]

_HOMES = {
    "accept": ("colonnes_inconnues",),
    "check": ("controle",),
    "decimals": ("decimal", "en_euros"),
    "fautes": ("REJETS", "Rejet", "from_rejets", "no_rejets", "rejets", "tous_les_rejets"),
    "merge": ("fusionne",),
    "parse": ("Normalise", "normalise", "vide"),
    "physique": ("PHYSIQUE", "complete", "sans_vides"),
    "public": ("SCHEMA", "publique"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(import_module(f"batchcalc.schema.{_HOME_OF[name]}"), name)
    raise AttributeError(f"module 'batchcalc.schema' has no attribute {name!r}")
