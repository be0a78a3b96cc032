"""A frame as arrays: what is given, what a null stands for, and parts of it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from batchcalc.bridge.frames import entrees, lot_of
from batchcalc.bridge.lot import CHOIX, DATES, DEFAUTS
from batchcalc.reference.rows import MoisContrat
from batchcalc.schema import COLONNES
from batchcalc.schema.ordre import reperes
from tests.equality.draw import draw
from tests.equality.frame import SCHEMA, frame_of, month

CLE = ("siret", "salarie", "contrat", "mois")
LUES = {f.name for f in fields(MoisContrat)}
NOMBRES = [
    c.physique for c in COLONNES if c.physique in LUES and (c.numerique or c.physique in DATES)
]
DECLAREES = [c.physique for c in COLONNES if c.physique not in LUES]


@pytest.fixture(scope="module")
def frame():
    return draw(1_000, seed=5)


@pytest.fixture(scope="module")
def lot(frame):
    return lot_of(frame)


def one(**columns):
    """Contract-months of one contract, from lists of values."""
    height = max(len(values) for values in columns.values())
    rows = [
        {"salarie": "A", "mois": month(2026, i + 1), "remuneration_cents": 1}
        | {name: values[i] for name, values in columns.items()}
        for i in range(height)
    ]
    return frame_of(rows)


# --- numbers


@pytest.mark.parametrize("name", NOMBRES)
def test_a_number_is_there_with_its_default_where_it_is_null(frame, lot, name):
    values = frame.get_column(name)
    default = DEFAUTS.get(name, 0)
    epoch = date(1970, 1, 1)
    integers = [(v - epoch).days if isinstance(v, date) else v for v in values]

    assert lot.nombres[name].dtype == np.int64
    assert lot.nombres[name].tolist() == [default if v is None else v for v in integers]
    assert lot.connu(name).tolist() == [v is not None for v in values]
    assert (name in lot.connus) is values.has_nulls()


@pytest.mark.parametrize("name", CHOIX)
def test_a_choice_is_its_place_and_the_first_where_it_is_null(frame, lot, name):
    places = lot.choix[name].tolist()

    given = [CHOIX[name][place] for place in places]
    assert given == [v or CHOIX[name][0] for v in frame.get_column(name)]
    assert name not in lot.nombres


def test_the_defaults_are_those_of_the_reference():
    """A null and a default value are computed alike in both."""
    defaults = {f.name: f.default for f in fields(MoisContrat)}

    assert {name: defaults[name] for name in DEFAUTS} == DEFAUTS
    assert {name: defaults[name] for name in CHOIX} == {name: CHOIX[name][0] for name in CHOIX}


@pytest.mark.parametrize("name", [*NOMBRES[1:], *CHOIX])
def test_a_column_that_is_null_throughout_or_absent_is_not_there(name):
    frame = one(remuneration_cents=[1, 2], **{name: [None, None]})

    for given in (frame, frame.drop(name)):
        lot = lot_of(given)
        assert name not in {*lot.nombres, *lot.connus, *lot.choix}
        assert lot.connu(name).tolist() == [False, False]


def test_a_column_without_nulls_is_known_throughout():
    lot = lot_of(one(ppv_cents=[0, 5], smic_retenu_cents=[None, 7]))

    assert lot.connu("ppv_cents").tolist() == [True, True]
    assert lot.connu("smic_retenu_cents").tolist() == [False, True]
    assert set(lot.connus) == {"smic_retenu_cents"}


def test_neither_keys_nor_texts_are_numbers(lot):
    assert not {*CLE, "fichier", "ligne", "motif_exclusion"} & {*lot.nombres, *lot.choix}


def test_what_was_declared_is_not_computed_on():
    frame = one(remuneration_cents=[1, 2], **{name: [None, -5] for name in DECLAREES})
    lot = lot_of(frame)

    assert DECLAREES
    assert not set(DECLAREES) & {*lot.nombres, *lot.connus}
    assert lot.entree(1).remuneration_cents == 2


# --- months and contract-years


def test_months_are_numbered(frame, lot):
    assert lot.mois.dtype == np.int32
    assert lot.mois.tolist() == [12 * m.year + m.month - 1 for m in frame.get_column("mois")]
    assert len(lot) == frame.height


def test_a_contract_year_begins_with_the_contract_and_with_the_year(frame, lot):
    keys = [(*row[:3], row[3].year) for row in frame.select(CLE).rows()]

    assert lot.premier.dtype == np.uint8
    assert lot.premier.tolist() == [int(i == 0 or key != keys[i - 1]) for i, key in enumerate(keys)]


@pytest.mark.parametrize("years", [[2026], [2025, 2026], [2024, 2026]])
def test_a_contract_year_begins_in_january_of_a_contract_that_goes_on(years):
    rows = [
        {"salarie": s, "mois": month(year, m), "remuneration_cents": 1}
        for s in "AB"
        for year in years
        for m in (1, 2)
    ]

    assert lot_of(frame_of(rows)).premier.tolist() == [1, 0] * 2 * len(years)


def test_the_marks_given_are_not_changed(frame):
    marques = reperes(frame)
    avant = marques.contrat.copy()

    avec = lot_of(frame, marques)

    assert marques.contrat.tolist() == avant.tolist()
    assert avec.premier.tolist() == lot_of(frame).premier.tolist()


def test_no_row():
    lot = lot_of(frame_of([]))

    assert len(lot) == lot.premier.size == 0
    assert lot.connu("remuneration_cents").size == 0


@pytest.mark.parametrize("jour", [date(2026, 1, 31), date(1999, 12, 31), date(2110, 3, 1)])
def test_the_month_of_a_date(jour):
    lot = lot_of(one(debut_contrat=[jour, None]))

    assert lot.mois_de("debut_contrat")[0] == 12 * jour.year + jour.month - 1


# --- parts


def test_a_part_holds_its_rows_and_no_other(frame, lot):
    starts = [*np.flatnonzero(lot.premier).tolist(), len(lot)]
    for lo, hi in ((0, starts[1]), (starts[3], starts[40]), (starts[-2], len(lot)), (0, len(lot))):
        part, alone = lot.part(lo, hi), lot_of(frame[lo:hi])

        assert len(part) == hi - lo
        assert part.mois.tolist() == alone.mois.tolist()
        assert part.premier.tolist() == alone.premier.tolist()
        for name, values in alone.nombres.items():
            assert part.nombres[name].tolist() == values.tolist()
        for name, places in alone.choix.items():
            assert part.choix[name].tolist() == places.tolist()
        for name in NOMBRES:
            assert part.connu(name).tolist() == alone.connu(name).tolist()


# --- rows as the reference reads them


def test_each_row_is_what_the_reference_reads_but_for_the_person(frame, lot):
    for i, expected in enumerate(entrees(frame)):
        bare = replace(expected, siret="", salarie="", contrat="", motif_exclusion=None)
        assert lot.entree(i) == bare


def test_a_row_of_a_bare_frame_has_the_defaults(frame):
    bare = frame.select(*CLE, "remuneration_cents")[:1]

    assert lot_of(bare).entree(0) == MoisContrat(
        1, "", "", "", bare["mois"][0], bare["remuneration_cents"][0]
    )


def test_dates_are_read_as_their_month():
    entree = lot_of(
        one(debut_contrat=[date(2025, 11, 17)], fin_contrat=[date(2026, 2, 28)])
    ).entree(0)

    assert (entree.debut_contrat, entree.fin_contrat) == (date(2025, 11, 1), date(2026, 2, 1))


def test_frames_of_several_chunks(frame, lot):
    chunks = pl.concat([frame[:1], frame[1:300], frame[300:]], rechunk=False)

    again = lot_of(chunks)

    assert again.mois.tolist() == lot.mois.tolist()
    assert all(again.nombres[n].tolist() == lot.nombres[n].tolist() for n in lot.nombres)
    assert set(frame.columns) == set(SCHEMA)
