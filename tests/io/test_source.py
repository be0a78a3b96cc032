"""Files, folders, globs and standard input."""

import hashlib

import pytest

from batchcalc.errors import ConfigError, InputError
from batchcalc.io.source import EXTENSIONS, Entree, resolve, sha256


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.csv", "a.dsn", "sub/c.parquet", "notes.md", ".hidden.csv", ".git/d.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    return tmp_path


def names(*inputs, **options):
    return [entree.nom for entree in resolve(inputs, **options)]


def refused(*inputs):
    with pytest.raises(InputError) as caught:
        resolve(inputs)
    return caught.value.code


def test_file(folder):
    assert resolve(["b.csv"]) == [Entree("b.csv", "csv")]
    assert resolve([folder / "b.csv"]) == [Entree(str(folder / "b.csv"), "csv")]


def test_folder_with_its_subfolders_without_what_is_hidden_or_unknown(folder):
    assert names(".") == ["a.dsn", "b.csv", "sub/c.parquet"]
    assert names("sub") == ["sub/c.parquet"]


def test_glob(folder):
    assert names("*.csv") == ["b.csv"]
    assert names("**/*.parquet") == ["sub/c.parquet"]
    assert names(str(folder / "*.dsn")) == [str(folder / "a.dsn")]


def test_a_file_whose_name_looks_like_a_glob(folder):
    (folder / "[a].csv").write_text("x")
    assert names("[a].csv") == ["[a].csv"]


def test_sorted_and_each_once(folder):
    assert names("sub", "b.csv", "./b.csv", str(folder / "b.csv"), "*.dsn", "a.dsn") == [
        "a.dsn",
        "b.csv",
        "sub/c.parquet",
    ]


def test_standard_input(folder):
    [entree] = resolve(["-"], input_format="dsn")
    assert entree == Entree("-", "dsn")
    assert entree.chemin is None


@pytest.mark.parametrize(
    ("name", "format", "genre"),
    [
        ("x.csv.gz", "csv", "table"),
        ("X.CSV", "csv", "table"),
        ("x.parquet", "parquet", "table"),
        ("x.arrow", "arrow", "table"),
        ("x.feather", "arrow", "table"),
        ("x.ipc", "arrow", "table"),
        ("x.dsn", "dsn", "dsn"),
        ("x.txt", "dsn", "dsn"),
        ("x.zip", "dsn", "dsn"),
        ("x.dsn.gz", "dsn", "dsn"),
    ],
)
def test_extensions(folder, name, format, genre):
    (folder / name).write_text("x")
    [entree] = resolve([name])
    assert (entree.format, entree.genre) == (format, genre)


def test_each_refusal_has_its_own_code(folder):
    (folder / "empty").mkdir()
    (folder / "others").mkdir()
    (folder / "others/readme.md").write_text("x")
    assert refused() == "aucune-entree"
    assert refused("nowhere.csv") == "entree-introuvable"
    assert refused("empty") == "dossier-vide"
    assert refused("others") == "dossier-sans-entree"
    assert refused("*.zip") == "motif-sans-fichier"
    assert refused("notes.md") == "extension-inconnue"


def test_standard_input_without_a_format():
    with pytest.raises(ConfigError) as caught:
        resolve(["-"])
    assert caught.value.code == "format-manquant"


def test_extensions_are_tried_from_the_longest():
    ends = list(EXTENSIONS)
    assert all(not end.endswith(before) for i, end in enumerate(ends) for before in ends[:i])


def test_a_loop_of_links_ends(folder):
    (folder / "sub" / "loop").symlink_to(folder)
    assert names("sub") == ["sub/c.parquet"]


def test_sha256(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"ab" * 300_000)
    assert sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()
