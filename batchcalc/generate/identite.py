"""Invented people, addresses and employers: plausible in form, impossible in fact.

NIR: department 99 and communes 990 to 999, which are not given to towns. SIREN: a prefix of two
zeros, which is not given to companies, with a true Luhn key.
"""

from __future__ import annotations

from dataclasses import dataclass

_ANNEES = 46  # births of 1960 to 2005
_RANGS = 999
_COMMUNES = 10
_NIR_POSSIBLES = 2 * _ANNEES * 12 * _RANGS * _COMMUNES
_SAUT = 7_368_787  # prime, so that neighbours differ in every digit and no two indices collide

_NOMS = (
    "ESSAI", "TÉMOIN", "D'EXEMPLE", "FICTIF", "MODÈLE", "SPÉCIMEN", "L'ÉPREUVE", "BROUILLON",
    "MAQUETTE", "GABARIT", "CANEVAS", "ÉBAUCHE", "PROTOTYPE", "SIMULACRE", "ÉCHANTILLON",
    "PAPIER-CALQUE", "D'ARTIFICE", "PASTICHE", "TRAMÉ", "POSTICHE",
)  # fmt: skip
_PRENOMS = (
    "ALIX", "CAMILLE", "CLAUDE", "DOMINIQUE", "ÉLOI", "FRÉDÉRIQUE", "GAËL", "HYACINTHE", "JOËLLE",
    "LOU", "MAXENCE", "NOÉ", "OCÉANE", "PASCALE", "RÉMI", "SACHA", "THÉA", "URSULE",
)  # fmt: skip
_VOIES = (
    "RUE DE L'ESSAI", "AVENUE DES ÉPREUVES, BÂT. B", "ZA L'EXEMPLE NORD", "PLACE DU CANEVAS",
    "CHEMIN DE LA MAQUETTE", "IMPASSE DE L'ÉBAUCHE", "QUAI DU SPÉCIMEN", "COURS DE LA TRAME",
)  # fmt: skip
_VILLES = (
    ("99001", "VILLE-TÉMOIN"),
    ("99002", "SAINT-EXEMPLE"),
    ("99003", "L'ESSAI-SUR-TRAME"),
    ("99004", "BOURG-FICTIF"),
)


@dataclass(frozen=True, slots=True)
class Adresse:
    """An invented address; the postal code 99xxx serves no town."""

    voie: str
    code_postal: str
    ville: str


@dataclass(frozen=True, slots=True)
class Individu:
    """One invented person."""

    nir: str
    nom: str
    prenom: str
    sexe: str
    naissance: str
    adresse: Adresse
    matricule: str


def cle_luhn(prefixe: str) -> str:
    """The digit that makes `prefixe` followed by it pass the Luhn check."""
    total = 0
    for rang, chiffre in enumerate(reversed(prefixe)):
        valeur = int(chiffre) * (2 if rang % 2 == 0 else 1)
        total += valeur - 9 if valeur > 9 else valeur
    return str(-total % 10)


def siren(rang: int) -> str:
    """The SIREN of company number `rang` (below a million): 00 + six digits + key."""
    corps = f"00{rang:06d}"
    return corps + cle_luhn(corps)


def nic(siren_: str, rang: int) -> str:
    """The NIC of establishment `rang` (from 1), so that the whole SIRET passes the Luhn check."""
    corps = f"{rang:04d}"
    return corps + cle_luhn(siren_ + corps)


def siret_invente(rang: int) -> str:
    """The SIRET of the first establishment of company number `rang`."""
    base = siren(rang)
    return base + nic(base, 1)


def _tirage_nir(personne: int) -> tuple[int, int, int, int, int]:
    reste = personne * _SAUT % _NIR_POSSIBLES
    reste, rang = divmod(reste, _RANGS)
    reste, mois = divmod(reste, 12)
    reste, annee = divmod(reste, _ANNEES)
    commune, sexe = divmod(reste, 2)
    return sexe + 1, (60 + annee) % 100, mois + 1, 999 - commune, rang + 1


def nir(personne: int) -> str:
    """The 13 digits of person number `personne`, different for every number up to ten million."""
    sexe, annee, mois, commune, rang = _tirage_nir(personne)
    return f"{sexe}{annee:02d}{mois:02d}99{commune}{rang:03d}"


def adresse(rang: int) -> Adresse:
    """One of the invented addresses."""
    code_postal, ville = _VILLES[rang % len(_VILLES)]
    return Adresse(f"{rang % 97 + 1} {_VOIES[rang // 3 % len(_VOIES)]}", code_postal, ville)


def individu(personne: int) -> Individu:
    """Person number `personne`: name, birth and address follow from the number."""
    sexe, annee, mois, _, rang = _tirage_nir(personne)
    siecle = 19 if annee >= 60 else 20
    return Individu(
        nir=nir(personne),
        nom=_NOMS[personne % len(_NOMS)],
        prenom=_PRENOMS[personne // 7 % len(_PRENOMS)],
        sexe=f"{sexe:02d}",
        naissance=f"{rang % 28 + 1:02d}{mois:02d}{siecle}{annee:02d}",
        adresse=adresse(personne),
        matricule=f"M{personne:07d}",
    )
