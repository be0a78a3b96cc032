"""`generate`: an invented payroll in the format asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, TypedDict

from batchcalc.errors import ConfigError
from batchcalc.generate.bareme import bareme
from batchcalc.generate.blocs import Bloc, blocs
from batchcalc.generate.dossiers import Employeur, employeurs_de
from batchcalc.generate.dsn import ecrire_dsn
from batchcalc.generate.model import mois_entre
from batchcalc.generate.tables import ecrire_tables
from batchcalc.rules.load import Rules

_CONTRATS_POSSIBLES = 10_000_000


class Ecrit(TypedDict):
    """What was written: the files, the contracts and months asked for, contract-months, bytes."""

    fichiers: list[Path]
    contrats: int
    mois: int
    mois_contrat: int
    octets: int


def generate(  # noqa: PLR0913 - one argument for each option of the command
    contrats: int,
    debut: date,
    fin: date,
    format: Literal["dsn", "csv", "parquet"],
    out: Path,
    seed: int = 0,
    *,
    rules: Rules | None = None,
) -> Ecrit:
    """Write an invented payroll; the same arguments always give the same bytes.

    Args:
        contrats: number of contracts.
        debut: first month, any day of it.
        fin: last month, included.
        format: `dsn` writes one `AAAA-MM.dsn` a month, with the reductions declared as the
            reference computes them; `csv` and `parquet` write the input table.
        out: folder, made where missing.
        seed: another seed, another payroll.
        rules: tables of law; the ones of the package by default.

    Returns:
        What was written; `mois_contrat` counts corrections of past months as rows of their own.

    Raises:
        ConfigError: no contract or month, too many contracts, or a folder that cannot be written.
        RuleError: a month outside the rule tables.
    """
    mois = mois_entre(debut, fin)
    _verifier(contrats, mois, seed)
    rules = rules or Rules.load()
    compteur = _Compteur(blocs(contrats, mois, seed, rules))
    try:
        out.mkdir(parents=True, exist_ok=True)
        if format == "dsn":
            fichiers = ecrire_dsn(_employeurs(compteur, mois, rules), mois, out)
        else:
            fichiers = ecrire_tables(compteur, out, format)
    except OSError as error:
        raise ConfigError(
            "The output folder cannot be written.",
            hint="Check the path, the rights and the space left.",
            code="output-folder",
            file=str(out),
        ) from error
    return Ecrit(
        fichiers=fichiers,
        contrats=contrats,
        mois=len(mois),
        mois_contrat=compteur.lignes,
        octets=sum(fichier.stat().st_size for fichier in fichiers),
    )


class _Compteur:
    """Passes blocks on and counts their contract-months."""

    def __init__(self, source: Iterator[Bloc]) -> None:
        self._source = source
        self.lignes = 0

    def __iter__(self) -> Iterator[Bloc]:
        for bloc in self._source:
            corrections = bloc.paies.actif & (bloc.paies.variables.correction_cents != 0)
            self.lignes += int(bloc.paies.actif.sum()) + int(corrections.sum())
            yield bloc


def _verifier(contrats: int, mois: Sequence[date], seed: int) -> None:
    if contrats > _CONTRATS_POSSIBLES:
        raise ConfigError(
            f"Invented people are enough for {_CONTRATS_POSSIBLES} contracts.",
            hint="Ask for fewer contracts, or generate several payrolls.",
            code="too-many-contracts",
        )
    if contrats < 1 or not mois or seed < 0:
        raise ConfigError(
            "Nothing to generate: contracts, months and seed must be positive.",
            hint="Ask for at least one contract and give the months as first:last.",
            code="empty-payroll",
        )


def _employeurs(source: _Compteur, mois: Sequence[date], rules: Rules) -> Iterator[Employeur]:
    baremes = [bareme(rules, m) for m in mois]
    for bloc in source:
        yield from employeurs_de(bloc.paies, bloc.etablissements, baremes, rules)
