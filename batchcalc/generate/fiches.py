"""Payrolls told one contract at a time, for the sample files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date

import numpy as np

from batchcalc.generate.bareme import bareme
from batchcalc.generate.declaration import declaration
from batchcalc.generate.dossiers import Employeur, employeurs_de
from batchcalc.generate.employeurs import etablissement
from batchcalc.generate.enveloppe import ENCODAGE, envoi
from batchcalc.generate.model import (
    CDI,
    HEURES_MOIS_E2,
    ORDINAIRE,
    Contrats,
    Entiers,
    Etablissement,
    Jours,
    Secteur,
    Variables,
)
from batchcalc.generate.payroll import paies
from batchcalc.rules.load import Rules

_PREMIERE_ENTREPRISE = 900_000

ParMois = Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Fiche:
    """One contract.

    Units as in `batchcalc.generate.model`. What happens in some months only is given by month
    (its first day); `bases` overrides `base` from its month on.

    Attributes:
        personne: number of the person. numero: number of the contract, the person's by default.
        employeur: rank of the establishment.
        corrections: differential and how many months back it reaches, by month of the file.
    """

    personne: int
    base: int
    debut: date
    fin: date | None = None
    motif: int = 0
    numero: int | None = None
    employeur: int = 0
    nature: int = CDI
    dispositif: int = ORDINAIRE
    quotite_e2: int = HEURES_MOIS_E2
    quotite_reference_e2: int = HEURES_MOIS_E2
    equivalence_e2: int = 3_500
    structurelles_e2: int = 0
    dfs_e2: int = 0
    bases: ParMois = field(default_factory=dict)
    absences_e4: ParMois = field(default_factory=dict)
    heures_e2: ParMois = field(default_factory=dict)
    primes: ParMois = field(default_factory=dict)
    indemnites: ParMois = field(default_factory=dict)
    ppv: ParMois = field(default_factory=dict)
    corrections: Mapping[date, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Paye:
    """A payroll ready to be written."""

    mois: tuple[date, ...]
    employeurs: list[Employeur]

    def envoi(self, rang: int) -> str:
        """The declarations of one month, one an establishment."""
        textes = [declaration(employeur, self.mois, rang) for employeur in self.employeurs]
        return envoi(self.mois[rang], [texte for texte in textes if texte])

    def envois(self) -> str:
        """One envoi a month, one after the other."""
        return "".join(self.envoi(rang) for rang in range(len(self.mois)))


def octets(texte: str) -> bytes:
    """The bytes of a file."""
    return texte.encode(ENCODAGE)


def employeur(
    rang: int, fnal_e4: int = 10, secteur: Secteur = "commun", numero: int = 1
) -> Etablissement:
    """An invented establishment of the samples; no company of `generate` has its SIREN."""
    modele = etablissement(_PREMIERE_ENTREPRISE + rang, numero)
    return replace(modele, fnal_e4=fnal_e4, secteur=secteur, sans_contrat=False)


def payer(
    fiches: Sequence[Fiche],
    etablissements: Sequence[Etablissement],
    mois: Sequence[date],
    rules: Rules,
) -> Paye:
    """Work out the payroll of some contracts and what is declared for it.

    Args:
        fiches: the contracts, those of one person side by side.
        etablissements: their employers.
        mois: the months.
        rules: the tables of law.
    """
    retenu = [rules.parametres(m, fnal_e4=10).smic_horaire_cents for m in mois]
    resultat = paies(_contrats(fiches), _variables(fiches, mois), mois, retenu)
    baremes = [bareme(rules, m) for m in mois]
    return Paye(tuple(mois), employeurs_de(resultat, etablissements, baremes, rules))


def _contrats(fiches: Sequence[Fiche]) -> Contrats:
    par_nom = {
        f.name: np.array([getattr(fiche, f.name) for fiche in fiches], dtype=np.int64)
        for f in fields(Contrats)
        if f.name not in ("etablissement", "numero", "debut", "fin")
    }
    return Contrats(
        etablissement=np.array([fiche.employeur for fiche in fiches], dtype=np.int64),
        numero=np.array([fiche.numero or fiche.personne for fiche in fiches], dtype=np.int64),
        debut=_jours([fiche.debut for fiche in fiches]),
        fin=_jours([fiche.fin for fiche in fiches]),
        **par_nom,
    )


def _jours(valeurs: Sequence[date | None]) -> Jours:
    return np.array(valeurs, dtype="datetime64[D]")


def _variables(fiches: Sequence[Fiche], mois: Sequence[date]) -> Variables:
    corrections = [{m: cents for m, (cents, _) in fiche.corrections.items()} for fiche in fiches]
    retards = [{m: retard for m, (_, retard) in fiche.corrections.items()} for fiche in fiches]
    return Variables(
        base_cents=np.array([[_base(fiche, m) for m in mois] for fiche in fiches], dtype=np.int64),
        absence_e4=_par_mois([fiche.absences_e4 for fiche in fiches], mois),
        aleatoires_e2=_par_mois([fiche.heures_e2 for fiche in fiches], mois),
        prime_cents=_par_mois([fiche.primes for fiche in fiches], mois),
        indemnite_cents=_par_mois([fiche.indemnites for fiche in fiches], mois),
        ppv_cents=_par_mois([fiche.ppv for fiche in fiches], mois),
        correction_cents=_par_mois(corrections, mois),
        retard=_par_mois(retards, mois),
    )


def _base(fiche: Fiche, mois: date) -> int:
    passees = [m for m in fiche.bases if m <= mois]
    return fiche.bases[max(passees)] if passees else fiche.base


def _par_mois(valeurs: Sequence[ParMois], mois: Sequence[date]) -> Entiers:
    return np.array([[ligne.get(m, 0) for m in mois] for ligne in valeurs], dtype=np.int64)
