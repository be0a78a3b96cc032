"""The list of the rules applied, for people: `batchcalc rules list` and docs/rules.md."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

_FICHIER = Path(__file__).with_name("registre.toml")


@dataclass(frozen=True, slots=True)
class Regle:
    """One rule of law as this engine applies it.

    Attributes:
        id: stable name.
        titre: the rule in a sentence.
        article: on whose authority.
        depuis, jusque: first and last months (`YYYY-MM`); `jusque` empty while in force.
        statut: `S` read in the source, `S2` two sources, `C` computed, `I` inferred.
        test: the test that pins it, as pytest names it.
        exemple: a published or derived figure.
        lecture: the reading chosen where sources differ or are silent.
        alternative: the reading left.
    """

    id: str
    titre: str
    article: str
    depuis: str
    statut: str
    test: str
    exemple: str
    jusque: str = ""
    lecture: str = ""
    alternative: str = ""


def regles() -> tuple[Regle, ...]:
    """Every rule, in the order of the computation."""
    with _FICHIER.open("rb") as fichier:
        return tuple(Regle(**regle) for regle in tomllib.load(fichier)["regle"])


def page(liste: tuple[Regle, ...]) -> str:
    """docs/rules.md: the rules, their readings and their proofs, as Markdown."""
    lines = [
        "# The rules applied",
        "",
        "Made by `batchcalc rules list --output-format markdown`: do not edit by hand.",
        "Status: S read in the source, S2 two sources agree, C computed, I inferred.",
        "The numbers themselves: `batchcalc rules show 2026-01`.",
        "",
    ]
    for regle in liste:
        lines += [f"## {regle.titre}", "", *_facts(regle), ""]
    return "\n".join(lines)


def _facts(regle: Regle) -> list[str]:
    period = f"{regle.depuis} to {regle.jusque}" if regle.jusque else f"since {regle.depuis}"
    facts = [
        f"- `{regle.id}`, {period}, [{regle.statut}] {regle.article}",
        f"- Example: {regle.exemple}",
        f"- Test: `{regle.test}`",
    ]
    if regle.lecture:
        facts.append(f"- Reading: {regle.lecture}")
        facts.append(f"- Alternative left: {regle.alternative}")
    return facts
