"""The codes the values of a DSN take, and what they mean here."""

from __future__ import annotations

from typing import Final


def sigle(texte: str) -> int:
    """A short text packed as the scan packs it."""
    return int.from_bytes(texte.encode("ascii"))


# Nature of a declaration: the monthly DSN, and the one filed in its place by the Urssaf (2026).
MENSUELLE: Final = 1
SUBSTITUTION: Final = 9
NATURES_LUES: Final = frozenset({MENSUELLE, SUBSTITUTION})

# Type of a declaration.
REMPLACE: Final = 3
ANNULE: Final = 4
REMPLACE_SANS_INDIVIDU: Final = 5

ENVOI_ESSAI: Final = 1

# Establishments overseas, by the first three characters of their post code.
OUTRE_MER: Final = ("971", "972", "973", "974", "977", "978")
MAYOTTE: Final = "976"

FRACTION_ENTIERE: Final = 11

# Scope of a declaration: all, or the part of the agricultural or of the general scheme.
CHAMP_TOTAL: Final = 1
CHAMP_AGRICOLE: Final = 2

# Contract.
UNITE_HEURE: Final = 10
UNITE_JOURNEE: Final = 12
FORFAIT_JOUR: Final = 20
FORFAIT_HEURE: Final = 21
TEMPS_PLEIN: Final = 10
TEMPS_ALTERNE: Final = 30
MODALITE_SANS_OBJET: Final = 99
NATURES_INTERIM: Final = (3, 8)
APET_INTERIM: Final = "7820Z"
RISQUE_AT_NON_NOTIFIE: Final = ("999ZZ", "999ZZB")
REGIME_GENERAL: Final = 200
FIN_ANNULEE: Final = 99

APPRENTISSAGE: Final = (64, 65, 81)

# Apprentices have their own exemption until 2018, then the whole réduction générale at once; so
# have employers overseas (loi 2018-1203, art. 8).
DERNIERE_ANNEE_APPRENTI: Final = 2018
ANNEE_COMPLETE: Final = 2019

# Natures of contract without the réduction générale (L.241-13 II), with a T of their own that no
# source gives (marins), or of which nothing says that they are in its scope (32, 60, 90); and why.
NATURES_EXCLUES: Final = {
    9: "droit_public",
    10: "droit_public",
    20: "fonction_publique",
    21: "fonction_publique",
    29: "stage",
    32: "appui_projet_entreprise",
    50: "fonction_publique",
    51: "fonction_publique",
    52: "fonction_publique",
    53: "penitentiaire",
    54: "penitentiaire",
    60: "engagement_educatif",
    70: "esat",
    80: "mandat_social",
    81: "mandat_elu",
    89: "service_civique",
    90: "autre_contrat",
    91: "marin",
    92: "marin",
    93: "fonction_publique",
}
DISPOSITIFS_EXCLUS: Final = {92: "stage", 93: "stage"}

# Schemes of maladie (40.018) and vieillesse (40.020) other than the general one. Their rates are
# not those T adds up: they have a T of their own (BOSS 530 to 600), or no réduction générale.
REGIMES_EXCLUS: Final = {
    120: "fonction_publique",
    121: "fonction_publique",
    122: "fonction_publique",
    134: "regime_special",
    135: "regime_special",
    136: "marin",
    137: "mines",
    138: "militaire",
    139: "banque_de_france",
    140: "notaires",
    141: "regime_special",
    144: "regime_special",
    145: "regime_special",
    146: "regime_special",
    147: "regime_special",
    149: "culte",
    157: "avocat",
    158: "regime_special",
    159: "regime_special",
    160: "regime_special",
    300: "regime_agricole",
    400: "banque_de_france",
    900: "collectivite_outre_mer",
    904: "monaco",
    905: "mayotte",
    909: "non_assujetti",
    994: "praticien_hospitalier",
    995: "fonction_publique",
    996: "expatrie",
    997: "stage",
    998: "mandat_elu",
    999: "sans_regime",
}
REGIME_INCONNU: Final = "regime_inconnu"
NOTAIRES: Final = "notaires"
REGIME_SPECIAL: Final = "regime_special"

SANS_REGIME_D_EXPATRIE: Final = 996
REGIMES_D_EXPATRIE: Final = (909, SANS_REGIME_D_EXPATRIE, 999)
"""What the schemes of an expatriate read: he is in scope, with a T of his own (BOSS 470)."""

