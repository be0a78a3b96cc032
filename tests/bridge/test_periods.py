from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from batchcalc.kernels import types as k

from batchcalc.bridge.frames import entrees, lot_of
from batchcalc.bridge.periods import build, month_units, reference_hour
from batchcalc.errors import ConfigError, RuleError
from batchcalc.options import Options
from batchcalc.reference.contributions import parametres_of
from batchcalc.rules.load import Rules
from tests.equality.draw import draw
from tests.equality.frame import frame_of, month
from tests.equality.laws import RG, RGDU

TOLERANT = Options(tolerances=True)


@pytest.mark.parametrize("options", [Options(), TOLERANT], ids=["strict", "tolerant"])
def test_each_row_is_governed_by_its_own_parameters(rules, options):
    frame = draw(5_000, seed=8)
    table = build(lot_of(frame), rules, options)
    parametres = parametres_of(rules, options)

    for par, entree in zip(table.par, entrees(frame), strict=True):
        assert table.parametres[par] == parametres(entree)
    assert len(set(table.par.tolist())) == len(table.parametres) == len(table.table)


def test_the_integer_table_holds_the_parameters(rules):
    laws = [*RG, *RGDU]
    table = build(lot_of(frame_of(law.row(1, 1) for law in laws)), rules, Options())

    for par, law in zip(table.par, laws, strict=True):
        row, p = table.table[par], law.p
        assert row[k.T_CAP] == law.cap_e4
        assert row[k.SPLIT_BASE] == p.t_e6 + p.complement_e6
        assert row[k.SPLIT_URSSAF] == row[k.SPLIT_BASE] - p.agirc_arrco_e6
        assert row[k.DFS_CAP] == (130 if p.mois.year >= 2020 else 0)
        assert Fraction(int(row[k.SMIC_MONTH]), k.UNITS_PER_CENT) == Fraction(
            p.smic_horaire_cents * 1820, 12
        )
        assert Fraction(int(row[k.MAJORATION_NUM]), int(row[k.MAJORATION_DEN])) == law.b


def test_the_factors_are_the_nearest_floats_or_their_neighbours(rules):
    laws = [*RG, *RGDU]
    table = build(lot_of(frame_of(law.row(1, 1) for law in laws)), rules, Options())

    for par, law in zip(table.par, laws, strict=True):
        width = law.p.seuil_e2 - 100
        exact = {
            k.GAIN: Fraction(law.p.seuil_e2, width * k.UNITS_PER_CENT),
            k.LAG: Fraction(100, width),
            k.SLOPE: law.t_delta,
            k.FLOOR: law.t_min,
            k.COMPLEMENT_SLOPE: law.p.complement_e6 * law.b / 100,
        }
        for column, value in exact.items():
            error = abs(Fraction(float(table.factors[par, column])) - value)
            assert error <= 2 * Fraction(float(np.spacing(float(value))))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({}, {}, True),
        ({}, {"fnal_e4": 10, "majoration": "aucune", "perimetre": "general"}, True),
        ({}, {"taux_agirc_arrco_employeur_e6": 60_100}, True),
        ({}, {"taux_agirc_arrco_employeur_e6": 70_000}, True),
        ({}, {"taux_agirc_arrco_employeur_e6": 50_100}, False),
        ({}, {"fnal_e4": 50}, False),
        ({}, {"majoration": "interim"}, False),
        ({}, {"perimetre": "exclu"}, False),
        ({}, {"perimetre": "complet_2019"}, False),
        ({"mois": month(2019, 10)}, {"mois": month(2019, 9)}, True),
        ({"mois": month(2025, 4)}, {"mois": month(2025, 5)}, False),
        ({"mois": month(2026, 5)}, {"mois": month(2026, 6)}, True),
        ({"mois": month(2026)}, {"mois": month(2026), "profil": "vrp_multicarte"}, False),
    ],
)
def test_what_changes_a_calculation_period(rules, first, second, same):
    rows = [{"mois": month(2024, 3), "remuneration_cents": 1, **row} for row in (first, second)]
    table = build(lot_of(frame_of(rows)), rules, Options())
    one, other = table.table[table.par, k.PERIOD]

    assert (one == other) is np.bool_(same)


def test_combinations_without_value_name_their_rows(rules):
    rows = [
        {"mois": month(year), "remuneration_cents": 1, "profil": profil}
        for year, profil in [(2024, "commun"), (2024, "expatrie"), (2026, "expatrie"), (2020, None)]
    ]
    table = build(lot_of(frame_of(rows)), rules, Options())

    [(error, places)] = table.errors
    assert error.code == "profil-sans-valeur"
    assert places.tolist() == [1]
    assert (table.par >= 0).tolist() == [True, False, True, True]


def test_an_empty_frame_has_an_empty_table(rules):
    table = build(lot_of(frame_of([])), rules, Options())

    assert table.par.size == table.table.shape[0] == len(table.parametres) == 0


