from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from batchcalc.generate import generate

CONTRATS = 100


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dsn")
    generate(CONTRATS, date(2026, 1, 1), date(2026, 4, 1), "dsn", out, seed=5)
    return out


@pytest.fixture(scope="module")
def texts(folder: Path) -> list[str]:
    return [path.read_bytes().decode("latin-1") for path in sorted(folder.iterdir())]


@pytest.fixture(scope="module")
def envois(texts: list[str], dsn):
    return [envoi for text in texts for envoi in dsn.parse(text)]


def declarations(envois):
    return [declaration for envoi in envois for declaration in envoi.all("05")]


def test_one_file_a_month(folder: Path) -> None:
    names = [path.name for path in sorted(folder.iterdir())]
    assert names == ["2026-01.dsn", "2026-02.dsn", "2026-03.dsn", "2026-04.dsn"]


def test_s90_counts_every_line(texts: list[str], envois, dsn) -> None:
    for text, envoi in zip(texts, envois, strict=True):
        total = next(envoi.all("90"))
        assert int(total["001"]) == len(dsn.split_lines(text))
        assert int(total["002"]) == len(list(envoi.all("05")))


def test_version_follows_the_year(envois) -> None:
    assert {envoi["006"] for envoi in envois} == {"P26V01"}


def test_both_size_classes_and_several_establishments(envois) -> None:
    sirets = Counter()
    for declaration in declarations(envois[:1]):
        entreprise, local = next(declaration.all("06")), next(declaration.all("11"))
        sirets[entreprise["001"]] += 1
        assert len(entreprise["001"] + local["001"]) == 14
    assert max(sirets.values()) > 1
    ctps = {line["001"] for envoi in envois for line in envoi.all("23")}
    assert {"332", "236", "668", "669", "100", "772", "937", "260", "430", "635"} <= ctps


def test_size_of_a_contract_month(texts: list[str], envois) -> None:
    contracts = sum(len(list(envoi.all("40"))) for envoi in envois)
    assert 5_500 < sum(map(len, texts)) / contracts < 7_500


def test_each_number_refers_to_a_contract_of_the_person(envois) -> None:
    for declaration in declarations(envois):
        for person in declaration.all("30"):
            numbers = {contract["009"] for contract in person.all("40")}
            for code, rubrique in (("51", "010"), ("52", "006"), ("54", "005"), ("86", "005")):
                assert {block[rubrique] for block in person.all(code)} <= numbers
            assert {base["006"] for base in person.all("78") if base.get("006")} <= numbers


def test_required_pay_types(envois) -> None:
    for declaration in declarations(envois):
        for person in declaration.all("30"):
            for contract in person.all("40"):
                types = {pay["011"] for pay in person.all("51") if pay["010"] == contract["009"]}
                assert {"001", "002", "003", "010"} <= types


def test_reduction_stands_beside_its_smic(envois, dsn) -> None:
    for declaration in declarations(envois):
        for base in declaration.all("78"):
            codes = {line["001"]: line for line in base.all("81")}
            components = {part["001"] for part in base.all("79")}
            assert ("018" in codes) == ("106" in codes) == ("01" in components)
            if "018" in codes:
                assert base["001"] == "03"
                assert codes["018"]["003"] == codes["106"]["003"] == base["004"]


def test_fnal_hangs_under_the_base_of_its_class(envois) -> None:
    for declaration in declarations(envois):
        rates = {
            (base["001"], line["007"])
            for base in declaration.all("78")
            for line in base.all("81")
            if line["001"] == "049"
        }
        assert rates in ({("02", "0.10")}, {("03", "0.50")})


def test_amount_is_base_times_rate(envois, dsn) -> None:
    """Rounded to the nearest cent, exactly: twice the distance is at most one cent."""
    for declaration in declarations(envois[:1]):
        for line in declaration.all("81"):
            if "007" in line.values:
                rate, decimals = line["007"].replace(".", ""), len(line["007"].split(".")[1])
                scale = 100 * 10**decimals
                exact = dsn.cents(line["003"]) * int(rate)
                assert abs(2 * (exact - dsn.cents(line["004"]) * scale)) <= scale


def test_same_seed_same_bytes(folder: Path, tmp_path: Path) -> None:
    generate(CONTRATS, date(2026, 1, 1), date(2026, 4, 1), "dsn", tmp_path, seed=5)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()


def test_another_seed_other_pay(folder: Path, tmp_path: Path) -> None:
    generate(CONTRATS, date(2026, 1, 1), date(2026, 1, 1), "dsn", tmp_path, seed=6)
    assert (folder / "2026-01.dsn").read_bytes() != (tmp_path / "2026-01.dsn").read_bytes()


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch) -> None:
    def boom(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr("batchcalc.generate.dsn.declaration", boom)
    with pytest.raises(RuntimeError):
        generate(1, date(2026, 1, 1), date(2026, 1, 1), "dsn", tmp_path)
    assert list(tmp_path.iterdir()) == []
