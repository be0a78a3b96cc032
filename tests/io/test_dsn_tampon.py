"""The buffer files are read into."""

from __future__ import annotations

import io

import pytest
from batchcalc.kernels.dsn_bytes import PADDING

from batchcalc.io.dsn.tampon import Tampon

PERSONNE = b"S21.G00.30.001,'"


@pytest.fixture
def tampon(monkeypatch):
    monkeypatch.setattr("batchcalc.io.dsn.tampon.MORCEAU", 10)
    return Tampon(100)


def lu(tampon) -> bytes:
    return tampon.extrait(0, tampon.fin)


def test_a_file_is_read_piece_by_piece(tampon):
    flux = io.BytesIO(b"0123456789abc")

    assert tampon.lis(flux)
    assert lu(tampon) == b"0123456789"
    assert not tampon.lis(flux)
    assert lu(tampon) == b"0123456789abc"


def test_short_reads_are_no_end(tampon):
    class Lent(io.BytesIO):
        def readinto(self, vue):
            return super().readinto(vue[:3])

    assert tampon.lis(Lent(b"0123456789abc"))
    assert lu(tampon) == b"0123456789"


def test_the_buffer_grows_with_what_it_must_keep(tampon):
    octets = bytes(range(256)) * 4
    flux = io.BytesIO(octets)

    while tampon.lis(flux):
        assert tampon.octets.size >= tampon.fin + PADDING

    assert lu(tampon) == octets
    assert tampon.octets[: tampon.fin].tobytes() == octets


def test_what_it_holds_is_too_much_from_a_size_on(tampon):
    tampon.lis(io.BytesIO(b"0123456789"))

    assert not tampon.deborde(90)
    assert tampon.deborde(91)


def test_the_last_line_and_the_last_person(tampon):
    octets = b"A\n" + PERSONNE + b"1'\n" + PERSONNE + b"2'\nB\nC"
    flux = io.BytesIO(octets)
    while tampon.lis(flux):
        pass
    second = octets.rindex(PERSONNE)

    assert tampon.fin_de_ligne(0) == octets.rindex(b"C")
    assert tampon.fin_de_ligne(tampon.fin - 1) == tampon.fin - 1
    assert tampon.derniere_personne(0) == second
    assert tampon.derniere_personne(second) == 0


def test_the_bytes_kept_take_the_place_of_those_dropped(tampon):
    tampon.lis(io.BytesIO(b"0123456789"))

    tampon.garde(7)
    tampon.lis(io.BytesIO(b"ab"))

    assert lu(tampon) == b"789ab"
