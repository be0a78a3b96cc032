"""Frames made by Python code, drained by a lazy query: only what it asks for."""

from __future__ import annotations

import polars as pl
import pytest

from batchcalc.errors import InputError
from batchcalc.flux import en_lazy, robinet

SCHEMA = {"a": pl.Int64(), "b": pl.String(), "c": pl.Boolean()}
MOTEURS = ["in-memory", "streaming"]


class Frames:
    """Five frames of three rows; remembers what was asked, and how many were made."""

    def __init__(self, panne: BaseException | None = None, apres: int = 5) -> None:
        self.demandes = []
        self.faites = 0
        self.fermees = 0
        self._panne = panne
        self._apres = apres

    def __call__(self, columns):
        self.demandes.append(list(columns))
        try:
            for debut in range(0, 15, 3):
                if self._panne and debut // 3 == self._apres:
                    raise self._panne
                self.faites += 1
                rangs = range(debut, debut + 3)
                tout = {
                    "a": list(rangs),
                    "b": [f"b{i}" for i in rangs],
                    "c": [i % 2 == 0 for i in rangs],
                }
                yield pl.DataFrame({nom: tout[nom] for nom in columns}, schema_overrides=SCHEMA)
        finally:
            self.fermees += 1


@pytest.fixture
def frames():
    return Frames()


@pytest.fixture
def tout():
    return pl.concat(Frames()(list(SCHEMA)))


# --- what is asked


def test_nothing_is_made_before_it_is_asked(frames):
    lazy = en_lazy(frames, SCHEMA)

    assert lazy.collect_schema() == pl.Schema(SCHEMA)
    assert frames.demandes == []


@pytest.mark.parametrize("moteur", MOTEURS)
def test_everything(frames, tout, moteur):
    assert en_lazy(frames, SCHEMA).collect(engine=moteur).equals(tout)
    assert frames.demandes == [list(SCHEMA)]


@pytest.mark.parametrize("moteur", MOTEURS)
def test_a_frame_can_be_collected_again(frames, tout, moteur):
    lazy = en_lazy(frames, SCHEMA)

    assert lazy.collect(engine=moteur).equals(lazy.collect(engine=moteur))
    assert len(frames.demandes) == 2


@pytest.mark.parametrize("moteur", MOTEURS)
@pytest.mark.parametrize("noms", [["a"], ["c", "a"], ["b", "c", "a"]])
def test_only_the_columns_asked_are_made(frames, tout, moteur, noms):
    assert en_lazy(frames, SCHEMA).select(noms).collect(engine=moteur).equals(tout.select(noms))
    assert [set(demande) for demande in frames.demandes] == [set(noms)]


@pytest.mark.parametrize("moteur", MOTEURS)
def test_rows_can_be_counted(frames, moteur):
    assert en_lazy(frames, SCHEMA).select(pl.len()).collect(engine=moteur).item() == 15


@pytest.mark.parametrize("moteur", MOTEURS)
@pytest.mark.parametrize("n", [0, 1, 3, 4, 15, 99])
def test_the_first_rows(frames, tout, moteur, n):
    assert en_lazy(frames, SCHEMA).head(n).collect(engine=moteur).equals(tout.head(n))


def test_no_more_frames_are_made_than_rows_are_asked():
    frames = Frames()

    en_lazy(frames, SCHEMA).head(4).collect(engine="in-memory")

    assert frames.faites == 2
    assert frames.fermees == 1


@pytest.mark.parametrize("moteur", MOTEURS)
@pytest.mark.parametrize("debut", [0, 2, 3, 14, 20])
@pytest.mark.parametrize("combien", [0, 1, 5, None])
def test_rows_in_the_middle(frames, tout, moteur, debut, combien):
    tranche = en_lazy(frames, SCHEMA).slice(debut, combien).collect(engine=moteur)

    assert tranche.equals(tout.slice(debut, combien))


