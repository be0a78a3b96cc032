"""Writes the sample files: `python -m batchcalc.generate.samples sample_dsn`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from batchcalc.generate.fiches import octets
from batchcalc.generate.sample_bad import MAUVAIS, mauvais_fichiers
from batchcalc.generate.sample_catalogue import ANNEES, SITUATIONS
from batchcalc.rules.load import Rules

_INTRODUCTION = """\
# Sample DSN files

Small monthly DSN files in the real format, one thing to get right each. People, employers and
numbers are invented: NIR of department 99, SIREN that begin with 00, postal codes 99xxx.
Contributions other than the reduction are there for the shape; their rates are illustrative.

Written by `python -m batchcalc.generate.samples sample_dsn`: do not edit by hand.

Declared reductions (codes 018 and 106) are what the reference computes from the SMIC term of 79
type 01, rounded to the cent as the employer keeps it. The bases of one contract and month add up,
corrections of past months included, to the exact amount due.

A contract that was running before the first file of its folder has the status `cumul_incomplet`:
earlier months of the year are not known. Contracts of one-month situations started in 2023 but
their files begin in January, so theirs are complete.

    batchcalc run sample_dsn/2019 sample_dsn/2024 sample_dsn/2025 sample_dsn/2026 --out out
    batchcalc run sample_dsn/situations --out out-situations
"""


def fichiers(rules: Rules) -> dict[str, bytes]:
    """Every sample file and the README, by path from the sample folder."""
    contenus: dict[str, bytes] = {}
    for annee in ANNEES:
        paye = annee.paye(rules)
        for rang, mois in enumerate(paye.mois):
            contenus[f"{annee.nom}/{mois:%Y-%m}.dsn"] = octets(paye.envoi(rang))
    for situation in SITUATIONS:
        for fin, contenu in situation.fichiers(rules).items():
            contenus[f"situations/{situation.nom}{fin}"] = contenu
    for nom, contenu in mauvais_fichiers(rules).items():
        contenus[f"bad/{nom}"] = contenu
    contenus["README.md"] = _readme().encode()
    return contenus


def _readme() -> str:
    annees = [(f"`{a.nom}/`", a.regle, a.article, a.attendu) for a in ANNEES]
    situations = [(f"`{s.nom}*`", s.regle, s.article, s.attendu) for s in SITUATIONS]
    mauvais = [(f"`{nom}`", faute, attendu) for nom, faute, attendu in MAUVAIS]
    entetes = ("file", "rule exercised", "article", "what to expect")
    return "\n".join(
        [
            _INTRODUCTION,
            "## Years\n",
            *_tableau(entetes, annees),
            "\n## `situations/`\n",
            *_tableau(entetes, situations),
            "\n## `bad/`\n",
            "Not for an ordinary run: each file has one fault beside sound data.\n",
            *_tableau(("file", "fault", "what to expect"), mauvais),
            "",
        ]
    )


def _tableau(entetes: tuple[str, ...], lignes: Iterable[tuple[str, ...]]) -> list[str]:
    trait = ("---",) * len(entetes)
    return [f"| {' | '.join(ligne)} |" for ligne in (entetes, trait, *lignes)]


def ecrire(dossier: Path, rules: Rules) -> None:
    """Write every sample file under `dossier`."""
    for nom, contenu in fichiers(rules).items():
        chemin = dossier / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_bytes(contenu)


def main() -> None:
    """Read the folder from the command line and write there."""
    lecteur = argparse.ArgumentParser(description="Write the sample DSN files.")
    lecteur.add_argument("dossier", type=Path, help="folder to write to, e.g. sample_dsn")
    ecrire(lecteur.parse_args().dossier, Rules.load())


if __name__ == "__main__":
    main()
