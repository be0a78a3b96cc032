"""The amounts of the persons in the tables, added up by contract and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from batchcalc.io.dsn import codes
from batchcalc.io.dsn.lot import NOMMENT, RIEN, Lot
from batchcalc.io.dsn.tables import Entiers
from batchcalc.kernels import dsn_months
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_values as v

REMUNERATION: Final = "remuneration_cents"
PPV: Final = "ppv_cents"
DUE: Final = "remuneration_due_cents"
HABITUELLE: Final = "remuneration_habituelle_cents"
HEURES: Final = "heures_supplementaires_e4"
DFS: Final = "dfs_cents"
FRAIS: Final = "frais_cents"
SMIC: Final = "smic_retenu_cents"

CRPCEN: Final = " crpcen"
"""The same under the base of notaries' staff: used where nothing is under the déplafonnée one."""

_SOUS_BASE: Final = (SMIC, *codes.COTISATIONS_DECLAREES.values())
MONTANTS: Final = (REMUNERATION, *_SOUS_BASE, DUE, HABITUELLE, HEURES, PPV, DFS, FRAIS)
_SOMMES: Final = (*MONTANTS, *(nom + CRPCEN for nom in _SOUS_BASE))

# What becomes of a field of the rows with some codes: the sum it enters, and how many times.
_Emploi = Mapping[int, tuple[str, int]]
_DIRECTS: Final[tuple[tuple[int, str, _Emploi], ...]] = (
    (k.BASE, "montant", {codes.BASE_DEPLAFONNEE: (REMUNERATION, 1)}),
    (
        k.REMUNERATION,
        "montant",
        {codes.REMUNERATION_DUE: (DUE, 1), codes.REMUNERATION_HABITUELLE: (HABITUELLE, 1)},
    ),
    (
        k.REMUNERATION,
        "heures",
        {
            **dict.fromkeys(codes.HEURES_AJOUTEES, (HEURES, 100)),
            codes.HEURES_A_EXCLURE: (HEURES, -100),
        },
    ),
    (k.PRIME, "montant", dict.fromkeys(codes.PPV, (PPV, 1))),
    (k.REVENU, "montant", {codes.DFS: (DFS, 1), codes.FRAIS_REINTEGRES: (FRAIS, 1)}),
)
_INDIRECTS: Final = {
    k.COMPOSANT: {codes.SMIC_RETENU: SMIC},
    k.COTISATION: codes.COTISATIONS_DECLAREES,
}
_SUFFIXES: Final = {codes.BASE_DEPLAFONNEE: "", codes.BASE_CRPCEN: CRPCEN}
_CODES: Final = 1000
_EXONERATIONS: Final = np.asarray(sorted(codes.EXONERATIONS))


@dataclass(frozen=True, slots=True)
class Sommes:
    """One row a contract and month; a mark where there is nothing.

    Attributes:
        contrat: row of the contract.
        mois: yyyymm.
        ligne: where its base stands, else its first premium.
        fnal_e4: the rate that contribution 049 tells.
        exoneration: code of an exemption.
        montants: columns `MONTANTS`.
    """

    contrat: Entiers
    mois: Entiers
    ligne: Entiers
    fnal_e4: Entiers
    exoneration: Entiers
    montants: Entiers

    def __len__(self) -> int:
        return self.contrat.size

    def somme(self, nom: str) -> Entiers:
        """One of `MONTANTS`."""
        return self.montants[:, MONTANTS.index(nom)]

    def sont(self, rangs: Entiers) -> Sommes:
        """Some of the rows."""
        return Sommes(*(getattr(self, nom)[rangs] for nom in self.__slots__))


def sommes(lot: Lot) -> Sommes:
    """Add up the rows of the tables."""
    slots, places = _places(lot)
    montants = np.full((len(slots), len(_SOMMES)), v.NULL)
    for table, champ, _ in _DIRECTS:
        cles = lot.tables.colonne(table, "code")
        _ajoute(lot, table, champ, places[table], cles, montants)
    for table in _INDIRECTS:
        places[table] = places[k.BASE][lot.tables.parents(table)]
        _ajoute(lot, table, "montant", places[table], _cles_sous_base(lot, table), montants)
    _complete_par_crpcen(montants)
    moins_fnal = _moindre(places[k.COTISATION], _moins_fnal(lot), len(slots))
    return Sommes(
        slots[:, dsn_months.CONTRACT].copy(),
        slots[:, dsn_months.MONTH].copy(),
        _lignes(lot, places, len(slots)),
        np.where(moins_fnal > v.LAST_MARK, -moins_fnal, v.NULL),
        _moindre(places[k.COTISATION], _exonerations(lot), len(slots)),
        montants[:, : len(MONTANTS)],
    )


