"""The choices the law leaves to the employer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from batchcalc.errors import ConfigError

Regularisation = Literal["progressive", "annuelle"]
ConventionSmic = Literal["52/12", "151.67"]

ABATTEMENT_MAXIMAL = 15

_CHOIX: Final = {"regularisation": Regularisation, "convention_smic": ConventionSmic}


@dataclass(frozen=True, slots=True)
class Options:
    """How one run computes.

    Attributes:
        regularisation: progressive or annual (D.241-9).
        convention_smic: hours of a month: 35 x 52/12 (D.241-7), or 151.67 by tolerance (BOSS 630).
        abattement_anticipation: percent taken off the anticipations of annual mode, 0 to 15
            (BOSS 1120); the last month settles the difference.
        tolerances: keep, for contracts that ended in their dates, what the administration allows:
            rules of 2024 on rate cuts and PPV in January and February 2025, SMIC in force in June
            2026 (BOSS 360).

    Raises:
        ConfigError: `option-inconnue`, `abattement-hors-bornes`.
    """

    regularisation: Regularisation = "progressive"
    convention_smic: ConventionSmic = "52/12"
    abattement_anticipation: int = 0
    tolerances: bool = False

    def __post_init__(self) -> None:
        for nom, choix in _CHOIX.items():
            if getattr(self, nom) not in get_args(choix):
                raise ConfigError(
                    f"The option {nom} has no such value.",
                    hint=f"Give {' or '.join(get_args(choix))}.",
                    code="option-inconnue",
                )
        if not 0 <= self.abattement_anticipation <= ABATTEMENT_MAXIMAL:
            raise ConfigError(
                f"The anticipation cannot be lowered by {self.abattement_anticipation} %.",
                hint=f"Give 0 to {ABATTEMENT_MAXIMAL} (BOSS 1120).",
                code="abattement-hors-bornes",
            )