def test_month_units_of_both_conventions():
    assert month_units(1188, "52/12") == 1188 * 1820 * 10**8
    assert month_units(1188, "151.67") == 1188 * 15167 * 12 * 10**6


def test_the_reference_smic_of_the_rate_cuts(rules):
    hours = {
        year: reference_hour(rules.parametres(month(year), fnal_e4=10))
        for year in (2018, 2023, 2024, 2025, 2026)
    }

    assert hours == {2018: 988, 2023: 1127, 2024: 1152, 2025: 1188, 2026: 1202}


def test_two_rate_cuts_with_different_references_are_refused(rules):
    p = rules.parametres(month(2024), fnal_e4=10)
    other = replace(p, famille=replace(p.famille, smic_horaire_cents=1165))

    with pytest.raises(RuleError) as error:
        reference_hour(other)

    assert error.value.code == "bandeaux-discordants"


def test_an_exponent_that_is_not_compiled_is_refused(tmp_path):
    local = tmp_path / "local.toml"
    local.write_text(
        '[puissance]\nunite = "facteur"\nvaleurs = ['
        '{ debut = 2026-01-01, valeur = "1.50", source = "essai", statut = "I" }]\n',
        encoding="utf-8",
    )
    frame = frame_of([{"mois": month(2026), "remuneration_cents": 1}])

    with pytest.raises(ConfigError) as error:
        build(lot_of(frame), Rules.load(local), Options())

    assert error.value.code == "puissance-inconnue"


def test_rates_are_told_apart_null_from_zero(rules):
    rows = [
        {
            "mois": month(2024),
            "remuneration_cents": 1,
            "taux_agirc_arrco_employeur_e6": agirc_arrco,
            "taux_at_e6": at,
        }
        for agirc_arrco in (None, 0, 50_100)
        for at in (None, 0, 4_600)
    ]
    table = build(lot_of(frame_of(rows)), rules, Options())

    lowered = [319_400 - table.parametres[par].t_e6 for par in table.par]
    assert lowered == [0, 4_600, 0, 60_100, 64_700, 60_100, 10_000, 14_600, 10_000]


def test_what_is_derived_from_the_integers_of_the_table(rules):
    """The least coefficient that is capped, and the inverse the split divides by."""
    laws = [*RG, *RGDU]
    table = build(lot_of(frame_of(law.row(1, 1) for law in laws)), rules, Options())

    assert (table.factors[:, k.TOP] == table.table[:, k.T_CAP] + 1).all()
    assert (table.factors[:, k.COMPLEMENT_TOP] == table.table[:, k.COMPLEMENT_CAP] + 1).all()
    for factors, integers in zip(table.factors, table.table, strict=True):
        assert factors[k.SPLIT_INVERSE] == 1.0 / int(integers[k.SPLIT_BASE])


@pytest.mark.parametrize(
    ("columns", "in_scope"),
    [
        ({}, True),
        ({"perimetre": "exclu"}, False),
        ({"perimetre": "exclu", "regime_bandeaux": "exoneration"}, True),
    ],
)
def test_a_threshold_is_a_multiple_of_s_and_without_one_not_a_number(rules, columns, in_scope):
    rows = [
        {"mois": month(year, m), "remuneration_cents": 1, **columns}
        for year in range(2018, 2027)
        for m in (1, 12)
    ]
    table = build(lot_of(frame_of(rows)), rules, Options())

    found = set()
    for factors, p in zip(table.factors, table.parametres, strict=True):
        for column, bandeau in (
            (k.MALADIE_MULTIPLE, p.maladie),
            (k.FAMILLE_MULTIPLE, p.famille),
        ):
            has_one = in_scope and bandeau.regime == "seuil"
            found.add(has_one)
            if has_one:
                exact = Fraction(bandeau.multiple_e2, 100 * k.UNITS_PER_CENT)
                error = abs(Fraction(float(factors[column])) - exact)
                assert error <= Fraction(float(np.spacing(factors[column])))
            else:
                assert np.isnan(factors[column])
    assert found == ({True, False} if in_scope else {False})


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({}, {}, True),
        ({}, {"fnal_e4": 50}, True),
        ({}, {"perimetre": "exclu"}, True),
        ({"mois": month(2025, 4)}, {"mois": month(2025, 5)}, True),
        ({"mois": month(2024, 1)}, {"mois": month(2024, 12)}, True),
        ({"mois": month(2026)}, {"mois": month(2026), "regime_bandeaux": "exoneration"}, False),
    ],
)
def test_what_changes_a_period_of_the_cuts(rules, first, second, same):
    """The regime of the cuts does, what changes T does not (BOSS 230)."""
    rows = [{"mois": month(2024, 3), "remuneration_cents": 1, **row} for row in (first, second)]
    table = build(lot_of(frame_of(rows)), rules, Options())
    one, other = table.table[table.par, k.CUT_PERIOD]

    assert (one == other) is np.bool_(same)
