"""The canonical table: its columns, how they are read, checked and merged, and the rejects.

`COLONNES` lists the input columns, `SCHEMA` gives their types:

>>> from batchcalc import schema
>>> [colonne.nom for colonne in schema.COLONNES if colonne.requise]
['siret', 'salarie', 'contrat', 'mois', 'remuneration']
>>> fnal = schema.PAR_NOM["fnal"]
>>> fnal.type, fnal.unite, fnal.defaut, fnal.rubrique
(Decimal(precision=18, scale=2), '%', '0.10', 'S21.G00.81.007')
"""

from batchcalc.schema.accept import colonnes_inconnues
from batchcalc.schema.check import controle
from batchcalc.schema.colonnes import CLE, COLONNES, ORIGINE, PAR_NOM, Colonne
from batchcalc.schema.decimals import decimal, en_euros
from batchcalc.schema.merge import fusionne
from batchcalc.schema.parse import Normalise, normalise, vide
from batchcalc.schema.physique import PHYSIQUE, complete, sans_vides
from batchcalc.schema.publique import SCHEMA, publique
from batchcalc.schema.rejets import REJETS, Rejet, from_rejets, no_rejets, rejets

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
    "vide",
]
