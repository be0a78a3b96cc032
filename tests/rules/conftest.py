from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from batchcalc.rules.load import Rules


def mois_de(premier: date, dernier: date) -> list[date]:
    debut, fin = premier.year * 12 + premier.month - 1, dernier.year * 12 + dernier.month - 1
    return [date(rang // 12, rang % 12 + 1, 1) for rang in range(debut, fin + 1)]


@pytest.fixture(scope="session")
def rules() -> Rules:
    return Rules.load()


@pytest.fixture(scope="session")
def tous_les_mois(rules: Rules) -> list[date]:
    return mois_de(rules.premier_mois, rules.dernier_mois)


@pytest.fixture(scope="session")
def valeur(rules: Rules) -> Callable[[str, date], str | None]:
    """The text of a table in force in a month, as `rules show` would print it."""

    def lit(nom: str, mois: date) -> str | None:
        return next((v.valeur for v in rules.valeurs(mois) if v.nom == nom), None)

    return lit


@pytest.fixture
def fichier(tmp_path: Path) -> Callable[[str], Path]:
    """Write a rules file."""

    def ecrit(texte: str, nom: str = "local.toml") -> Path:
        chemin = tmp_path / nom
        chemin.write_text(texte, encoding="utf-8")
        return chemin

    return ecrit
