"""Cumulated data and regularisation, month by month (D.241-8, D.241-9; BOSS 1070 to 1150)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from batchcalc.options import Options
from batchcalc.reference.coefficient import Coefficient, coefficient, coefficient_complement
from batchcalc.reference.money import round_half_up
from batchcalc.reference.rows import MoisContrat
from batchcalc.rules.model import Parametres


class Donnees(NamedTuple):
    """What the formula takes, for one month or several added together, in cents.

    Attributes:
        s: SMIC term, exact.
        r: pay.
        r_sans_dfs: pay without the déduction forfaitaire spécifique; r where there is none.
        r_complement: pay of October to December 2019 in the general scope.
        cotisations: employer contributions due in scope; None as soon as a month does not say.
    """

    s: Fraction
    r: int
    r_sans_dfs: int
    r_complement: int
    cotisations: int | None

    def plus(self, other: Donnees) -> Donnees:
        """The sum of two sets of data."""
        return Donnees(
            self.s + other.s,
            self.r + other.r,
            self.r_sans_dfs + other.r_sans_dfs,
            self.r_complement + other.r_complement,
            None
            if self.cotisations is None or other.cotisations is None
            else self.cotisations + other.cotisations,
        )


AUCUNE = Donnees(Fraction(0), 0, 0, 0, 0)


class Mois(NamedTuple):
    """One contract-month: its input, the parameters of law and its data.

    `donnees` is what counts for the reduction, `donnees_bandeaux` for the rate cuts; nothing where
    the month is out of scope.
    """

    entree: MoisContrat
    parametres: Parametres
    donnees: Donnees
    donnees_bandeaux: Donnees


class Total(NamedTuple):
    """The reduction that a set of data gives right to.

    Attributes:
        coefficient: the coefficient.
        coefficient_complement: the second one of late 2019, nul elsewhere.
        cents: the amount.
        plafonne_dfs: whether the cap of the DFS lowered it.
        plafonne_cotisations: whether the contributions due lowered it.
    """

    coefficient: Coefficient
    coefficient_complement: Coefficient
    cents: int
    plafonne_dfs: bool
    plafonne_cotisations: bool


class Etape(NamedTuple):
    """One month of the regularisation.

    Attributes:
        base: data the coefficient was computed on: cumulated, or the month's own.
        cumul: data cumulated since the start of the calculation period.
        total: the reduction on `base`.
        reduction_cents: signed reduction of the month.
        cumul_reduction_cents: reductions of the period so far.
    """

    base: Donnees
    cumul: Donnees
    total: Total
    reduction_cents: int
    cumul_reduction_cents: int


def regularise(mois_du_contrat: Sequence[Mois], options: Options) -> list[Etape]:
    """The reduction of each month of one contract-year, in month order."""
    etapes: list[Etape] = []
    for periode in calculation_periods(mois_du_contrat):
        if options.regularisation == "progressive":
            etapes += regularise_progressive(periode)
        else:
            followed = len(etapes) + len(periode) < len(mois_du_contrat)
            abatement = options.abattement_anticipation
            etapes += regularise_annual(periode, abatement, followed=followed)
    return etapes


def calculation_periods(mois_du_contrat: Sequence[Mois]) -> list[list[Mois]]:
    """Cut a contract-year where S and R restart: each part is as another contract (BOSS 230, 500).

    Months out of scope (`exclu`) stand in a part of their own.
    """
    periodes = [[mois_du_contrat[0]]]
    for before, mois in pairwise(mois_du_contrat):
        if _kind(mois) == _kind(before):
            periodes[-1].append(mois)
        else:
            periodes.append([mois])
    return periodes


def _kind(mois: Mois) -> tuple[object, ...]:
    entree, p = mois.entree, mois.parametres
    return (
        p.periode_debut,
        p.t_e6,
        entree.fnal_e4,
        entree.perimetre,
        entree.majoration,
        entree.profil,
    )


def regularise_progressive(periode: Iterable[Mois]) -> Iterator[Etape]:
    """Each month: right on the cumulated data, less what was granted before (D.241-9)."""
    cumul, granted = AUCUNE, 0
    for mois in periode:
        cumul = cumul.plus(mois.donnees)
        total = reduction_total(mois.parametres, cumul)
        yield Etape(cumul, cumul, total, total.cents - granted, total.cents)
        granted = total.cents


def regularise_annual(
    periode: Sequence[Mois], abatement: int = 0, *, followed: bool
) -> Iterator[Etape]:
    """Each month on its own data (D.241-8), settled on cumulated data in the last (D.241-9).

    Args:
        periode: the months of one calculation period.
        abatement: percent taken off the anticipations (BOSS 1120).
        followed: whether the contract goes on in another period of the same year.
    """
    cumul, granted = AUCUNE, 0
    for mois in periode:
        cumul = cumul.plus(mois.donnees)
        settled = (followed and mois is periode[-1]) or closes_period(mois)
        base = cumul if settled else mois.donnees
        total = reduction_total(mois.parametres, base)
        anticipation = round_half_up((100 - abatement) * total.cents, 100)
        reduction = total.cents - granted if settled else anticipation
        granted += reduction
        yield Etape(base, cumul, total, reduction, granted)


def closes_period(mois: Mois) -> bool:
    """Whether the period ends by law (December, April 2025) or because the contract has ended."""
    fin = mois.entree.fin_contrat
    return mois.entree.mois >= mois.parametres.periode_fin or (
        fin is not None and fin <= mois.entree.mois
    )


def reduction_total(p: Parametres, donnees: Donnees) -> Total:
    """The reduction on a set of data: coefficient x pay, and the two special rules.

    Late 2019: + second coefficient on the same S and R x pay of October to December (décret
    2018-1356, art. 4). With DFS: at most 130 % of the reduction without it. In any case, at most
    the contributions due, where they are known.
    """
    c = coefficient(p, donnees.s, donnees.r)
    complement = coefficient_complement(p, donnees.s, donnees.r)
    cents = amount(c, donnees.r) + amount(complement, donnees.r_complement)
    with_dfs, plafonne_dfs = _lowered(cents, dfs_cap(p, donnees))
    due, plafonne_cotisations = _lowered(with_dfs, contributions_cap(p, donnees))
    return Total(c, complement, due, plafonne_dfs, plafonne_cotisations)


def _lowered(cents: int, cap: int | None) -> tuple[int, bool]:
    return (cents, False) if cap is None or cap >= cents else (cap, True)


def amount(c: Coefficient, r: int) -> int:
    """Coefficient x pay, to the cent, half up; 0 for pay of zero or less."""
    return round_half_up(c.e4 * r, 10_000) if r > 0 else 0


def dfs_cap(p: Parametres, donnees: Donnees) -> int | None:
    """130 % of the reduction on pay without DFS, cents (arrêté du 4 décembre 2019, from 2020)."""
    if not p.plafond_dfs_e2 or donnees.r_sans_dfs == donnees.r:
        return None
    sans_dfs = amount(coefficient(p, donnees.s, donnees.r_sans_dfs), donnees.r_sans_dfs)
    return round_half_up(p.plafond_dfs_e2 * sans_dfs, 100)


def contributions_cap(p: Parametres, donnees: Donnees) -> int | None:
    """Contributions due in scope x b, cents, never below 0 (D.241-11; BOSS 320 to 340)."""
    if donnees.cotisations is None:
        return None
    return max(0, round_half_up(donnees.cotisations * p.majoration_num, p.majoration_den))
