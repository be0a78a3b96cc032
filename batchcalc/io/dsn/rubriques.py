"""The rubriques that are read: the one place where their codes stand (norme NEODeS, P18 to P27)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from batchcalc.io.dsn import codes
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_values as v


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
        {"essai": ("005", v.ENTIER), "norme": ("006", v.SIGLE)},
    ),
    Bloc(
        k.DECLARATION,
        "S20.G00.05",
        k.ENVOI,
        {
            "code": ("001", v.ENTIER),
            "type": ("002", v.ENTIER),
            "fraction": ("003", v.ENTIER),
            "ordre": ("004", v.ENTIER),
            "mois": ("005", v.DATE),
            "constitution": ("007", v.DATE),
            "champ": ("008", v.ENTIER),
        },
        codes.NATURES_LUES,
    ),
    Bloc(k.ENTREPRISE, "S21.G00.06", k.DECLARATION, {"siren": ("001", v.TEXTE)}),
    Bloc(
        k.ETABLISSEMENT,
        "S21.G00.11",
        k.ENTREPRISE,
        {"nic": ("001", v.TEXTE), "apet": ("002", v.SIGLE), "code_postal": ("004", v.SIGLE)},
    ),
    Bloc(
        k.BORDEREAU,
        "S21.G00.22",
        k.ETABLISSEMENT,
        {"entite": ("002", v.TEXTE), "debut": ("003", v.DATE)},
    ),
    Bloc(
        k.AGREGE,
        "S21.G00.23",
        k.BORDEREAU,
        {
            "ctp": ("001", v.SIGLE),
            "qualifiant": ("002", v.ENTIER),
            "assiette": ("004", v.DECIMAL_2),
            "montant": ("005", v.DECIMAL_2),
        },
    ),
    Bloc(
        k.INDIVIDU,
        "S21.G00.30",
        k.ETABLISSEMENT,
        {"nir": ("001", v.TEXTE), "matricule": ("019", v.TEXTE), "ntt": ("020", v.TEXTE)},
    ),
    Bloc(
        k.CONTRAT,
        "S21.G00.40",
        k.INDIVIDU,
        {
            "debut": ("001", v.DATE),
            "statut_rc": ("003", v.ENTIER),
            "nature": ("007", v.ENTIER),
            "dispositif": ("008", v.ENTIER),
            "numero": ("009", v.TEXTE),
            "unite": ("011", v.ENTIER),
            "quotite_reference": ("012", v.DECIMAL_2),
            "quotite": ("013", v.DECIMAL_2),
            "modalite": ("014", v.ENTIER),
            "regime_maladie": ("018", v.ENTIER),
            "regime_vieillesse": ("020", v.ENTIER),
            "caisse_conges": ("022", v.TEXTE),
            "etranger": ("024", v.ENTIER),
            "regime_at": ("039", v.ENTIER),
            "risque_at": ("040", v.SIGLE),
            "taux_at": ("043", v.DECIMAL_2),
            "utilisateur": ("046", v.TEXTE),
        },
    ),
    Bloc(
        k.FIN,
        "S21.G00.62",
        k.CONTRAT,
        {"date": ("001", v.DATE), "motif": ("002", v.ENTIER)},
    ),
    Bloc(
        k.REMUNERATION,
        "S21.G00.51",
        k.INDIVIDU,
        {
            "debut": ("001", v.DATE),
            "fin": ("002", v.DATE),
            "contrat": ("010", v.TEXTE),
            "code": ("011", v.ENTIER),
            "heures": ("012", v.DECIMAL_2),
            "montant": ("013", v.DECIMAL_2),
        },
        codes.REMUNERATIONS_LUES,
    ),
    Bloc(
        k.ACTIVITE,
        "S21.G00.53",
        k.REMUNERATION,
        {"code": ("003", v.ENTIER)},
        codes.ACTIVITES_DE_SPECTACLE,
    ),
    Bloc(
        k.PRIME,
        "S21.G00.52",
        k.INDIVIDU,
        {
            "code": ("001", v.ENTIER),
            "montant": ("002", v.DECIMAL_2),
            "contrat": ("006", v.TEXTE),
        },
        codes.PPV,
    ),
    Bloc(
        k.REVENU,
        "S21.G00.54",
        k.INDIVIDU,
        {
            "code": ("001", v.ENTIER),
            "montant": ("002", v.DECIMAL_2),
            "debut": ("003", v.DATE),
            "fin": ("004", v.DATE),
            "contrat": ("005", v.TEXTE),
        },
        frozenset({codes.DFS, codes.FRAIS_REINTEGRES}),
    ),
    Bloc(
        k.BASE,
        "S21.G00.78",
        k.INDIVIDU,
        {
            "code": ("001", v.ENTIER),
            "debut": ("002", v.DATE),
            "fin": ("003", v.DATE),
            "montant": ("004", v.DECIMAL_2),
            "contrat": ("006", v.TEXTE),
        },
        frozenset({codes.BASE_PLAFONNEE, codes.BASE_DEPLAFONNEE, codes.BASE_CRPCEN}),
    ),
    Bloc(
        k.COMPOSANT,
        "S21.G00.79",
        k.BASE,
        {"code": ("001", v.ENTIER), "montant": ("004", v.DECIMAL_2)},
        frozenset({codes.SMIC_RETENU}),
    ),
    Bloc(
        k.COTISATION,
        "S21.G00.81",
        k.BASE,
        {
            "code": ("001", v.ENTIER),
            "assiette": ("003", v.DECIMAL_2),
            "montant": ("004", v.DECIMAL_2),
            "taux": ("007", v.DECIMAL_3),
        },
        codes.COTISATIONS_LUES,
    ),
    Bloc(
        k.TOTAL,
        "S90.G00.90",
        k.ENVOI,
        {"lignes": ("001", v.ENTIER), "declarations": ("002", v.ENTIER)},
    ),
)

# Blocks of the norm that hold nothing for the calculation, and the envelope of the portal.
SANS_USAGE: Final = {
    "S10.G00": (1, 2, 95),
    "S20.G00": (7, 8, 96),
    "S21.G00": (
        *(12, 13, 15, 16, 20, 31, 34, 41, 42, 44, 45, 50, 55, 56, 58, 60, 63, 65, 66),
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
        # One more field would take the place of another.
        assert k.N_LEAD + len(bloc.champs) <= v.N_FIELDS, bloc.code
        for column, (rubrique, kind) in enumerate(bloc.champs.values(), start=k.N_LEAD):
            fields[bloc.table * 1000 + int(rubrique)] = kind * v.N_FIELDS + column
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
