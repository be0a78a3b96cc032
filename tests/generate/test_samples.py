from pathlib import Path

import pytest

from batchcalc.generate.sample_bad import MAUVAIS, mauvais_fichiers
from batchcalc.generate.sample_catalogue import ANNEES, SITUATIONS
from batchcalc.generate.samples import ecrire, fichiers

FOLDER = Path(__file__).parents[2] / "sample_dsn"
LIMIT = 2_100_000


@pytest.fixture(scope="module")
def contents(rules) -> dict[str, bytes]:
    return fichiers(rules)


def test_regenerating_gives_the_same_bytes(contents) -> None:
    kept = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in FOLDER.rglob("*")
        if path.is_file()
    }
    assert sorted(kept) == sorted(contents)
    assert [name for name, content in contents.items() if kept[name] != content] == []


def test_written_where_asked(contents, tmp_path: Path, rules) -> None:
    ecrire(tmp_path, rules)
    assert (tmp_path / "2026" / "2026-01.dsn").read_bytes() == contents["2026/2026-01.dsn"]


def test_stays_small(contents) -> None:
    assert sum(map(len, contents.values())) < LIMIT


def test_readme_lists_every_file(contents) -> None:
    readme = contents["README.md"].decode()
    for name in contents:
        folder, _, file = name.partition("/")
        if folder == "situations":
            assert any(file.startswith(s.nom) and f"`{s.nom}*`" in readme for s in SITUATIONS)
        elif folder == "bad":
            assert f"`{file}`" in readme
        elif file:
            assert f"`{folder}/`" in readme
    assert {a.nom for a in ANNEES} == {"2019", "2024", "2025", "2026"}


def test_sound_files_keep_the_norm(contents, dsn) -> None:
    odd = ("situations/02-", "situations/06-", "situations/24-", "bad/", "README")
    for name, content in contents.items():
        if name.startswith(odd):
            continue
        text = content.decode("utf-8" if "utf-8" in name else "latin-1")
        lines = 0
        for envoi in dsn.parse(text):
            total = next(envoi.all("90"))
            assert int(total["002"]) == len(list(envoi.all("05")))
            lines += int(total["001"])
        assert lines == len(dsn.split_lines(text))


@pytest.mark.parametrize("name", ["02-fins-de-ligne-lf.dsn", "24-norme-suivante.dsn"])
def test_odd_but_sound_files_count_their_lines(name: str, contents) -> None:
    text = contents[f"situations/{name}"].decode("latin-1")
    assert f"S90.G00.90.001,'{len(text.splitlines())}'" in text


def test_line_feeds_only(contents) -> None:
    content = contents["situations/02-fins-de-ligne-lf.dsn"]
    assert b"\r" not in content
    assert not content.endswith(b"\n")


def test_values_hold_quotes_and_commas(contents) -> None:
    content = contents["situations/01-apostrophe-virgule.dsn"].decode("latin-1")
    assert "S21.G00.30.008,'3 RUE DE L'ESSAI, LOT 'B','C''\r\n" in content


def test_portal_return_counts_its_own_lines(contents) -> None:
    text = contents["situations/06-retour-portail.dsn"].decode("latin-1")
    envois = text[text.index("S10.G00.00.001") : text.index("S96.")].split("S10.G00.00.001")[1:]
    assert len(envois) == 2
    for envoi in envois:
        assert f"S90.G00.90.001,'{len(envoi.splitlines())}'" in envoi
    assert "S20.G00.05.001,'07'" in envois[0]
    assert "S21.G00.78" not in envois[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("01-apostrophe-virgule.dsn", {"018": -51_380, "106": -9_136}),
        ("13-apprenti-2019.dsn", {"018": -209_04 * 12 - 306_87 * 9 - 363_19 * 3}),
        ("19-plafond-dfs.dsn", {"018": -60_132, "106": -10_567}),
        ("21-bandeau-aller-retour.dsn", {"018": 0, "106": 0}),
    ],
)
def test_announced_amounts(name: str, expected, contents, dsn) -> None:
    found = dict.fromkeys(expected, 0)
    for envoi in dsn.parse(contents[f"situations/{name}"].decode("latin-1")):
        for line in envoi.all("81"):
            if line["001"] in found:
                found[line["001"]] += dsn.cents(line["004"])
    assert found == expected


def test_bad_files_are_the_ones_told(rules) -> None:
    files = mauvais_fichiers(rules)
    assert list(files) == [name for name, _, _ in MAUVAIS]
    sound = len(files["mois-13.dsn"])
    assert 0 < len(files["tronque.dsn"]) < sound
    assert files["vide.dsn"] == b""
    assert b"999999999999999999.00" in files["dix-huit-chiffres.dsn"]
