"""The SMIC term S of a month: numerator of the formula (D.241-7; BOSS 620 to 960)."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from batchcalc.options import ConventionSmic
from batchcalc.reference.rows import MoisContrat

HEURES_MOIS: dict[ConventionSmic, Fraction] = {
    "52/12": Fraction(35 * 52, 12),
    "151.67": Fraction(15_167, 100),
}
HEURES_SEMAINE_E2 = 3_500


@cache
def smic_full_month(smic_horaire_cents: int, convention: ConventionSmic) -> Fraction:
    """SMIC of a full-time month, cents, not rounded (BOSS 630)."""
    return smic_horaire_cents * HEURES_MOIS[convention]


def smic(entree: MoisContrat, smic_horaire_cents: int, convention: ConventionSmic) -> Fraction:
    """S of the month, cents, exact: what the employer retained, or the rule below.

    Full month, x contract time / legal time, never above 1 (BOSS 670, 690, 860, 870), x hours of
    an equivalence regime / 35 (factor a, D.241-10), x pay due / usual pay (BOSS 700 to 780), then
    + supplementary hours one for one (BOSS 650). The presence ratio is not clamped: a correction
    may make it negative.
    """
    if entree.smic_retenu_cents is not None:
        return Fraction(entree.smic_retenu_cents)
    s = smic_full_month(smic_horaire_cents, convention)
    if entree.quotite_contrat_e6 < entree.quotite_reference_e6:
        s *= Fraction(entree.quotite_contrat_e6, entree.quotite_reference_e6)
    if entree.heures_equivalence_e2 != HEURES_SEMAINE_E2:
        s *= Fraction(entree.heures_equivalence_e2, HEURES_SEMAINE_E2)
    if entree.remuneration_due_cents is not None:
        s *= presence(entree)
    if entree.heures_supplementaires_e4:
        s += Fraction(smic_horaire_cents * entree.heures_supplementaires_e4, 10_000)
    return s


def presence(entree: MoisContrat) -> Fraction:
    """Pay due / pay of a full month; 0 where both are 0; 1 where neither is known."""
    due, habituelle = entree.remuneration_due_cents, entree.remuneration_habituelle_cents
    if due is None or habituelle is None:
        return Fraction(1)
    return Fraction(due, habituelle) if habituelle else Fraction(0)
