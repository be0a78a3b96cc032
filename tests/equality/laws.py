"""Every law there has been, and its coefficient computed a third way: law 2.5, in integers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from batchcalc.rules.load import Rules
from batchcalc.rules.model import Parametres

HALF = Fraction(1, 2)
MOST_SMIC = 99_999_999
MAJORATIONS = ("aucune", "interim", "caisse_conges")


@dataclass(frozen=True)
class Law:
    """One month and one kind of employer, and its parameters."""

    mois: date
    fnal_e4: int
    majoration: str = "aucune"
    perimetre: str = "general"

    @cached_property
    def p(self) -> Parametres:
        return Rules.load().parametres(
            self.mois,
            fnal_e4=self.fnal_e4,
            majoration=self.majoration,
            perimetre=self.perimetre,
        )

    @cached_property
    def b(self) -> Fraction:
        return Fraction(self.p.majoration_num, self.p.majoration_den)

    @cached_property
    def t_min(self) -> Fraction:
        """Tmin x b, ten-thousandths."""
        return self.p.t_min_e6 * self.b / 100

    @cached_property
    def t_delta(self) -> Fraction:
        """(T - Tmin) x b, ten-thousandths."""
        return (self.p.t_e6 - self.p.t_min_e6) * self.b / 100

    @cached_property
    def cap_e4(self) -> int:
        return half_up(self.p.t_e6 * self.b / 100)

    def row(self, s: int, r: int, **columns: object) -> dict[str, object]:
        """A contract of one month: S retained and pay, cents."""
        kind = {"mois": self.mois, "fnal_e4": self.fnal_e4, "majoration": self.majoration}
        data = {"smic_retenu_cents": s, "remuneration_cents": r, "perimetre": self.perimetre}
        return {**kind, **data, **columns}

    def coefficient_e4(self, s: int, r: int) -> int:
        """Rounded half up, then capped; S and R in cents, both positive."""
        if 100 * r >= self.p.seuil_e2 * s:
            return 0
        e4 = self._rgdu_e4(s, r) if self.p.formule == "rgdu" else self._rg_e4(s, r)
        return min(e4, self.cap_e4)

    def _rg_e4(self, s: int, r: int) -> int:
        n, d = self.t_delta.numerator, self.t_delta.denominator
        return (2 * n * (160 * s - 100 * r) + 60 * d * r) // (120 * d * r)

    def _rgdu_e4(self, s: int, r: int) -> int:
        power = (float(3 * s - r) / float(2 * r)) ** 1.75
        near = int(float(self.t_min) + float(self.t_delta) * power)
        return max(k for k in range(near - 1, near + 3) if self.rgdu_reaches(k - HALF, s, r))

    def rgdu_reaches(self, x: Fraction, s: int, r: int) -> bool:
        """Whether Tmin + Tdelta x power >= x: Td**4 (3S - R)**7 >= (x - Tmin)**4 (2R)**7."""
        if x <= self.t_min:
            return True
        return self.t_delta**4 * (3 * s - r) ** 7 >= (x - self.t_min) ** 4 * (2 * r) ** 7


def half_up(x: Fraction) -> int:
    return (2 * x.numerator + x.denominator) // (2 * x.denominator)


RG_MONTHS = (*(date(year, 1, 1) for year in range(2018, 2026)), date(2019, 10, 1), date(2025, 5, 1))
RG = [
    *(Law(mois, fnal, b) for mois in RG_MONTHS for fnal in (10, 50) for b in MAJORATIONS),
    *(Law(date(2019, 1, 1), fnal, perimetre="complet_2019") for fnal in (10, 50)),
]
RGDU = [Law(date(2026, 1, 1), fnal, b) for fnal in (10, 50) for b in MAJORATIONS]
PLAIN = [law for law in (*RG, *RGDU) if law.majoration == "aucune"]
ALONE = [law for law in PLAIN if not law.p.complement_e6]
"""Laws under which the reduction is one coefficient x pay."""