@pytest.mark.parametrize("moteur", MOTEURS)
@pytest.mark.parametrize(
    "predicat", [pl.col("a") > 7, pl.col("c"), pl.col("b") == "b9", pl.lit(value=False)]
)
def test_some_rows(frames, tout, moteur, predicat):
    assert (
        en_lazy(frames, SCHEMA)
        .filter(predicat)
        .collect(engine=moteur)
        .equals(tout.filter(predicat))
    )


@pytest.mark.parametrize("moteur", MOTEURS)
def test_some_rows_by_a_column_that_is_not_asked(frames, tout, moteur):
    lazy = en_lazy(frames, SCHEMA).filter(pl.col("c")).select("b")

    assert lazy.collect(engine=moteur).equals(tout.filter("c").select("b"))
    assert set(frames.demandes[0]) <= {"b", "c"}


@pytest.mark.parametrize("moteur", MOTEURS)
def test_the_first_of_some_rows(frames, tout, moteur):
    lazy = en_lazy(frames, SCHEMA).filter(pl.col("c")).head(3)

    assert lazy.collect(engine=moteur).equals(tout.filter("c").head(3))


@pytest.mark.parametrize("moteur", MOTEURS)
def test_some_of_the_first_rows(frames, tout, moteur):
    lazy = en_lazy(frames, SCHEMA).head(4).filter(pl.col("c"))

    assert lazy.collect(engine=moteur).equals(tout.head(4).filter("c"))


@pytest.mark.parametrize("moteur", MOTEURS)
def test_frames_without_a_row(moteur):
    def vides(columns):
        yield pl.DataFrame(schema={nom: SCHEMA[nom] for nom in columns})

    rendu = en_lazy(vides, SCHEMA).select("b", "a").collect(engine=moteur)

    assert rendu.schema == {"b": pl.String(), "a": pl.Int64()}
    assert rendu.height == 0


def test_a_sink_drains_it(frames, tout, tmp_path):
    en_lazy(frames, SCHEMA).sink_parquet(tmp_path / "tout.parquet")

    assert pl.read_parquet(tmp_path / "tout.parquet").equals(tout)
    assert frames.fermees == 1


# --- what fails


class PanneError(Exception):
    """An error of the frames."""


@pytest.mark.parametrize("apres", [0, 1, 4])
def test_an_error_comes_out_of_the_tap_as_it_is(tmp_path, apres):
    panne = PanneError("as it is")
    frames = Frames(panne, apres)

    def ouvre():
        with robinet(frames, SCHEMA) as lazy:
            lazy.sink_parquet(tmp_path / "tout.parquet")

    with pytest.raises(PanneError) as sortie:
        ouvre()

    assert sortie.value is panne
    assert sortie.value.__suppress_context__


@pytest.mark.parametrize("panne", [OSError(28, "full"), KeyboardInterrupt(), MemoryError()])
def test_errors_of_python_come_out_too(tmp_path, panne):
    def ouvre():
        with robinet(Frames(panne, 2), SCHEMA) as lazy:
            lazy.sink_csv(tmp_path / "tout.csv")

    with pytest.raises(type(panne)) as sortie:
        ouvre()

    assert sortie.value is panne


def test_an_error_of_another_is_not_touched(frames):
    def ouvre():
        with robinet(frames, SCHEMA) as lazy:
            lazy.select("a").collect()
            raise PanneError

    with pytest.raises(PanneError):
        ouvre()


def test_an_error_that_was_turned_into_another_is_given_back(frames):
    """What the library, or what is between, makes of it does not matter."""
    panne = PanneError()

    def ouvre():
        with robinet(Frames(panne, 1), SCHEMA) as lazy:
            try:
                lazy.collect()
            except PanneError:
                raise InputError("other", hint="", code="other") from None

    with pytest.raises(PanneError) as sortie:
        ouvre()

    assert sortie.value is panne


def test_the_tap_gives_what_the_frame_gives(frames, tout):
    with robinet(frames, SCHEMA) as lazy:
        assert lazy.filter("c").select("a").collect().equals(tout.filter("c").select("a"))
