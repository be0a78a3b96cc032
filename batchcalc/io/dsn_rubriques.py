"""The rubriques that are read: the one place where their codes stand (norme NEODeS, P18 to P27)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from batchcalc.io import dsn_codes as codes
from batchcalc.kernels import dsn_scan as k


@dataclass(frozen=True, slots=True)
class Bloc:
    """A block that is read.

    Attributes:
        table: number of its table.
        code: the first ten characters of its rubriques.
        parent: table of the block it hangs under, None for an envoi. A base hangs under the
            versement of a person: here, under the person.
        champs: name of each field, its rubrique and how it is read.
        gardes: the codes of the rows kept, in the field named `code`; None keeps all.
    """

    table: int
    code: str
    parent: int | None
    champs: dict[str, tuple[str, int]]
    gardes: frozenset[int] | None = None


BLOCS: Final = (
    Bloc(
        k.ENVOI,
        "S10.G00.00",
        None,
        {"essai": ("005", k.ENTIER), "norme": ("006", k.SIGLE)},
    ),
    Bloc(
        k.DECLARATION,
        "S20.G00.05",
        k.ENVOI,
        {
            "code": ("001", k.ENTIER),
            "type": ("002", k.ENTIER),
            "fraction": ("003", k.ENTIER),
            "ordre": ("004", k.ENTIER),
            "mois": ("005", k.DATE),
            "constitution": ("007", k.DATE),
            "champ": ("008", k.ENTIER),
        },
        codes.NATURES_LUES,
    ),
    Bloc(k.ENTREPRISE, "S21.G00.06", k.DECLARATION, {"siren": ("001", k.TEXTE)}),
    Bloc(
        k.ETABLISSEMENT,
        "S21.G00.11",
        k.ENTREPRISE,
        {"nic": ("001", k.TEXTE), "apet": ("002", k.SIGLE), "code_postal": ("004", k.SIGLE)},
    ),
    Bloc(
        k.BORDEREAU,
        "S21.G00.22",
        k.ETABLISSEMENT,
        {"entite": ("002", k.TEXTE), "debut": ("003", k.DATE)},
    ),
    Bloc(
        k.AGREGE,
        "S21.G00.23",
        k.BORDEREAU,
        {
            "ctp": ("001", k.SIGLE),
            "qualifiant": ("002", k.ENTIER),
            "assiette": ("004", k.DECIMAL_2),
            "montant": ("005", k.DECIMAL_2),
        },
    ),
    Bloc(
        k.INDIVIDU,
        "S21.G00.30",
        k.ETABLISSEMENT,
        {"nir": ("001", k.TEXTE), "matricule": ("019", k.TEXTE), "ntt": ("020", k.TEXTE)},
    ),
    Bloc(
        k.CONTRAT,
        "S21.G00.40",
        k.INDIVIDU,
        {
            "debut": ("001", k.DATE),
            "nature": ("007", k.ENTIER),
            "dispositif": ("008", k.ENTIER),
            "numero": ("009", k.TEXTE),
            "unite": ("011", k.ENTIER),
            "quotite_reference": ("012", k.DECIMAL_2),
            "quotite": ("013", k.DECIMAL_2),
            "modalite": ("014", k.ENTIER),
            "caisse_conges": ("022", k.TEXTE),
            "regime_at": ("039", k.ENTIER),
            "risque_at": ("040", k.SIGLE),
            "taux_at": ("043", k.DECIMAL_2),
            "utilisateur": ("046", k.TEXTE),
        },
    ),
    Bloc(
        k.FIN,
        "S21.G00.62",
        k.CONTRAT,
        {"date": ("001", k.DATE), "motif": ("002", k.ENTIER)},
    ),
    Bloc(
        k.REMUNERATION,
        "S21.G00.51",
        k.INDIVIDU,
        {
            "debut": ("001", k.DATE),
            "fin": ("002", k.DATE),
            "contrat": ("010", k.TEXTE),
            "code": ("011", k.ENTIER),
            "heures": ("012", k.DECIMAL_2),
            "montant": ("013", k.DECIMAL_2),
        },
        codes.REMUNERATIONS_LUES,
    ),
    Bloc(
        k.PRIME,
        "S21.G00.52",
        k.INDIVIDU,
        {
            "code": ("001", k.ENTIER),
            "montant": ("002", k.DECIMAL_2),
            "contrat": ("006", k.TEXTE),
        },
        codes.PPV,
    ),
    Bloc(
        k.REVENU,
        "S21.G00.54",
        k.INDIVIDU,
        {
            "code": ("001", k.ENTIER),
            "montant": ("002", k.DECIMAL_2),
            "debut": ("003", k.DATE),
            "fin": ("004", k.DATE),
            "contrat": ("005", k.TEXTE),
        },
        frozenset({codes.DFS, codes.FRAIS_REINTEGRES}),
    ),
    Bloc(
        k.BASE,
        "S21.G00.78",
        k.INDIVIDU,
        {
            "code": ("001", k.ENTIER),
            "debut": ("002", k.DATE),
            "fin": ("003", k.DATE),
            "montant": ("004", k.DECIMAL_2),
            "contrat": ("006", k.TEXTE),
        },
        frozenset({codes.BASE_PLAFONNEE, codes.BASE_DEPLAFONNEE, codes.BASE_CRPCEN}),
    ),
    Bloc(
        k.COMPOSANT,
        "S21.G00.79",
        k.BASE,
        {"code": ("001", k.ENTIER), "montant": ("004", k.DECIMAL_2)},
        frozenset({codes.SMIC_RETENU}),
    ),
    Bloc(
        k.COTISATION,
        "S21.G00.81",
        k.BASE,
        {
            "code": ("001", k.ENTIER),
            "assiette": ("003", k.DECIMAL_2),
            "montant": ("004", k.DECIMAL_2),
            "taux": ("007", k.DECIMAL_3),
        },
        codes.COTISATIONS_LUES,
    ),
    Bloc(
        k.TOTAL,
        "S90.G00.90",
        k.ENVOI,
        {"lignes": ("001", k.ENTIER), "declarations": ("002", k.ENTIER)},
    ),
)

# Blocks of the norm that hold nothing for the calculation, and the envelope of the portal.
SANS_USAGE: Final = {
    "S10.G00": (1, 2, 95),
    "S20.G00": (7, 8, 96),
    "S21.G00": (
        *(12, 13, 15, 16, 20, 31, 34, 41, 42, 44, 45, 50, 53, 55, 56, 58, 60, 63, 65, 66),
        *(70, 71, 72, 73, 82, 83, 84, 85, 86, 95, 98),
    ),
}
STRUCTURES_SANS_USAGE: Final = (89,)
STRUCTURES_PORTAIL: Final = (5, 6, 95, 96)

PAR_TABLE: Final = {bloc.table: bloc for bloc in BLOCS}


def _rang(code: str) -> int:
    return int(code[1:3]) * 100 + int(code[8:10])


@dataclass(frozen=True, slots=True)
class Tables:
    """The rubriques as the arrays `kernels.dsn_scan.scan` takes."""

    blocks: NDArray[np.int8]
    fields: NDArray[np.int64]
    kept: NDArray[np.uint8]


@cache
def tables() -> Tables:
    """The arrays of the scan, built once."""
    blocks = np.full(10_000, k.UNKNOWN, np.int8)
    fields = np.full(k.N_TABLES * 1000, -1, np.int64)
    kept = np.ones(k.N_TABLES * 1000, np.uint8)
    for structure in STRUCTURES_SANS_USAGE:
        blocks[structure * 100 : structure * 100 + 100] = k.UNUSED
    for structure in STRUCTURES_PORTAIL:
        blocks[structure * 100 : structure * 100 + 100] = k.PORTAL
    for groupe, numeros in SANS_USAGE.items():
        blocks[[_rang(f"{groupe}.{numero:02}") for numero in numeros]] = k.UNUSED
    for bloc in BLOCS:
        blocks[_rang(bloc.code)] = bloc.table
        for column, (rubrique, kind) in enumerate(bloc.champs.values(), start=k.N_LEAD):
            fields[bloc.table * 1000 + int(rubrique)] = kind * k.N_FIELDS + column
        if bloc.gardes is not None:
            kept[bloc.table * 1000 : bloc.table * 1000 + 1000] = 0
            kept[[bloc.table * 1000 + code for code in bloc.gardes]] = 1
    return Tables(blocks, fields, kept)


def colonne(table: int, champ: str) -> int:
    """Column of a field in the rows of a table."""
    return k.N_LEAD + list(PAR_TABLE[table].champs).index(champ)


def cle(table: int, champ: str) -> int:
    """Key of the rubrique of a field, as the scan gives it."""
    bloc = PAR_TABLE[table]
    return int(bloc.code[1:3] + bloc.code[5:7] + bloc.code[8:10] + bloc.champs[champ][0])


def rubrique(key: int) -> str | None:
    """`S21.G00.30.001` from a key as the scan gives it, None where none could be read."""
    if key < 0:
        return None
    block, number = divmod(key, 1000)
    return f"S{block // 10_000:02}.G{block // 100 % 100:02}.{block % 100:02}.{number:03}"
