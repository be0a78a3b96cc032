"""The years of the samples: ordinary files, month after month."""

from __future__ import annotations

from datetime import date

from batchcalc.generate.fiches import Fiche, Paye, employeur, payer
from batchcalc.generate.model import (
    APPRENTI_1979,
    CDD,
    JOURS_MOIS_E2,
    MISSION,
    mois_entre,
)
from batchcalc.rules.load import Rules


def annee_2026(rules: Rules) -> Paye:
    """A shop under 50 employees, a builder of 50 or more, a temporary work agency."""
    employeurs = [
        employeur(0),
        employeur(1, fnal_e4=50, secteur="batiment"),
        employeur(2, secteur="interim"),
    ]
    fiches = [*_commerce(), *_batiment(), *_interim()]
    return payer(fiches, employeurs, mois_entre(date(2026, 1, 1), date(2026, 12, 1)), rules)


def _commerce() -> list[Fiche]:
    depuis = date(2022, 3, 14)
    return [
        # Paid the SMIC: 12.02, then 12.31 from June, which the reduction ignores in 2026.
        Fiche(1, 182_303, depuis, bases={date(2026, 6, 1): 186_702}),
        Fiche(2, 237_000, depuis, primes={date(2026, 12, 1): 237_000}),
        Fiche(
            3,
            136_500,
            depuis,
            quotite_e2=10_400,
            heures_e2={date(2026, 3, 1): 850, date(2026, 7, 1): 1_225, date(2026, 11, 1): 400},
        ),
        # Over 3 SMIC on cumulated pay from June (bonus) to September, under again in October.
        Fiche(
            4, 530_000, depuis, primes={date(2026, 6, 1): 200_000},
            bases={date(2026, 7, 1): 517_500},
        ),
        Fiche(
            5, 98_500, date(2025, 9, 1), date(2026, 8, 31), 81,
            nature=CDD, dispositif=APPRENTI_1979, indemnites={date(2026, 8, 1): 24_000},
        ),
        Fiche(
            6, 205_000, date(2026, 3, 16), date(2026, 10, 20), 31,
            nature=CDD, indemnites={date(2026, 10, 1): 146_000},
        ),
        Fiche(
            7, 221_000, depuis,
            absences_e4={date(2026, 4, 1): 3_636, date(2026, 7, 1): 10_000},
        ),
    ]  # fmt: skip


def _batiment() -> list[Fiche]:
    depuis = date(2021, 9, 1)
    return [
        Fiche(8, 198_000, depuis, employeur=1, structurelles_e2=1_733, dfs_e2=1_000),
        Fiche(
            9, 214_000, depuis, employeur=1,
            corrections={date(2026, 5, 1): (25_000, 1), date(2026, 9, 1): (-30_000, 1)},
        ),
        # A bonus taken back: the month is negative.
        Fiche(10, 192_500, depuis, employeur=1, primes={date(2026, 10, 1): -260_000}),
        Fiche(
            11, 428_000, date(2026, 7, 1), employeur=1, quotite_e2=JOURS_MOIS_E2,
            quotite_reference_e2=JOURS_MOIS_E2, ppv={date(2026, 12, 1): 100_000},
        ),
        # One person, two part-time contracts, one payment.
        Fiche(13, 99_000, depuis, employeur=1, numero=13, quotite_e2=7_583),
        Fiche(13, 74_000, date(2026, 2, 2), employeur=1, numero=14, quotite_e2=5_200),
    ]  # fmt: skip


def _interim() -> list[Fiche]:
    return [
        Fiche(
            15, 196_000, date(2026, 3, 9), date(2026, 6, 26), 32, employeur=2, numero=15,
            nature=MISSION, indemnites={date(2026, 6, 1): 131_000},
        ),
        Fiche(
            15, 201_000, date(2026, 9, 1), date(2026, 10, 16), 32, employeur=2, numero=16,
            nature=MISSION, indemnites={date(2026, 10, 1): 58_000},
            heures_e2={date(2026, 9, 1): 1_200},
        ),
    ]  # fmt: skip


def fin_2019(rules: Rules) -> Paye:
    """September to December 2019: the AGIRC-ARRCO part, then unemployment from October."""
    fiches = [
        Fiche(101, 160_000, date(2017, 5, 2)),
        Fiche(102, 172_500, date(2019, 9, 1)),
        Fiche(
            103, 83_700, date(2019, 9, 1), date(2020, 8, 31),
            nature=CDD, dispositif=APPRENTI_1979,
        ),
        Fiche(104, 262_000, date(2019, 10, 7)),
    ]  # fmt: skip
    mois = mois_entre(date(2019, 9, 1), date(2019, 12, 1))
    return payer(fiches, [employeur(3)], mois, rules)


def fin_2024(rules: Rules) -> Paye:
    """October and November 2024: the SMIC rises on 1 November, the rate cuts keep 11.52."""
    fiches = [
        Fiche(201, 190_000, date(2024, 10, 1)),
        Fiche(202, 430_000, date(2024, 10, 1), bases={date(2024, 11, 1): 445_000}),
        Fiche(203, 205_000, date(2020, 1, 6), heures_e2={date(2024, 11, 1): 900}),
    ]
    mois = mois_entre(date(2024, 10, 1), date(2024, 11, 1))
    return payer(fiches, [employeur(4, fnal_e4=50)], mois, rules)


def printemps_2025(rules: Rules) -> Paye:
    """April and May 2025: T changes on 1 May and everything restarts."""
    fiches = [
        Fiche(301, 190_000, date(2025, 4, 1)),
        Fiche(302, 231_000, date(2025, 4, 1), ppv={date(2025, 5, 1): 30_000}),
        Fiche(303, 402_000, date(2025, 4, 1), primes={date(2025, 5, 1): 12_000}),
        Fiche(304, 188_000, date(2023, 2, 1)),
    ]
    mois = mois_entre(date(2025, 4, 1), date(2025, 5, 1))
    return payer(fiches, [employeur(5)], mois, rules)
