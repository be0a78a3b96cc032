"""The canonical table: its columns, how they are read, checked and merged, and the rejects."""

from batchcalc.schema.accept import colonnes_inconnues
from batchcalc.schema.check import controle
from batchcalc.schema.colonnes import CLE, COLONNES, ORIGINE, PAR_NOM, Colonne
from batchcalc.schema.decimals import decimal, en_euros
from batchcalc.schema.merge import fusionne
from batchcalc.schema.parse import Normalise, normalise, vide
from batchcalc.schema.rejets import REJETS, Rejet, from_rejets, no_rejets, rejets

__all__ = [
    "CLE",
    "COLONNES",
    "ORIGINE",
    "PAR_NOM",
    "REJETS",
    "Colonne",
    "Normalise",
    "Rejet",
    "colonnes_inconnues",
    "controle",
    "decimal",
    "en_euros",
    "from_rejets",
    "fusionne",
    "no_rejets",
    "normalise",
    "rejets",
    "vide",
]
