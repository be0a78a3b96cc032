"""A random payroll with the spread of a real one, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from batchcalc.generate.model import (
    APPRENTI_1979,
    APPRENTI_1987,
    CDD,
    CDI,
    HEURES_MOIS_E2,
    JOURS_MOIS_E2,
    MANDAT,
    MISSION,
    ORDINAIRE,
    Contrats,
    Drapeaux,
    Entiers,
    Etablissement,
    Jours,
)

_PARTIELS_E2 = (7_583, 9_100, 10_400, 12_133, 13_000)
_DEMISSION, _CONVENTIONNELLE, _FIN_CDD, _FIN_MISSION, _FIN_APPRENTISSAGE = 59, 43, 31, 32, 81


@dataclass(frozen=True)
class _Familles:
    """Which contract is of which kind."""

    apprenti: Drapeaux
    mission: Drapeaux
    mandat: Drapeaux
    cdd: Drapeaux
    batiment: Drapeaux


def tirer_contrats(
    rng: np.random.Generator,
    etablissements: Sequence[Etablissement],
    etablissement: Entiers,
    premier_numero: int,
    mois: Sequence[date],
) -> tuple[Contrats, NDArray[np.float64]]:
    """Draw one block of contracts.

    Args:
        rng: source of chance.
        etablissements: the employers of the block.
        etablissement: rank of its employer for each contract.
        premier_numero: number of the first contract.
        mois: the months asked for.

    Returns:
        The contracts and their pay level in multiples of the SMIC.
    """
    nombre = len(etablissement)
    numero = np.arange(premier_numero, premier_numero + nombre, dtype=np.int64)
    familles = _familles(rng, etablissements, etablissement)
    niveau = _niveau(rng, familles)
    quotite, reference = _quotites(rng, niveau, familles)
    debut, fin = _dates(rng, familles, mois)
    personne = _personnes(rng, numero, etablissement)
    # Before 2025 the DFS amount names no contract (54.005): one contract only for who has one.
    abattable = familles.batiment & ~familles.mandat & ~_partagee(personne)
    plein_temps = (quotite == reference) & (reference == HEURES_MOIS_E2) & ~familles.mandat
    contrats = Contrats(
        etablissement=etablissement,
        personne=personne,
        numero=numero,
        nature=_nature(familles),
        dispositif=_dispositif(etablissements, etablissement, familles),
        quotite_e2=quotite,
        quotite_reference_e2=reference,
        equivalence_e2=np.where(_parmi(rng, plein_temps, 0.01), 4_000, 3_500),
        structurelles_e2=np.where(_parmi(rng, plein_temps & ~familles.apprenti, 0.08), 1_733, 0),
        dfs_e2=np.where(_parmi(rng, abattable, 0.3), 1_000, 0),
        debut=debut,
        fin=fin,
        motif=_motif(rng, familles, fin),
    )
    return contrats, niveau


def _parmi(rng: np.random.Generator, candidats: Drapeaux, part: float) -> Drapeaux:
    """A random share of the candidates."""
    return candidats & (rng.random(len(candidats)) < part)


def _familles(
    rng: np.random.Generator, etablissements: Sequence[Etablissement], etablissement: Entiers
) -> _Familles:
    secteur = np.array([e.secteur for e in etablissements])[etablissement]
    mission = _parmi(rng, secteur == "interim", 0.9)
    apprenti = _parmi(rng, ~mission, 0.05)
    mandat = _parmi(rng, ~mission & ~apprenti, 0.006)
    cdd = _parmi(rng, ~mission & ~mandat & ~apprenti, 0.1)
    return _Familles(apprenti, mission, mandat, cdd, secteur == "batiment")


def _niveau(rng: np.random.Generator, familles: _Familles) -> NDArray[np.float64]:
    """Pay over SMIC: half under 1.5, one in fifteen above 3, some exactly on the thresholds."""
    nombre = len(familles.apprenti)
    niveau = np.minimum(1.0 + rng.lognormal(-0.7, 0.9, nombre), 25.0)
    tous = np.ones(nombre, dtype=np.bool_)
    niveau = np.where(_parmi(rng, tous, 0.08), 1.0, niveau)
    niveau = np.where(_parmi(rng, tous, 0.01), 1.6, niveau)
    niveau = np.where(_parmi(rng, tous, 0.02), 2.999 + rng.random(nombre) / 500, niveau)
    niveau = np.where(familles.mission, np.minimum(niveau, 2.0), niveau)
    niveau = np.where(familles.mandat, niveau + 2.0, niveau)
    part_apprenti = rng.choice(np.array([0.27, 0.43, 0.53, 0.78, 1.0]), nombre)
    resultat: NDArray[np.float64] = np.where(familles.apprenti, part_apprenti, niveau)
    return resultat


def _quotites(
    rng: np.random.Generator, niveau: NDArray[np.float64], familles: _Familles
) -> tuple[Entiers, Entiers]:
    nombre = len(niveau)
    ordinaire = ~familles.apprenti & ~familles.mission & ~familles.mandat
    forfait = _parmi(rng, ordinaire & (niveau > 2.2), 0.4)
    partiel = _parmi(rng, ordinaire & ~forfait, 0.2)
    reference = np.where(forfait, JOURS_MOIS_E2, HEURES_MOIS_E2)
    quotite = np.where(partiel, rng.choice(np.array(_PARTIELS_E2), nombre), reference)
    return np.where(_parmi(rng, forfait, 0.1), JOURS_MOIS_E2 * 4 // 5, quotite), reference


def _dates(
    rng: np.random.Generator, familles: _Familles, mois: Sequence[date]
) -> tuple[Jours, Jours]:
    """Entries and exits: about one contract in six each way, missions of a week to six months."""
    nombre = len(familles.mission)
    debut_mois = np.datetime64(mois[0], "D")
    fin_mois = (np.datetime64(mois[-1], "M") + 1).astype("datetime64[D]")
    duree = int((fin_mois - debut_mois).astype(np.int64))
    entree = _parmi(rng, np.ones(nombre, dtype=np.bool_), 0.15) | familles.mission
    debut_jour = np.where(entree, rng.integers(0, duree, nombre), -rng.integers(30, 4_000, nombre))
    debut_jour = np.where(familles.apprenti & ~entree, -rng.integers(30, 600, nombre), debut_jour)
    sortie = _parmi(rng, ~familles.mission, 0.13) | familles.mission
    reste = duree - np.maximum(debut_jour, 0)
    fin_jour = np.maximum(debut_jour, 0) + (rng.random(nombre) * reste).astype(np.int64)
    fin_mission = debut_jour + rng.integers(6, 180, nombre)
    fin_jour = np.where(familles.mission, fin_mission, fin_jour)
    visible = sortie & (fin_jour < duree)
    fin = np.where(visible, debut_mois + fin_jour, np.datetime64("NaT"))
    return debut_mois + debut_jour, fin


def _nature(familles: _Familles) -> Entiers:
    nature = np.where(familles.cdd | familles.apprenti, CDD, CDI)
    nature = np.where(familles.mission, MISSION, nature)
    return np.where(familles.mandat, MANDAT, nature)


def _dispositif(
    etablissements: Sequence[Etablissement], etablissement: Entiers, familles: _Familles
) -> Entiers:
    petite = np.array([e.fnal_e4 == 10 for e in etablissements])[etablissement]
    apprentissage = np.where(petite, APPRENTI_1979, APPRENTI_1987)
    return np.where(familles.apprenti, apprentissage, ORDINAIRE)


def _motif(rng: np.random.Generator, familles: _Familles, fin: Jours) -> Entiers:
    motif = rng.choice(np.array([_DEMISSION, _CONVENTIONNELLE]), len(fin))
    motif = np.where(familles.cdd, _FIN_CDD, motif)
    motif = np.where(familles.apprenti, _FIN_APPRENTISSAGE, motif)
    motif = np.where(familles.mission, _FIN_MISSION, motif)
    return np.where(np.isnat(fin), 0, motif)


def _personnes(rng: np.random.Generator, numero: Entiers, etablissement: Entiers) -> Entiers:
    """One contract in twenty-five is the second contract of the person before."""
    meme_employeur = np.diff(etablissement, prepend=-1) == 0
    second = _parmi(rng, meme_employeur, 0.04)
    second[1:] &= ~second[:-1]
    return numero - second


def _partagee(personne: Entiers) -> Drapeaux:
    """Contracts of people who have two."""
    comme_avant = np.diff(personne, prepend=-1) == 0
    resultat: Drapeaux = comme_avant | np.append(comme_avant[1:], False)
    return resultat
