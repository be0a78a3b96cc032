"""The units of the tables of law: which texts each one accepts, and how a number is stored."""

from __future__ import annotations

import re
from datetime import date
from typing import get_args

from batchcalc.rules.model import Formule, RegimeBandeau

EN_VIGUEUR = "en_vigueur"

# Decimals a number of each unit may have: the integer inside counts units of the last of them.
DECIMALES = {
    "euro": 2,
    "euro_par_heure": 2,
    "facteur": 2,
    "points": 2,
    "pourcent": 4,
    "salarie": 0,
    "smic": 2,
    "taux": 6,
}
MOTS = {
    "formule": get_args(Formule),
    "regime_bandeau": get_args(RegimeBandeau),
    "oui_non": ("oui", "non"),
}
UNITES = (*sorted({*DECIMALES, *MOTS, "fraction", "jour", "smic_reference"}),)


def lisible(texte: str, unite: str) -> bool:
    """Whether a text is a value of the unit, written exactly."""
    if unite in MOTS:
        return texte in MOTS[unite]
    if unite == "smic_reference":
        return texte == EN_VIGUEUR or _est_date(texte)
    if unite == "jour":
        return _est_date(texte)
    if unite == "fraction":
        return re.fullmatch(r"[1-9][0-9]*/[1-9][0-9]*", texte) is not None
    chiffres = DECIMALES[unite]
    motif = rf"[0-9]+(\.[0-9]{{1,{chiffres}}})?" if chiffres else r"[0-9]+"
    return re.fullmatch(motif, texte) is not None


def forme(unite: str) -> str:
    """How to write a value of the unit: the hint of an error."""
    if unite in MOTS:
        return f"Write one of {', '.join(MOTS[unite])}, in quotes."
    if unite == "smic_reference":
        return f'Write "{EN_VIGUEUR}", or a day in quotes, e.g. "2026-01-01".'
    if unite == "jour":
        return 'Write a day in quotes, e.g. "2024-12-31".'
    if unite == "fraction":
        return 'Write a numerator and a denominator in quotes, e.g. "100/90".'
    return f"Write a number in quotes, with a point and at most {DECIMALES[unite]} decimals."


def _est_date(texte: str) -> bool:
    try:
        return date.fromisoformat(texte).isoformat() == texte
    except ValueError:
        return False
