"""Why a row is set apart: column, code and sentence, and what may be shown of its values.

One place for all readers of rows, whatever their rows are made of.
"""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from batchcalc.schema.colonnes import Colonne

CHIFFRES: Final = 12
"""Digits before the decimal point that are read; with six decimals an int64 holds no more."""

JOUR: Final = r"^[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?$"
TROP_LONG: Final = rf"^-?0*[0-9]{{{CHIFFRES + 1},}}(?:\.[0-9]+)?$"
DECIMALES: Final = r"^-?[0-9]+\.[0-9]+$"

LONGUEUR_MAXIMALE: Final = 40
"""Characters of a value that are shown."""

# In a row shifted by one column, a NIR (13 digits, or 15 with its key; 2A or 2B in Corsica) may
# stand under any name.
NIR: Final = r"[1-478][\s.]*(?:[0-9][\s.]*){5}[0-9AB][\s.]*(?:[0-9][\s.]*){6}"
CONTROLE: Final = r"[\x00-\x1f\x7f-\x9f]"

SIRET_MONTRABLE: Final = 13
"""Characters from which a siret that is none may be a NIR in the wrong column."""


class Raison(NamedTuple):
    """One way a row can be wrong: the column at fault, a stable code, what is wrong and to do."""

    colonne: str
    code: str
    message: str


def nombre(colonne: Colonne) -> str:
    """Pattern of a number that can be read, with a decimal point and no blanks."""
    # Zeros after the last decimal kept change nothing; the length stays bounded.
    return rf"-?[0-9]{{1,{CHIFFRES}}}(?:\.[0-9]{{1,{colonne.echelle}}}0{{0,12}})?"


# --- Cells that cannot be read


def date_illisible(colonne: Colonne) -> Raison:
    """Not a month or a day."""
    message = f"{colonne.nom} is not a date. Write 2026-01, or a day of it as 2026-01-31."
    return Raison(colonne.nom, "mois-illisible", message)


def trop_de_chiffres(colonne: Colonne) -> Raison:
    """More digits than can be read."""
    message = f"{colonne.nom} has more than {CHIFFRES} digits. Check the source."
    return Raison(colonne.nom, "hors-bornes", message)


def trop_de_decimales(colonne: Colonne) -> Raison:
    """More decimals than are kept."""
    message = (
        f"{colonne.nom} has more than {colonne.echelle} decimals, and nothing is rounded on"
        " the way in. Round it at the source."
    )
    return Raison(colonne.nom, "trop-de-decimales", message)


def nombre_illisible(colonne: Colonne) -> Raison:
    """Not a number."""
    code = "montant-illisible" if colonne.genre == "montant" else "nombre-illisible"
    message = (
        f"{colonne.nom} is not a number. Write digits and a decimal point or comma, with a"
        " minus sign where negative: 1801.80."
    )
    return Raison(colonne.nom, code, message)


# --- Values that cannot be used


def mois_hors_periode(premier: date, dernier: date) -> Raison:
    """A month the rules do not cover."""
    message = (
        f"The rules cover {premier:%Y-%m} to {dernier:%Y-%m}. Remove the row, or give a rule file"
        " that covers its month."
    )
    return Raison("mois", "mois-hors-periode", message)


def vide(colonne: Colonne) -> Raison:
    """A required cell without a value."""
    message = f"{colonne.nom} is empty. Fill it in: the column is required."
    return Raison(colonne.nom, "colonne-vide", message)


SIRET_INVALIDE: Final = Raison(
    "siret", "siret-invalide", "siret is not 14 digits. Give it as text, with its leading zeros."
)

MOTIF_INVALIDE: Final = Raison(
    "motif_exclusion",
    "valeur-inconnue",
    "motif_exclusion is not a short word. Use a-z, 0-9 and underscores.",
)


def valeur_inconnue(colonne: Colonne) -> Raison:
    """Not one of the values of the column."""
    noms = [f"{v / 100:.2f}" if isinstance(v, int) else v for v in colonne.valeurs]
    message = f"{colonne.nom} is not one of its values. Give {', '.join(noms)}."
    return Raison(colonne.nom, "valeur-inconnue", message)


def hors_bornes(colonne: Colonne) -> Raison:
    """Less than the least value, or more than the greatest."""
    least, most = colonne.bornes or (0, 0)
    unites = 10**colonne.echelle
    message = (
        f"{colonne.nom} is out of range ({least / unites:.15g} to {most / unites:.15g}"
        f"{' ' + colonne.unite if colonne.unite else ''}). Check its unit and its sign."
    )
    return Raison(colonne.nom, "hors-bornes", message)


# --- Rows that do not go together


def incoherent(colonne: Colonne) -> Raison:
    """Rows of one contract-month that differ where they must agree."""
    message = (
        f"Rows of the same contract and month differ in {colonne.nom}. Give one value, or leave it"
        " empty in the corrections."
    )
    return Raison(colonne.nom, "doublon-incoherent", message)


def presence_incomplete(nom: str) -> Raison:
    """One half of the presence ratio without the other."""
    message = (
        f"{nom} is empty where its counterpart is given. Give remuneration_due and"
        " remuneration_habituelle together, or neither."
    )
    return Raison(nom, "presence-incoherente", message)


PRESENCE_NULLE: Final = Raison(
    "remuneration_habituelle",
    "presence-incoherente",
    "remuneration_habituelle is 0 where remuneration_due is not. Give the pay of a full month.",
)

SMIC_HORS_BORNES: Final = Raison(
    "smic_retenu",
    "hors-bornes",
    "The SMIC term of the month exceeds one million euros:"
    " check contract time, presence ratio and hours.",
)
