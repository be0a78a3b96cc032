"""The choices the law leaves to the employer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Regularisation = Literal["progressive", "annuelle"]
ConventionSmic = Literal["52/12", "151.67"]


@dataclass(frozen=True, slots=True)
class Options:
    """How one run computes.

    Attributes:
        regularisation: progressive or annual (D.241-9).
        convention_smic: hours of a month: 35 x 52/12 (D.241-7), or 151.67 by tolerance (BOSS 630).
    """

    regularisation: Regularisation = "progressive"
    convention_smic: ConventionSmic = "52/12"
