"""What chance brings every month: pay, absences, overtime, bonuses, corrections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from batchcalc.generate.model import CDD, CDI, HEURES_MOIS_E2, MANDAT, Contrats, Entiers, Variables

_PREMIERE_PPV = date(2022, 7, 1)


def tirer_variables(
    rng: np.random.Generator,
    contrats: Contrats,
    niveau: NDArray[np.float64],
    mois: Sequence[date],
    smic_mois_cents: Sequence[int],
) -> Variables:
    """Draw what happens every month: pay, absences, overtime, bonuses, corrections.

    Args:
        rng: source of chance.
        contrats: the contracts.
        niveau: their pay level in multiples of the SMIC.
        mois: the months.
        smic_mois_cents: the SMIC of a full month, a value a month.

    Returns:
        One value a contract and month.
    """
    base = _salaires(contrats, niveau, mois, smic_mois_cents)
    forme = base.shape
    ordinaire = np.isin(contrats.nature, (CDI, CDD))[:, None]
    heures = (contrats.quotite_reference_e2 == HEURES_MOIS_E2) & (contrats.nature != MANDAT)
    correction = _corrections(rng, contrats, base, mois) * ordinaire
    return Variables(
        base_cents=base,
        absence_e4=_absences(rng, forme) * ordinaire,
        aleatoires_e2=_aleatoires(rng, forme) * heures[:, None],
        prime_cents=_primes(rng, base, mois) * ordinaire,
        indemnite_cents=_indemnites(contrats, base, mois),
        ppv_cents=_ppv(rng, forme, mois) * ordinaire,
        correction_cents=correction,
        retard=(correction != 0).astype(np.int64),
    )


def _salaires(
    contrats: Contrats,
    niveau: NDArray[np.float64],
    mois: Sequence[date],
    smic_mois_cents: Sequence[int],
) -> Entiers:
    """Low pay follows the SMIC month by month, other pay rises 2 % a year."""
    smic = np.array(smic_mois_cents, dtype=np.float64)
    annees = np.array([m.year - mois[0].year for m in mois], dtype=np.float64)
    bareme = np.where((niveau <= 1.0)[:, None], smic, smic[0] * (1.0 + 0.02 * annees))
    plein = np.maximum(np.rint(niveau[:, None] * bareme), np.minimum(niveau, 1.0)[:, None] * smic)
    temps = contrats.quotite_e2 / contrats.quotite_reference_e2
    return np.ceil(plein * temps[:, None]).astype(np.int64)


def _absences(rng: np.random.Generator, forme: tuple[int, ...]) -> Entiers:
    hasard = rng.random(forme)
    jours = rng.integers(1, 16, forme)
    partielle = np.where(hasard < 0.03, jours * 10_000 // 22, 0)
    return np.where(hasard < 0.003, 10_000, partielle)


def _aleatoires(rng: np.random.Generator, forme: tuple[int, ...]) -> Entiers:
    concerne = (rng.random(forme[0]) < 0.2)[:, None] & (rng.random(forme) < 0.4)
    return np.where(concerne, rng.integers(2, 80, forme) * 25, 0)


def _primes(rng: np.random.Generator, base: Entiers, mois: Sequence[date]) -> Entiers:
    """Thirteenth month, in one or two halves, other bonuses, recoveries and negative months."""
    decembre = np.array([m.month == 12 for m in mois])
    juin = np.array([m.month == 6 for m in mois])
    regime = rng.random(len(base))[:, None]
    prime = np.where((regime < 0.25) & decembre, base, 0)
    prime = np.where((regime > 0.9) & (juin | decembre), base // 2, prime)
    hasard = rng.random(base.shape)
    prime += np.where(hasard < 0.03, rng.integers(10_000, 150_000, base.shape), 0)
    prime -= np.where(hasard > 0.996, rng.integers(5_000, 80_000, base.shape), 0)
    return prime - np.where(hasard > 0.9995, base * 13 // 10, 0)


def _indemnites(contrats: Contrats, base: Entiers, mois: Sequence[date]) -> Entiers:
    """Paid leave owed at the end of the contract."""
    fin_mois = contrats.fin.astype("datetime64[M]")[:, None]
    dernier = fin_mois == np.array(mois, dtype="datetime64[M]")[None, :]
    mois_dus = np.clip((contrats.fin - contrats.debut).astype(np.int64) // 30, 0, 8)[:, None]
    return np.where(dernier & ~np.isnat(contrats.fin)[:, None], base * mois_dus // 20, 0)


def _ppv(rng: np.random.Generator, forme: tuple[int, ...], mois: Sequence[date]) -> Entiers:
    versee = np.array([m.month in (6, 12) and m >= _PREMIERE_PPV for m in mois])
    concerne = (rng.random(forme) < 0.06) & versee
    return np.where(concerne, rng.integers(4, 31, forme) * 5_000, 0)


def _corrections(
    rng: np.random.Generator, contrats: Contrats, base: Entiers, mois: Sequence[date]
) -> Entiers:
    """A differential of the month before, inside the year, where the contract ran both months."""
    possible = np.array([m.month > 1 and rang > 0 for rang, m in enumerate(mois)])
    precedent = np.array(mois, dtype="datetime64[M]") - 1
    commence = contrats.debut.astype("datetime64[M]")[:, None] <= precedent[None, :]
    continu = np.isnat(contrats.fin)[:, None] & (contrats.dfs_e2 == 0)[:, None]
    touche = (rng.random(base.shape) < 0.01) & possible & commence & continu
    return np.where(touche, rng.integers(-400, 401, base.shape) * 100, 0)
