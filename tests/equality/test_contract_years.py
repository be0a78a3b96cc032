"""Small contract-years of adversarial values: what fails here shrinks to something readable."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from batchcalc.options import Options
from tests.equality.compare import agreed
from tests.equality.draw import EVERY_YEAR, PROFILS
from tests.equality.frame import frame_of, month

RETAINED = 153_780  # every threshold of every year is a whole number of cents of it
EXACT = [RETAINED * e2 // 100 for e2 in (100, 160, 225, 250, 300, 330, 350)]
OF_2024 = [380_160, 532_224, 372_800, 521_920]  # the same, brought to the SMIC of 31/12/2023

PAY = (
    st.sampled_from([0, 1, -1, 100, 180_180, -180_180, 9_999_999_999, -9_999_999_999])
    | st.sampled_from([pay + cent for pay in EXACT + OF_2024 for cent in (-1, 0, 1)])
    | st.integers(-100_000, 700_000)
)
SOMETIMES_PAY = st.none() | PAY
PRESENCE = st.none() | st.tuples(
    st.sampled_from([0, 1, -1, 90_090, 180_181, -180_180]) | st.integers(-400_000, 400_000),
    st.sampled_from([1, -1, 180_180, 99_999]) | st.integers(100_000, 400_000),
).filter(lambda pair: abs(pair[0]) <= 100 * abs(pair[1]))
CONTRACT_TIME = st.none() | st.tuples(
    st.sampled_from([0, 1, 28_000_000, 39_000_000]) | st.integers(0, 40_000_000),
    st.sampled_from([35_000_000, 151_670_000, 3]),
)


@st.composite
def contract_month(draw):
    due, habituelle = draw(PRESENCE) or (None, None)
    contrat, reference = draw(CONTRACT_TIME) or (None, None)
    return {
        "remuneration_cents": draw(PAY),
        "remuneration_sans_dfs_cents": draw(st.none() | PAY),
        "ppv_cents": draw(st.none() | st.sampled_from([0, 100_000, -5_000])),
        "smic_retenu_cents": draw(st.sampled_from([None, RETAINED, RETAINED, 0, -5_000, 1])),
        "remuneration_due_cents": due,
        "remuneration_habituelle_cents": habituelle,
        "quotite_contrat_e6": contrat,
        "quotite_reference_e6": reference,
        "heures_supplementaires_e4": draw(st.sampled_from([None, None, 0, 173_333, -20_000])),
        "heures_equivalence_e2": draw(st.sampled_from([None, None, 4_500, 3_625, 1, 9_999])),
        "perimetre": draw(st.sampled_from([None, None, "general", "complet_2019", "exclu"])),
        "cotisations_dues_cents": draw(st.sampled_from([None, 0, -100, 25_001, 10**10 - 1])),
        "motif_exclusion": draw(st.sampled_from([None, "stage"])),
    }


@st.composite
def contract_year(draw):
    """From one to five months of a year; the employer may change in the middle of them."""
    year = draw(st.sampled_from([2018, 2019, 2020, 2022, 2024, 2025, 2025, 2026, 2026]))
    months = sorted(draw(st.sets(st.integers(1, 12), min_size=1, max_size=5)))
    kinds = draw(st.lists(kind(year), min_size=1, max_size=2))
    change = draw(st.integers(0, len(months)))
    dates = draw(known_dates(year))
    return [
        {
            **draw(contract_month()),
            **kinds[0 if i < change else -1],
            **dates,
            "salarie": "DUPONT",
            "mois": month(year, number),
        }
        for i, number in enumerate(months)
    ]


def kind(year):
    return st.fixed_dictionaries(
        {
            "fnal_e4": st.sampled_from([10, 50, None]),
            "majoration": st.sampled_from([None, "interim", "caisse_conges"]),
            "profil": st.sampled_from(PROFILS if year == 2026 else EVERY_YEAR),
            "regime_bandeaux": st.sampled_from([None, None, "exoneration", "regime_special"]),
            "taux_agirc_arrco_employeur_e6": st.sampled_from([None, None, 50_100, 0, 99_999]),
            "taux_at_e6": st.sampled_from([None, None, 0, 4_999]),
        }
    )


def known_dates(year):
    day = st.dates(date(year - 1, 11, 1), date(year, 12, 31))
    return st.fixed_dictionaries({"debut_contrat": st.none() | day, "fin_contrat": st.none() | day})


OPTIONS = st.builds(
    Options,
    regularisation=st.sampled_from(["progressive", "annuelle"]),
    convention_smic=st.sampled_from(["52/12", "151.67"]),
    abattement_anticipation=st.sampled_from([0, 15]),
    tolerances=st.booleans(),
)


@settings(max_examples=100)
@given(contract_year(), OPTIONS)
def test_any_contract_year_agrees_with_the_reference(rows, options):
    agreed(frame_of(rows), options)
