"""From arrays to what the DSN writer walks through: employers, people, contracts, months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from batchcalc.generate.bareme import Bareme
from batchcalc.generate.cotisations import Grille, grille
from batchcalc.generate.declare import Assiette, declarer
from batchcalc.generate.identite import Individu, individu
from batchcalc.generate.lignes import Contrat, bloc_contrat
from batchcalc.generate.model import HEURES_MOIS_E2, ORDINAIRE, Etablissement, Paies
from batchcalc.generate.versement import Paie, borne
from batchcalc.rules.load import Rules


@dataclass(frozen=True, slots=True)
class Dossier:
    """One contract: its months and, for each file, the bases it declares."""

    contrat: Contrat
    texte: str
    paies: dict[int, Paie]
    depots: dict[int, list[Assiette]]


@dataclass(frozen=True, slots=True)
class Personne:
    """One person and the contracts of one establishment."""

    individu: Individu
    dossiers: list[Dossier]


@dataclass(frozen=True, slots=True)
class Employeur:
    """One establishment, its people, and its contributions month by month."""

    etablissement: Etablissement
    personnes: list[Personne]
    grilles: Sequence[Grille]


def employeurs_de(
    paies: Paies,
    etablissements: Sequence[Etablissement],
    baremes: Sequence[Bareme],
    rules: Rules,
) -> list[Employeur]:
    """Arrange a payroll by establishment and person, with what is declared for it.

    Args:
        paies: the payroll.
        etablissements: its employers.
        baremes: rates, one a month.
        rules: the tables of law of the declared reductions.
    """
    depots = declarer(paies, etablissements, baremes, rules)
    employeurs = [
        Employeur(etablissement, [], [grille(etablissement, bareme) for bareme in baremes])
        for etablissement in etablissements
    ]
    derniere = -1
    contrats = zip(_contrats(paies), depots, strict=True)
    for rang, (contrat, fichiers) in enumerate(contrats):
        employeur = employeurs[paies.contrats.etablissement[rang]]
        personne = int(paies.contrats.personne[rang])
        if personne != derniere:
            employeur.personnes.append(Personne(individu(personne), []))
        derniere = personne
        texte = bloc_contrat(contrat, employeur.etablissement)
        mois = _paies(paies, rang, contrat)
        employeur.personnes[-1].dossiers.append(Dossier(contrat, texte, mois, fichiers))
    return employeurs


def _contrats(paies: Paies) -> Iterator[Contrat]:
    source = paies.contrats
    for rang in range(len(source.numero)):
        base = int(paies.variables.base_cents[rang, 0])
        quotite, reference = int(source.quotite_e2[rang]), int(source.quotite_reference_e2[rang])
        yield Contrat(
            numero=f"C{int(source.numero[rang]):08d}",
            nature=int(source.nature[rang]),
            dispositif=int(source.dispositif[rang]),
            quotite_e2=quotite,
            quotite_reference_e2=reference,
            dfs_e2=int(source.dfs_e2[rang]),
            debut=source.debut[rang].item(),
            fin=source.fin[rang].item(),
            motif=int(source.motif[rang]),
            cadre=_cadre(base, reference, int(source.dispositif[rang])),
        )


def _cadre(base_cents: int, reference_e2: int, dispositif: int) -> bool:
    return dispositif == ORDINAIRE and (reference_e2 != HEURES_MOIS_E2 or base_cents > 500_000)


def _paies(paies: Paies, rang: int, contrat: Contrat) -> dict[int, Paie]:
    v = paies.variables
    colonnes = (
        v.base_cents,
        paies.due_cents,
        paies.proratise,
        v.absence_e4,
        paies.structurelles_e2,
        v.aleatoires_e2,
        paies.majoration_cents,
        v.prime_cents,
        v.indemnite_cents,
        v.ppv_cents,
        paies.sans_dfs_cents,
        paies.remuneration_cents,
    )
    valeurs = zip(*(colonne[rang].tolist() for colonne in colonnes), strict=True)
    return {
        mois: Paie(*borne(paies.mois[mois], contrat), *ligne)
        for mois, (ligne, actif) in enumerate(zip(valeurs, paies.actif[rang].tolist(), strict=True))
        if actif
    }


def mois_de_fin(contrat: Contrat, mois: date) -> bool:
    """Whether the contract ends in that month."""
    fin = contrat.fin
    return fin is not None and (fin.year, fin.month) == (mois.year, mois.month)
