"""What surrounds the declarations: the sender, the header of each, the closing count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from batchcalc.generate.identite import adresse, nic, siren
from batchcalc.generate.lignes import bloc, jour

ENCODAGE = "latin-1"
MENSUELLE, FIN_DE_CONTRAT = "01", "07"


@dataclass(frozen=True, slots=True)
class Enveloppe:
    """The header of a declaration.

    Attributes:
        type: 01 normal, 03 cancels and replaces.
        fraction: 11 whole, XY fraction X of Y.
        ordre: order number; the highest of a month is the one in force.
        remplacee: identifier of the declaration it replaces.
        nature: 01 monthly, 07 end of a single contract (which has no main month).
    """

    type: str = "01"
    fraction: str = "11"
    ordre: int = 1
    remplacee: str | None = None
    nature: str = MENSUELLE

    def texte(self, mois: date, constitution: date) -> str:
        """Blocks 05 and 07."""
        declaration = bloc(
            "S20.G00.05",
            ("001", self.nature),
            ("002", self.type),
            ("003", self.fraction),
            ("004", str(self.ordre)),
            ("005", jour(mois) if self.nature == MENSUELLE else None),
            ("006", self.remplacee),
            ("007", jour(constitution)),
            ("008", "01"),
            ("010", "01"),
        )
        contact = bloc(
            "S20.G00.07",
            ("001", "SERVICE DE L'EXEMPLE"),
            ("002", "0199000000"),
            ("003", "paie@exemple.invalid"),
            ("004", "01"),
        )
        return declaration + contact


def entete(mois: date) -> str:
    """Blocks S10: the sender, an invented payroll bureau; a test file (S10.G00.00.005 = 01)."""
    emetteur = siren(9)
    lieu = adresse(1)
    return (
        bloc(
            "S10.G00.00",
            ("001", "BATCHCALC"),
            ("002", "GENERATEUR D'EXEMPLES"),
            ("003", "1"),
            ("005", "01"),
            ("006", f"P{mois.year % 100:02d}V01"),
            ("007", "01"),
            ("008", "01"),
        )
        + bloc(
            "S10.G00.01",
            ("001", emetteur),
            ("002", nic(emetteur, 1)),
            ("003", "CABINET D'EXEMPLE"),
            ("004", lieu.voie),
            ("005", lieu.code_postal),
            ("006", lieu.ville),
        )
        + bloc(
            "S10.G00.02",
            ("001", "01"),
            ("002", "TÉMOIN ALIX"),
            ("004", "paie@exemple.invalid"),
            ("005", "0199000000"),
        )
    )


def pied(rubriques: int, declarations: int) -> str:
    """Block S90; the count of lines includes its own two."""
    return bloc("S90.G00.90", ("001", str(rubriques + 2)), ("002", str(declarations)))


def envoi(mois: date, declarations: Sequence[str]) -> str:
    """One whole envoi, S10 to S90."""
    corps = entete(mois) + "".join(declarations)
    return corps + pied(corps.count("\n"), len(declarations))
