"""The whole payroll, block after block, the same for every output format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TypeVar

import numpy as np

from batchcalc.generate.bareme import smic_horaire_cents
from batchcalc.generate.employeurs import CONTRATS_PAR_ENTREPRISE, employeurs
from batchcalc.generate.model import HEURES_MOIS_E2, Contrats, Etablissement, Paies, Variables
from batchcalc.generate.payroll import paies
from batchcalc.generate.tirage import tirer_contrats
from batchcalc.generate.tirage_mois import tirer_variables
from batchcalc.rules.load import Rules

_ENTREPRISES = 50
_TAILLE = _ENTREPRISES * CONTRATS_PAR_ENTREPRISE

_T = TypeVar("_T", Contrats, Variables)


@dataclass(frozen=True)
class Bloc:
    """Fifty companies, or fewer at the end."""

    etablissements: list[Etablissement]
    paies: Paies


def blocs(contrats: int, mois: Sequence[date], seed: int, rules: Rules) -> Iterator[Bloc]:
    """Draw a payroll of `contrats` contracts.

    Each block has its own source of chance: a payroll of 100 contracts is the beginning of the one
    of 1000 with the same seed and months.

    Raises:
        RuleError: a month outside the rule tables.
    """
    paye = [smic_horaire_cents(rules, m) for m in mois]
    plein = [-(-smic * HEURES_MOIS_E2 // 100) for smic in paye]
    retenu = [rules.parametres(m, fnal_e4=10).smic_horaire_cents for m in mois]
    for rang in range(-(-contrats // _TAILLE)):
        rng = np.random.default_rng([seed, rang])
        liste, etablissement = employeurs(rang * _ENTREPRISES, _ENTREPRISES)
        tires, niveau = tirer_contrats(rng, liste, etablissement, rang * _TAILLE + 1, mois)
        variables = tirer_variables(rng, tires, niveau, mois, plein)
        voulus = min(_TAILLE, contrats - rang * _TAILLE)
        yield Bloc(liste, paies(_debut(tires, voulus), _debut(variables, voulus), mois, retenu))


def _debut(tableaux: _T, nombre: int) -> _T:
    """The first contracts of a set of arrays."""
    return type(tableaux)(**{f.name: getattr(tableaux, f.name)[:nombre] for f in fields(tableaux)})
