"""Arrow tables give what polars frames give: contributions and rejects, row by row."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from batchcalc import bridge, schema
from batchcalc.arrow.calcul import calcule
from batchcalc.bridge.results import TOTAUX
from batchcalc.options import Options
from batchcalc.rules.load import Rules
from tests.equality.compare import MODES
from tests.salissures import sale, sur_une_machine, textes, typee
from tests.tables import entree, melangee


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


def compares(table, rules, options=None):
    """Both ways must agree; what they gave."""
    options = options or Options()
    contributions, rejets = sur_une_machine(table, rules, options)
    calcul = calcule(pa.table(table), rules, options)

    assert pl.DataFrame(calcul.contributions).equals(contributions)
    ordre = ["fichier", "ligne", "colonne", "message"]
    assert_frame_equal(
        pl.DataFrame(calcul.rejets).cast(schema.REJETS).sort(ordre), rejets.sort(ordre)
    )
    return calcul


@pytest.mark.parametrize("options", MODES, ids=str)
def test_clean_rows_in_any_order(rules, options):
    calcul = compares(melangee(typee(3_000, seed=5)), rules, options)

    assert calcul.contributions.num_rows > 2_000


@pytest.mark.parametrize("seed", range(6))
def test_dirty_text(rules, seed):
    calcul = compares(melangee(sale(textes(3_000, seed), seed)), rules)

    assert len(set(calcul.rejets["code"].to_pylist())) >= 8
    assert calcul.contributions.num_rows > 1_000


def test_rows_of_one_month(rules):
    """Some differ where they must agree; the sums of others are out of bounds."""
    grande = pl.when(pl.col("ligne") % 50 == 0).then(pl.lit("99999999.99")).otherwise("ppv")
    table = textes(2_000, seed=2).with_columns(ppv=grande)
    une, autre = (sale(table, seed, part=0.01) for seed in (7, 8))
    calcul = compares(pl.concat([une, autre.with_columns(pl.col("ligne") + 10_000)]), rules)

    codes = set(calcul.rejets["code"].to_pylist())
    assert {"doublon-incoherent", "hors-bornes", "presence-incoherente"} <= codes
    sommes = pl.DataFrame(calcul.rejets).filter(pl.col("valeur") == "199999999.98")
    assert sommes["code"].unique().to_list() == ["hors-bornes"]


NOMBRES = {
    "integers": pl.Series([0, -7, 100_000_000, None, 10**12], dtype=pl.Int64),
    "short": pl.Series([0, -7, 120, None], dtype=pl.Int8),
    "decimals": pl.Series(["0.01", "-3.50", None, "99999999.99"]).cast(pl.Decimal(10, 2)),
    "more decimals": pl.Series(["0.0100", "1.2345", None, "-0.0001"]).cast(pl.Decimal(18, 4)),
    "many digits": pl.Series(["1.5", "9" * 20, None, "-0.1"]).cast(pl.Decimal(38, 10)),
    "no whole digit": pl.Series(["0.25", "-0.5", None, "0.126"]).cast(pl.Decimal(38, 38)),
    "none": pl.Series([None] * 4, dtype=pl.Null),
}


@pytest.mark.parametrize("cellules", NOMBRES.values(), ids=NOMBRES.keys())
@pytest.mark.parametrize("nom", ["ppv", "quotite_contrat"])
def test_numbers_of_any_type(rules, cellules, nom):
    table = textes(60, seed=3)
    places = pl.int_range(table.height, eager=True) % len(cellules)

    compares(table.with_columns(cellules.gather(places).alias(nom)), rules)


def test_keys_that_are_integers(rules):
    table = textes(60, seed=3).with_columns(pl.col("salarie", "contrat").cast(pl.Int64))

    compares(table, rules)


def test_no_row_at_all(rules):
    calcul = compares(textes(20, seed=1).head(0), rules)

    assert calcul.contributions.num_rows == calcul.rejets.num_rows == 0


def test_nothing_but_rejects(rules):
    table = textes(50, seed=1).with_columns(siret=pl.lit("1"))

    assert compares(table, rules).contributions.num_rows == 0


def test_only_the_required_columns(rules):
    noms = [colonne.nom for colonne in schema.COLONNES if colonne.requise]

    compares(textes(300, seed=4).select(*noms, "fichier", "ligne"), rules)


def test_the_totals_are_those_of_one_machine(rules):
    table = entree(1_000, seed=8)
    lues = schema.normalise(table).physique
    computed = bridge.compute(schema.fusionne(lues).frame, rules, Options())

    assert calcule(pa.table(table), rules, Options()).totaux == computed.totals(TOTAUX)
