"""Files that must be refused, each for one reason, in whole or in part."""

from __future__ import annotations

from datetime import date

from batchcalc.generate.enveloppe import pied
from batchcalc.generate.fiches import Fiche, employeur, octets, payer
from batchcalc.rules.load import Rules

_JANVIER = date(2026, 1, 1)
_ENTREE = date(2023, 10, 2)

MAUVAIS = (
    ("tronque.dsn", "cut in the middle of a line, no S90", "file refused or reported: incomplete"),
    ("s90-faux.dsn", "S90.G00.90.001 is not the number of lines", "file reported"),
    ("cle-illisible.dsn", "a key that is not a rubrique", "the line reported, the rest read"),
    ("sans-guillemets.dsn", "a value without quotes", "the line reported, the rest read"),
    ("base-sans-contrat.dsn", "two contracts, no 78.006", "the base rejected, not guessed"),
    ("contrat-inconnu.dsn", "78.006 is no 40.009 of the person", "the base rejected"),
    ("contrat-double.dsn", "the same 40.009 twice for one person", "reported"),
    ("montant-non-numerique.dsn", "an amount in letters", "the row rejected"),
    ("mois-13.dsn", "main month 01132026", "the declaration rejected"),
    ("dix-huit-chiffres.dsn", "an amount of 18 digits", "the row rejected, no overflow"),
    ("vide.dsn", "no byte at all", "file refused"),
)


def mauvais_fichiers(rules: Rules) -> dict[str, bytes]:
    """Every bad file: one sound person beside the one at fault.

    Raises:
        ValueError: the text to spoil is not in the sound file.
    """
    sain = _sain(rules)
    base = "S21.G00.78.004,'2050.00'"
    numero = "S21.G00.78.006,'C00002001'\r\n"
    contrat = sain[sain.index("S21.G00.40.001") : sain.index("S21.G00.70.004")]
    textes = {
        "tronque.dsn": sain[: sain.index(base) + 18],
        "s90-faux.dsn": _gate(sain, "S90.G00.90.001,'", "S90.G00.90.001,'9"),
        "cle-illisible.dsn": _gate(sain, base, "S21G00.78004,'2050.00'"),
        "sans-guillemets.dsn": _gate(sain, base, "S21.G00.78.004,2050.00"),
        "base-sans-contrat.dsn": _recompte(_gate(sain, numero, "")),
        "contrat-inconnu.dsn": _gate(sain, numero, numero.replace("2001", "9999")),
        "contrat-double.dsn": _recompte(_gate(sain, contrat, contrat + contrat)),
        "montant-non-numerique.dsn": _gate(sain, base, "S21.G00.78.004,'DEUX MILLE'"),
        "mois-13.dsn": _gate(sain, "S20.G00.05.005,'01012026'", "S20.G00.05.005,'01132026'"),
        "dix-huit-chiffres.dsn": _gate(sain, base, "S21.G00.78.004,'999999999999999999.00'"),
        "vide.dsn": "",
    }
    return {nom: octets(texte) for nom, texte in textes.items()}


def _sain(rules: Rules) -> str:
    fiches = [
        Fiche(2_001, 205_000, _ENTREE, numero=2_001),
        Fiche(2_001, 61_000, _ENTREE, numero=2_002, quotite_e2=4_500),
        Fiche(2_003, 231_000, _ENTREE),
    ]
    return payer(fiches, [employeur(50)], (_JANVIER,), rules).envoi(0)


def _gate(texte: str, avant: str, apres: str) -> str:
    """Spoil every occurrence."""
    if avant not in texte:
        raise ValueError(f"nothing to spoil: {avant[:14]}")
    return texte.replace(avant, apres)


def _recompte(texte: str) -> str:
    """Set the count of lines right again, so that only the intended fault remains."""
    corps = texte[: texte.index("S90.G00.90.001")]
    return corps + pied(corps.count("\n"), 1)