STATUTAIRES: Final = (134, 135, 147)
"""SNCF, RATP, IEG: their statutory staff keep reduced rates in 2026 (LFSS 2026, art. 40)."""
PREMIERE_ANNEE_RESIDUELLE: Final = 2026

SANS_RC: Final = 99
"""No compulsory complementary pension: the real AGIRC-ARRCO rate is 0 (D.241-7 III), no 106."""

UNITE_PIGE: Final = 31
"""Journalists paid by the piece bear abated rates (BOSS 460)."""

EXPATRIE: Final = 2
"""Only unemployment contributions are due: a profile of its own (BOSS 470)."""

# Elements of pay.
HEURES_AJOUTEES: Final = (17, 18)
HEURES_A_EXCLURE: Final = 36
SALAIRE_CHOMAGE: Final = 2
"""Read for the activity that hangs under it."""
REMUNERATION_DUE: Final = 28
REMUNERATION_HABITUELLE: Final = 29
REMUNERATIONS_LUES: Final = frozenset(
    {
        *HEURES_AJOUTEES,
        HEURES_A_EXCLURE,
        REMUNERATION_DUE,
        REMUNERATION_HABITUELLE,
        SALAIRE_CHOMAGE,
    }
)
ACTIVITES_DE_SPECTACLE: Final = frozenset({35, 36, 37, 39})
"""Units of entertainment workers: their unemployment part goes apart (L.241-13 VII)."""

PPV: Final = frozenset({904, 905, 906})
DFS: Final = 10
FRAIS_REINTEGRES: Final = 35

# Bases, components and contributions.
BASE_PLAFONNEE: Final = 2
BASE_DEPLAFONNEE: Final = 3
BASE_CRPCEN: Final = 19
SMIC_RETENU: Final = 1
REDUCTION_URSSAF: Final = 18
REDUCTION_AGIRC_ARRCO: Final = 106
COMPLEMENT_MALADIE: Final = 907
COMPLEMENT_FAMILLE: Final = 102
COTISATIONS_DECLAREES: Final = {
    REDUCTION_URSSAF: "reduction_urssaf_declaree_cents",
    REDUCTION_AGIRC_ARRCO: "reduction_agirc_arrco_declaree_cents",
    COMPLEMENT_MALADIE: "complement_maladie_declare_cents",
    COMPLEMENT_FAMILLE: "complement_allocations_familiales_declare_cents",
}
FNAL: Final = 49
TAUX_FNAL_E3: Final = {100: 10, 500: 50}
FNAL_PAR_BASE: Final = {BASE_PLAFONNEE: 10, BASE_DEPLAFONNEE: 50}
FNAL_PAR_CTP: Final = {"332": 10, "236": 50}

# Exemptions that exclude the réduction générale on the same pay (L.241-13 VIII), and their name.
# Not 910: that of the health crisis bears on what is due after it (loi 2020-935, art. 65).
EXONERATIONS: Final = {
    1: "apprentissage",
    2: "apprentissage",
    3: "apprentissage_public",
    4: "cae_dom",
    6: "cae",
    8: "professionnalisation",
    9: "association_intermediaire",
    10: "ber",
    11: "acre",
    12: "lodeom",
    13: "aide_a_domicile",
    14: "jei",
    15: "zfu",
    16: "zrr",
    17: "aide_sociale",
    19: "zrd",
    20: "zrr",
    22: "stage",
    25: "aci",
    27: "cuma",
    28: "to_de",
    90: "accueillant_familial",
    94: "sicae",
    110: "lodeom",
    111: "aide_a_domicile",
    112: "lodeom",
    113: "lodeom",
    911: "viticulture",
    916: "zfrr",
}
MOTIFS_D_EXONERATION: Final = tuple(sorted(set(EXONERATIONS.values())))

TAUX_REDUITS_GARDES: Final = ("aide_a_domicile", "lodeom", "to_de", "zfrr", "zfu", "zrd", "zrr")
"""Exemptions that leave the reduced rates of maladie and famille (LFSS 2026, art. 40)."""

COTISATIONS_LUES: Final = frozenset({*COTISATIONS_DECLAREES, FNAL, *EXONERATIONS})
