import re

import pytest

from batchcalc.generate.identite import cle_luhn, individu, nic, nir, siren, siret_invente


def luhn_sum(number: str) -> int:
    doubled = [int(c) * (2 if rank % 2 else 1) for rank, c in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled)


@pytest.mark.parametrize(("prefix", "key"), [("7992739871", "3"), ("0", "0"), ("00000001", "8")])
def test_cle_luhn(prefix: str, key: str) -> None:
    assert cle_luhn(prefix) == key


def test_siret_is_valid_and_invented() -> None:
    for company in (0, 1, 99, 123_456, 999_999):
        base = siren(company)
        for number in (1, 2, 17):
            siret = base + nic(base, number)
            assert re.fullmatch(r"00\d{12}", siret)
            assert luhn_sum(base) % 10 == 0
            assert luhn_sum(siret) % 10 == 0


def test_collecting_bodies_have_a_siret() -> None:
    assert luhn_sum(siret_invente(1)) % 10 == 0


def test_nir_is_plausible_and_invented() -> None:
    for person in (0, 1, 2, 10_000, 9_999_999):
        assert re.fullmatch(r"[12]\d\d(0[1-9]|1[0-2])9999\d\d{3}", nir(person))


def test_nir_never_repeats() -> None:
    assert len({nir(person) for person in range(60_000)}) == 60_000


def test_individu_agrees_with_its_nir() -> None:
    person = individu(4_321)
    assert person.sexe[1] == person.nir[0]
    assert person.naissance[6:] == person.nir[1:3]
    assert person.naissance[2:4] == person.nir[3:5]


def test_names_hold_what_breaks_readers() -> None:
    people = [individu(person) for person in range(200)]
    assert any("'" in person.nom for person in people)
    assert any("," in person.adresse.voie for person in people)
    assert any(not person.nom.isascii() for person in people)
    assert all((person.nom + person.prenom).encode("latin-1") for person in people)
