"""The two rate cuts: maladie (L.241-2-1) and allocations familiales (L.241-6-1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal, NamedTuple

from batchcalc.reference.money import round_half_up
from batchcalc.reference.regularisation import Mois
from batchcalc.rules.model import Bandeau, Parametres


class RateCut(NamedTuple):
    """One rate cut of one month.

    Attributes:
        eligible: whether cumulated pay bears the reduced rate.
        cumul_s: cumulated S at the reference SMIC of the threshold, cents.
        cumul_r: cumulated pay, cents.
        assiette_cents: signed pay of the month that bears the complement.
        reduction_cents: signed amount of the cut for the month.
    """

    eligible: bool
    cumul_s: Fraction
    cumul_r: int
    assiette_cents: int
    reduction_cents: int


def rate_cut(
    mois_du_contrat: Iterable[Mois], cut: Literal["maladie", "famille"]
) -> Iterator[RateCut]:
    """The cut month by month over a contract-year: annual pay against annual SMIC, all or nothing.

    Losing the reduced rate claws back the whole cumulated base, regaining it refunds the whole.
    A change of T does not restart the comparison, a change of the thresholds does: passing in 2026
    to or from an exemption that keeps reduced rates (BOSS 230). A month out of scope counts for
    nothing.
    """
    s, r, assiette, reduction = Fraction(0), 0, 0, 0
    known: tuple[object, ...] | None = None
    for mois in mois_du_contrat:
        if known not in (None, seuils := thresholds(mois.parametres)):
            s, r, assiette, reduction = Fraction(0), 0, 0, 0
        known = seuils
        if mois.entree.perimetre == "exclu" and mois.entree.regime_bandeaux == "commun":
            yield RateCut(False, s, r, 0, 0)
            continue
        bandeau = mois.parametres.maladie if cut == "maladie" else mois.parametres.famille
        s += reference_smic(bandeau, mois.donnees_bandeaux.s, mois.parametres.smic_horaire_cents)
        r += mois.donnees_bandeaux.r
        eligible = is_eligible(bandeau, s, r)
        before, assiette = assiette, complement_base(bandeau, r, eligible=eligible)
        cut_before, reduction = reduction, cut_amount(bandeau, r, eligible=eligible)
        yield RateCut(eligible, s, r, assiette - before, reduction - cut_before)


def thresholds(p: Parametres) -> tuple[object, ...]:
    """What both cuts compare pay with, in SMIC."""
    return p.maladie.regime, p.maladie.multiple_e2, p.famille.regime, p.famille.multiple_e2


def reference_smic(bandeau: Bandeau, s: Fraction, smic_horaire_cents: int) -> Fraction:
    """S of the month, brought to the SMIC of the threshold's own date (31/12/2023 for 2024)."""
    if bandeau.smic_horaire_cents == smic_horaire_cents:
        return s
    return s * Fraction(bandeau.smic_horaire_cents, smic_horaire_cents)


def is_eligible(bandeau: Bandeau, s: Fraction, r: int) -> bool:
    """Pay not above the threshold ("n'excédant pas"); never where there is no threshold."""
    return (
        bandeau.regime == "seuil" and 100 * r * s.denominator <= bandeau.multiple_e2 * s.numerator
    )


def complement_base(bandeau: Bandeau, r: int, *, eligible: bool) -> int:
    """Cumulated pay that bears the complement, cents: none of it or all of it."""
    return 0 if eligible or bandeau.regime == "sans_complement" else r


def cut_amount(bandeau: Bandeau, r: int, *, eligible: bool) -> int:
    """Cumulated cut, cents, rounded half up: the points of the cut x cumulated pay."""
    return round_half_up(bandeau.points_e4 * r, 10_000) if eligible and r > 0 else 0