def _places(lot: Lot) -> tuple[Entiers, dict[int, Entiers]]:
    """The contract-months, and that of each row of the tables that name contracts."""
    lignes = sum(lot.tables.nombre(table) for table in NOMMENT)
    slots = np.empty((lignes, dsn_months.N_SLOT), np.int64)
    derniers = np.full(lot.tables.nombre(k.CONTRAT), dsn_months.NO_SLOT)
    nombre = 0
    places = {}
    for table in NOMMENT:
        contrat = lot.contrat(table)
        if table == k.REMUNERATION:
            sans_montant = lot.tables.colonne(table, "code") == codes.SALAIRE_CHOMAGE
            contrat = np.where(sans_montant, RIEN, contrat)
        places[table] = np.empty(contrat.size, np.int64)
        nombre = dsn_months.place(contrat, lot.mois(table), nombre, derniers, slots, places[table])
    return slots[:nombre], places


def _ajoute(
    lot: Lot, table: int, champ: str, places: Entiers, cles: Entiers, montants: Entiers
) -> None:
    valeurs = np.ascontiguousarray(lot.tables.colonne(table, champ))
    emplois = _emplois()[table, champ]
    dsn_months.add(places, np.ascontiguousarray(cles), valeurs, emplois, montants)


@cache
def _emplois() -> dict[tuple[int, str], Entiers]:
    """The tables `dsn_months.add` takes: by code, or by base * 1000 + code under bases."""
    directs = {(table, champ): _emploi(emploi) for table, champ, emploi in _DIRECTS}
    indirects = {
        (table, "montant"): _emploi(
            {
                base * _CODES + code: (nom + suffixe, 1)
                for base, suffixe in _SUFFIXES.items()
                for code, nom in noms.items()
            }
        )
        for table, noms in _INDIRECTS.items()
    }
    return directs | indirects


def _emploi(emploi: _Emploi) -> Entiers:
    lignes = np.full((max(emploi) + 1, 2), RIEN)
    for cle, (nom, fois) in emploi.items():
        lignes[cle] = _SOMMES.index(nom), fois
    return lignes


def _cles_sous_base(lot: Lot, table: int) -> Entiers:
    """Base * 1000 + code of rows under bases, RIEN where one of them cannot be read."""
    bases = lot.tables.colonne(k.BASE, "code")[lot.tables.parents(table)]
    lus = lot.tables.colonne(table, "code")
    connus = (bases > v.LAST_MARK) & (lus > v.LAST_MARK)
    return np.where(connus, bases * _CODES + lus, RIEN)


def _complete_par_crpcen(montants: Entiers) -> None:
    for nom in _SOUS_BASE:
        generale = montants[:, _SOMMES.index(nom)]
        crpcen = montants[:, _SOMMES.index(nom + CRPCEN)]
        np.copyto(generale, crpcen, where=generale == v.NULL)


def _lignes(lot: Lot, places: dict[int, Entiers], nombre: int) -> Entiers:
    """Line of the first base déplafonnée, else of the first premium."""
    deplafonnee = lot.tables.colonne(k.BASE, "code") == codes.BASE_DEPLAFONNEE
    lignes_de_base = np.where(deplafonnee, lot.tables.rangees(k.BASE)[:, k.LINE], v.NULL)
    bases = _moindre(places[k.BASE], lignes_de_base, nombre)
    primes = _moindre(places[k.PRIME], lot.tables.rangees(k.PRIME)[:, k.LINE], nombre)
    return np.where(bases > v.LAST_MARK, bases, primes)


def _moindre(places: Entiers, valeurs: Entiers, nombre: int) -> Entiers:
    """The least value of each contract-month."""
    moindres = np.full(nombre, v.NULL)
    dsn_months.keep_least(places, np.ascontiguousarray(valeurs), moindres)
    return moindres


def _moins_fnal(lot: Lot) -> Entiers:
    """Minus the FNAL rate that contributions tell, by their rate, else by their base."""
    cotisations = lot.tables
    bases = cotisations.colonne(k.BASE, "code")[cotisations.parents(k.COTISATION)]
    taux = cotisations.colonne(k.COTISATION, "taux")
    dits = np.full(bases.size, v.NULL)
    for lus, sens in ((bases, codes.FNAL_PAR_BASE), (taux, codes.TAUX_FNAL_E3)):
        for valeur, fnal_e4 in sens.items():
            dits[lus == valeur] = -fnal_e4
    return np.where(cotisations.colonne(k.COTISATION, "code") == codes.FNAL, dits, v.NULL)


def _exonerations(lot: Lot) -> Entiers:
    """Code of the contributions that are exemptions of something."""
    lus = lot.tables.colonne(k.COTISATION, "code")
    reelle = np.zeros(lus.size, np.bool_)
    for champ in ("assiette", "montant"):
        valeurs = lot.tables.colonne(k.COTISATION, champ)
        reelle |= (valeurs > v.LAST_MARK) & (valeurs != 0)
    return np.where(reelle & np.isin(lus, _EXONERATIONS), lus, v.NULL)
