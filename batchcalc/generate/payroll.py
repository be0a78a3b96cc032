"""From contracts and their variables to the pay and the SMIC term of every month.

Whole arrays of integers: the same code makes twelve contracts or twelve million contract-months.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from batchcalc.generate.model import Contrats, Entiers, Jours, Paies, Variables

_DFS_MOIS_CENTS = 63_333  # 7 600 euros a year


def paies(
    contrats: Contrats, variables: Variables, mois: Sequence[date], smic_horaire: Sequence[int]
) -> Paies:
    """Work the payroll out.

    Args:
        contrats: one value a contract.
        variables: one value a contract and month.
        mois: first day of each month.
        smic_horaire: hourly SMIC (cents) that enters S, a value a month.

    Returns:
        Amounts in cents; the values of months where `actif` is false mean nothing.
    """
    premiers, derniers = _bornes(mois)
    presents, jours = _presence(contrats, premiers, derniers)
    du = variables.base_cents * presents * (10_000 - variables.absence_e4)
    due = _arrondi(du, jours[None, :] * 10_000)
    structurelles = _arrondi(
        contrats.structurelles_e2[:, None] * due, np.maximum(variables.base_cents, 1)
    )
    majoration = _majoration(contrats, variables, structurelles)
    brut = due + majoration + variables.prime_cents + variables.indemnite_cents
    proratise = (presents < jours[None, :]) | (variables.absence_e4 > 0)
    heures = structurelles + variables.aleatoires_e2
    smic = _smic(contrats, variables, due, heures, np.asarray(smic_horaire, dtype=np.int64))
    return Paies(
        contrats=contrats,
        variables=variables,
        mois=tuple(mois),
        actif=presents > 0,
        proratise=proratise,
        due_cents=due,
        structurelles_e2=structurelles,
        majoration_cents=majoration,
        sans_dfs_cents=brut,
        remuneration_cents=brut - _deduction(contrats, brut, smic),
        smic_cents=smic,
    )


def _bornes(mois: Sequence[date]) -> tuple[Jours, Jours]:
    premiers = np.array(mois, dtype="datetime64[D]")
    suivants = (premiers.astype("datetime64[M]") + 1).astype("datetime64[D]")
    return premiers, suivants - 1


def _presence(contrats: Contrats, premiers: Jours, derniers: Jours) -> tuple[Entiers, Entiers]:
    """Calendar days of the contract in each month, and days of the month."""
    debut = np.maximum(contrats.debut[:, None], premiers[None, :])
    fin = np.where(np.isnat(contrats.fin), derniers.max(), contrats.fin)
    fin = np.minimum(fin[:, None], derniers[None, :])
    presents = (fin - debut).astype(np.int64) + 1
    jours: Entiers = (derniers - premiers).astype(np.int64) + 1
    return np.maximum(presents, 0), jours


def _majoration(contrats: Contrats, variables: Variables, structurelles: Entiers) -> Entiers:
    """Pay of overtime: the hourly salary and 25 %."""
    heures = structurelles + variables.aleatoires_e2
    quotite = contrats.quotite_e2[:, None]
    return _arrondi(variables.base_cents * heures * 125, 100 * quotite)


def _deduction(contrats: Contrats, brut: Entiers, smic: Entiers) -> Entiers:
    """DFS of the month: its rate, its ceiling, and never below the SMIC."""
    voulue = np.minimum(_arrondi(brut * contrats.dfs_e2[:, None], 10_000), _DFS_MOIS_CENTS)
    resultat: Entiers = np.clip(voulue, 0, np.maximum(brut - smic, 0))
    return resultat


def _smic(
    contrats: Contrats, variables: Variables, due: Entiers, heures: Entiers, smic_horaire: Entiers
) -> Entiers:
    """S of D.241-7 IV in cents: SMIC x quotité x equivalence x presence + SMIC x overtime hours.

    Fractions are reduced before they meet, so that everything stays exact inside 64 bits.
    """
    quotite = np.minimum(contrats.quotite_e2, contrats.quotite_reference_e2)
    num_contrat, den_contrat = _reduire(quotite, contrats.quotite_reference_e2)
    num_equivalence, den_equivalence = _reduire(
        contrats.equivalence_e2, np.full_like(contrats.equivalence_e2, 3_500)
    )
    num_presence, den_presence = _reduire(due, np.maximum(variables.base_cents, 1))
    num = (num_contrat * num_equivalence)[:, None] * 1_820 * smic_horaire * num_presence
    den = (den_contrat * den_equivalence)[:, None] * 12 * den_presence
    entier, reste = np.divmod(num, den)
    entier_heures, reste_heures = np.divmod(heures * smic_horaire, 100)
    return entier + entier_heures + _arrondi(100 * reste + reste_heures * den, 100 * den)


def _reduire(num: Entiers, den: Entiers) -> tuple[Entiers, Entiers]:
    diviseur = np.maximum(np.gcd(num, den), 1)
    return num // diviseur, den // diviseur


def _arrondi(num: Entiers, den: Entiers | int) -> Entiers:
    """Quotient rounded to the nearest integer, half up."""
    resultat: Entiers = (2 * num + den) // (2 * den)
    return resultat
