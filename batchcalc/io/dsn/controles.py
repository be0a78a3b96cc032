"""Everything that is wrong in the tables of persons of a lot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from batchcalc.io.dsn import codes, rubriques
from batchcalc.io.dsn.erreurs import (
    ABSENT,
    BLOQUE,
    CONTRAT_EN_DOUBLE,
    CONTRAT_INCONNU,
    MUET,
    PERDUE,
    SANS_CONTRAT,
    Erreurs,
    touches,
)
from batchcalc.io.dsn.lot import NOMMENT, RIEN, SALARIE, Lot
from batchcalc.io.dsn.tables import Entiers
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_texts
from batchcalc.kernels import dsn_values as v

# What the first line of a block says, where no other line would miss it.
_PREMIERS: Final = {k.INDIVIDU: "nir", k.CONTRAT: "debut", k.FIN: "date"}

# Fields a kept row cannot do without; for some, only under some codes.
_REQUIS: Final = (
    (k.CONTRAT, "numero", None),
    (k.REMUNERATION, "code", None),
    (k.REMUNERATION, "debut", None),
    (k.REMUNERATION, "heures", codes.HEURES_AJOUTEES),
    (k.REMUNERATION, "montant", (codes.REMUNERATION_DUE, codes.REMUNERATION_HABITUELLE)),
    (k.PRIME, "code", None),
    (k.PRIME, "montant", None),
    (k.REVENU, "code", None),
    (k.REVENU, "montant", None),
    (k.BASE, "code", None),
    (k.BASE, "debut", None),
    (k.BASE, "montant", None),
    (k.COMPOSANT, "code", None),
    (k.COMPOSANT, "montant", None),
    (k.COTISATION, "code", None),
    (k.COTISATION, "montant", tuple(codes.COTISATIONS_DECLAREES)),
)


def erreurs(lot: Lot) -> Erreurs:
    """All that is wrong in the tables of persons."""
    trouvees = [_lues(lot), _inacheves(lot), _anonymes(lot), _en_double(lot)]
    certaines = _reunies(trouvees)
    consequences = _reunies([certaines, *_absents(lot), *_sans_contrat(lot)])
    return _sans_consequences(consequences, certaines)


def _reunies(trouvees: list[Erreurs]) -> Erreurs:
    return Erreurs(*(np.concatenate(colonnes) for colonnes in zip(*trouvees, strict=True)))


def _sans_consequences(toutes: Erreurs, certaines: Erreurs) -> Erreurs:
    """Leave out what misses only because a line could not be read or the file is cut."""
    causes = (certaines.code == v.BAD_KEY) | (certaines.code == MUET)
    dues = touches(
        Erreurs(*(colonne[causes] for colonne in certaines)),
        toutes.individu,
        toutes.contrat,
        toutes.mois,
    )
    dues &= np.arange(toutes.code.size) >= certaines.code.size
    return Erreurs(*(colonne[~dues] for colonne in toutes))


def _lues(lot: Lot) -> Erreurs:
    """Errors the scan met, but for those in bases that do not enter the calculation."""
    lues = lot.tables.rangees(k.ERREUR)
    code, table, rang = lues[:, k.CODE].copy(), lues[:, k.TABLE].copy(), lues[:, k.ROW]
    isolees = _isolees(lues)
    table[isolees & (rang >= 0)] = lues[isolees & (rang >= 0), k.SPAN]
    aveugles = (table == k.UNREADABLE) & ~isolees
    individu = np.where(aveugles, np.maximum(lues[:, k.IN_INDIVIDU], RIEN), RIEN)
    contrat, mois = np.full_like(rang, RIEN), np.full_like(rang, RIEN)
    garde, bloque = np.ones(len(lues), np.bool_), np.ones(len(lues), np.bool_)
    for une in np.unique(table[table >= 0]).tolist():
        ici = table == une
        individu[ici], contrat[ici], mois[ici] = _lieux(lot, une, rang[ici])
        bloque[ici] = _comptent(lot, une, rang[ici])
        garde[ici] = bloque[ici] | isolees[ici]
        garde[ici] &= (code[ici] != v.FOLLOWS_BAD_KEY) | _sans_premier(lot, une, rang[ici])
    code[code == v.FOLLOWS_BAD_KEY] = MUET
    declaration = np.maximum(lues[:, k.IN_DECLARATION], RIEN)
    bloque &= individu > RIEN
    toutes = Erreurs(
        *(lues[:, k.LINE], code, lues[:, k.KEY], np.arange(len(lues)), declaration),
        *(individu, contrat, mois, bloque.astype(np.int64)),
    )
    return Erreurs(*(colonne[garde] for colonne in toutes))


def _isolees(lues: Entiers) -> NDArray[np.bool_]:
    """Lines without a key that stand alone: each is missed by the open row, if by any.

    Where it was the first line of a block, the block misses it and tells. Where several stand
    together, a whole block may be lost: nobody knows what their person misses.
    """
    obscures = (lues[:, k.TABLE] == k.UNREADABLE) & (lues[:, k.CODE] == v.BAD_KEY)
    lignes = lues[obscures, k.LINE]
    suites = np.diff(lignes) == 1
    seules = obscures.copy()
    seules[obscures] = ~(np.append(suites, False) | np.insert(suites, 0, False))
    return np.asarray(seules)


def _sans_premier(lot: Lot, table: int, rangs: Entiers) -> NDArray[np.bool_]:
    """Whether the first rubrique of a block is missing and nothing else would tell."""
    if table not in _PREMIERS:
        return np.zeros(rangs.size, np.bool_)
    return np.asarray(lot.tables.colonne(table, _PREMIERS[table])[rangs] == v.NULL)


def _lieux(lot: Lot, table: int, rangs: Entiers) -> tuple[Entiers, Entiers, Entiers]:
    """Person, contract and month of rows of a table."""
    parents = lot.tables.parents(table)[rangs]
    rien = np.full_like(rangs, RIEN)
    if table in (k.COMPOSANT, k.COTISATION):
        return _lieux(lot, k.BASE, parents)
    if table == k.ACTIVITE:
        return _lieux(lot, k.REMUNERATION, parents)
    if table in NOMMENT:
        return parents, np.maximum(lot.contrat(table)[rangs], RIEN), lot.mois(table)[rangs]
    if table == k.CONTRAT:
        return parents, rangs, rien
    if table == k.FIN:
        return lot.tables.parents(k.CONTRAT)[parents], parents, rien
    return (rangs if table == k.INDIVIDU else rien), rien, rien


def _comptent(lot: Lot, table: int, rangs: Entiers) -> NDArray[np.bool_]:
    """Whether rows enter the calculation.

    The base plafonnée only tells the size class; pay for unemployment insurance only what hangs
    under it.
    """
    if table == k.REMUNERATION:
        codes_lus = lot.tables.colonne(table, "code")[rangs]
        portent = np.isin(rangs, lot.tables.parents(k.ACTIVITE))
        return np.asarray((codes_lus != codes.SALAIRE_CHOMAGE) | portent)
    if table in (k.COMPOSANT, k.COTISATION):
        return _comptent(lot, k.BASE, lot.tables.parents(table)[rangs])
    if table == k.BASE:
        return np.asarray(lot.tables.colonne(k.BASE, "code")[rangs] != codes.BASE_PLAFONNEE)
    return np.ones(rangs.size, np.bool_)


def _de(
    lot: Lot, code: int, table: int, champ: str, rangs: Entiers, effet: int = BLOQUE
) -> Erreurs:
    """The same error in rows of a table."""
    individu, contrat, mois = _lieux(lot, table, rangs)
    return Erreurs(
        lot.tables.rangees(table)[rangs, k.LINE],
        np.full_like(rangs, code),
        np.full_like(rangs, rubriques.cle(table, champ)),
        np.full_like(rangs, RIEN),
        lot.declaration(lot.etablissement(individu)),
        individu,
        contrat,
        mois,
        np.full_like(rangs, effet),
    )


def _absents(lot: Lot) -> Iterator[Erreurs]:
    for table, champ, seulement in _REQUIS:
        vides = lot.tables.colonne(table, champ) == v.NULL
        if seulement is not None:
            vides &= np.isin(lot.tables.colonne(table, "code"), seulement)
        rangs = np.flatnonzero(vides)
        if rangs.size:
            yield _de(lot, ABSENT, table, champ, rangs[_comptent(lot, table, rangs)])


def _anonymes(lot: Lot) -> Erreurs:
    """Persons without any identifier."""
    rangs = lot.textes(k.INDIVIDU, SALARIE).is_null().arg_true().to_numpy().astype(np.int64)
    return _de(lot, ABSENT, k.INDIVIDU, "nir", rangs)


def _sans_contrat(lot: Lot) -> Iterator[Erreurs]:
    """Rows that name no contract: any contract of their person may miss them that month."""
    for table in NOMMENT:
        contrat = lot.contrat(table)
        perdus = (contrat < 0) & (lot.tables.colonne(table, "code") > v.LAST_MARK)
        if table == k.BASE:
            perdus &= _bases_utiles(lot)
        elif table == k.REMUNERATION:
            perdus &= _comptent(lot, table, np.arange(perdus.size))
        for code, marque in (
            (SANS_CONTRAT, dsn_texts.NO_CONTRACT),
            (CONTRAT_INCONNU, dsn_texts.UNKNOWN_CONTRACT),
        ):
            rangs = np.flatnonzero(perdus & (contrat == marque))
            if rangs.size:
                effet = PERDUE if table == k.BASE else BLOQUE
                yield _de(lot, code, table, "contrat", rangs, effet)


def _bases_utiles(lot: Lot) -> NDArray[np.bool_]:
    """Bases déplafonnées that hold something: software writes empty ones too."""
    tables = lot.tables
    pleines = tables.colonne(k.BASE, "montant") != 0
    pleines[tables.parents(k.COMPOSANT)] = True
    pleines[tables.parents(k.COTISATION)] = True
    return np.asarray(pleines & (tables.colonne(k.BASE, "code") == codes.BASE_DEPLAFONNEE))


def _en_double(lot: Lot) -> Erreurs:
    """Contracts of one person with the same number and the same first day."""
    personne = lot.tables.parents(k.CONTRAT)
    debut = lot.tables.colonne(k.CONTRAT, "debut")
    suivent = np.diff(personne) == 0
    plusieurs = np.flatnonzero(np.append(suivent, False) | np.insert(suivent, 0, False))
    numeros = lot.textes(k.CONTRAT, "numero").gather(plusieurs).to_list()
    vus: dict[tuple[int, int, str | None], int] = {}
    doubles: set[int] = set()
    for rang, numero in zip(plusieurs.tolist(), numeros, strict=True):
        cle = (int(personne[rang]), int(debut[rang]), numero)
        if cle in vus:
            doubles |= {vus[cle], rang}
        vus[cle] = rang
    return _de(lot, CONTRAT_EN_DOUBLE, k.CONTRAT, "numero", np.asarray(sorted(doubles), np.int64))


def _inacheves(lot: Lot) -> Erreurs:
    """The last person of each envoi that stops short: its end may be missing."""
    tables = lot.tables
    personnes = np.arange(tables.nombre(k.INDIVIDU))
    envoi = tables.parents(k.DECLARATION)[lot.declaration(lot.etablissement(personnes))]
    fermes = [*tables.parents(k.TOTAL).tolist(), lot.tables.ouvert, RIEN]
    coupes = np.setdiff1d(envoi, fermes)
    derniers = np.asarray([np.flatnonzero(envoi == une)[-1] for une in coupes], np.int64)
    return _de(lot, MUET, k.INDIVIDU, "nir", derniers)
