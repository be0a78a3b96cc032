"""Damaged files: never a crash, never an amount that was not written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BAD = Path(__file__).parents[2] / "sample_dsn" / "bad"

MONTANTS = (
    "remuneration_cents",
    "smic_retenu_cents",
    "reduction_urssaf_declaree_cents",
    "reduction_agirc_arrco_declaree_cents",
    "remuneration_due_cents",
    "heures_supplementaires_e4",
    "ppv_cents",
)
CLE = ("siret", "salarie", "contrat", "mois")

repetable = settings(
    derandomize=True,
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def sain(dsn) -> bytes:
    """Three persons, four contracts, two months, a bordereau."""
    cotisations = {"018": "-513.80", "106": "-91.36", "049": "2.05"}
    premier = dsn.individu(
        dsn.contrat("00001", dsn.fin("20022026")),
        dsn.contrat("00002", r001="01022023"),
        dsn.remuneration("017", "80.00", "4.00"),
        dsn.remuneration("028", "900.00", contrat="00002"),
        dsn.remuneration("029", "1000.00", contrat="00002"),
        dsn.bloc("52", {"001": "904", "002": "300.00", "006": "00001"}),
        dsn.base("1111.11", smic="1001.01", cotisations=cotisations),
        dsn.base("2222.22", "00002", smic="1002.02", cotisations=cotisations),
        dsn.base("-33.33", "00002", "122025", smic="-3.03", cotisations={"018": "3.33"}),
    )
    second = dsn.salarie("4444.44", "00003", nir="1900199001001", smic="1823.03")
    tiers = dsn.salarie("5555.55", "00004", nir="1910199001001", smic="1823.04")
    bordereau = dsn.bordereau({"100": "7777.77"})
    return dsn.fichier(dsn.declaration(bordereau, premier, second, tiers))


@pytest.fixture(scope="module")
def attendues(dsn, sain):
    return lignes(dsn, sain)


def lignes(dsn, contenu: bytes) -> dict[tuple[object, ...], tuple[object, ...]]:
    mois = dsn.lis(contenu).mois_contrat
    return dict(zip(mois.select(CLE).rows(), mois.select(MONTANTS).rows(), strict=True))


@repetable
@given(st.data())
def test_any_bytes_anywhere_never_crash(dsn, sain, data):
    octets = bytearray(sain)
    for _ in range(data.draw(st.integers(1, 6))):
        debut = data.draw(st.integers(0, len(octets)))
        fin = min(len(octets), debut + data.draw(st.integers(0, 40)))
        octets[debut:fin] = data.draw(st.binary(max_size=40))

    lecture = dsn.lis(bytes(octets))

    assert lecture.comptes["fichiers"] == 1


@repetable
@given(st.data())
def test_lines_moved_doubled_or_lost_never_crash(dsn, sain, data):
    tous = sain.splitlines(keepends=True)
    rangs = st.lists(st.integers(0, len(tous) - 1), max_size=2 * len(tous))

    dsn.lis(b"".join(tous[rang] for rang in data.draw(rangs)))


@repetable
@given(st.data())
def test_one_unreadable_byte_never_changes_an_amount(dsn, sain, attendues, data):
    """Rows are as written or left out."""
    octets = bytearray(sain)
    octets[data.draw(st.integers(0, len(octets) - 1))] = ord("?")

    connues = {
        cle: montants for cle, montants in lignes(dsn, bytes(octets)).items() if cle in attendues
    }

    assert connues.items() <= attendues.items()


@repetable
@given(st.data())
def test_one_line_lost_is_told(dsn, sain, data):
    tous = sain.splitlines(keepends=True)
    del tous[data.draw(st.integers(0, len(tous) - 1))]

    assert not dsn.lis(b"".join(tous)).rejets.is_empty()


@repetable
@given(st.data())
def test_a_file_cut_anywhere_gives_only_rows_of_the_whole_one(dsn, sain, attendues, data):
    fin = data.draw(st.integers(0, len(sain) - 1))

    assert lignes(dsn, sain[:fin]).items() <= attendues.items()


@pytest.mark.parametrize("fichier", sorted(BAD.glob("*.dsn")), ids=lambda p: p.name)
def test_each_bad_sample_is_told(dsn, fichier):
    assert not dsn.lis(fichier.read_bytes()).rejets.is_empty()


def test_there_are_bad_samples():
    assert len(list(BAD.glob("*.dsn"))) >= 10
