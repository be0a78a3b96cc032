"""Rates of the contributions a DSN shows, month by month.

What the rule tables hold comes from them. The other rates below only make the files look like real
ones: they are illustrative, no result of batchcalc depends on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from batchcalc.rules.load import Rules

COMPLEMENT_MALADIE_E5 = 6_000
COMPLEMENT_FAMILLE_E5 = 1_800
_MALADIE_REDUITE_E5 = 7_000
_FAMILLE_REDUITE_E5 = 3_450

# Employee shares and contributions outside the reduction: illustrative.
_VIEILLESSE_PLAFONNEE_SALARIALE_E5 = 6_900
_VIEILLESSE_DEPLAFONNEE_SALARIALE_E5 = 400
_CHOMAGE_AVANT_EXTENSION_E5 = 4_050
_AGS_E5 = ((date(2017, 7, 1), 150), (date(2024, 1, 1), 200), (date(2024, 7, 1), 250))


@dataclass(frozen=True, slots=True)
class Bareme:
    """Rates of one month, in thousandths of a percent, employer and employee together.

    Attributes:
        mois: first day of the month.
        pmss_cents: monthly ceiling of social security.
        nominatif: whether contributions are declared person by person (from 2021).
        formation: whether training contributions are in the DSN (from 2022).
        etendue: whether the reduction covers unemployment (CTP 668, 669 against 671, 801).
    """

    mois: date
    pmss_cents: int
    nominatif: bool
    formation: bool
    etendue: bool
    maladie_e5: int
    famille_e5: int
    vieillesse_plafonnee_e5: int
    vieillesse_deplafonnee_e5: int
    csa_e5: int
    chomage_e5: int
    ags_e5: int
    agirc_arrco_t1_patronal_e5: int
    csg_e5: int = 9_200
    crds_e5: int = 500
    dialogue_e5: int = 16
    apprentissage_e5: int = 590
    cpf_cdd_e5: int = 1_000
    agirc_arrco_t1_e5: int = 10_020
    agirc_arrco_t2_e5: int = 24_290
    agirc_arrco_t2_patronal_e5: int = 14_570
    apec_e5: int = 60
    prevoyance_e5: int = 1_500
    heures_salariale_e5: int = 11_310


def bareme(rules: Rules, mois: date) -> Bareme:
    """The rates of one month.

    Raises:
        RuleError: a month outside the rule tables.
    """
    taux = {
        valeur.nom: Decimal(valeur.valeur) for valeur in rules.valeurs(mois) if _voulue(valeur.nom)
    }
    e5 = {nom: int(valeur * 1_000) for nom, valeur in taux.items()}
    return Bareme(
        mois=mois,
        pmss_cents=int(taux["plafond.pmss"] * 100),
        nominatif=mois.year >= 2021,
        formation=mois.year >= 2022,
        etendue=mois >= date(2019, 10, 1),
        maladie_e5=min(e5["composante.maladie"], _MALADIE_REDUITE_E5),
        famille_e5=min(e5["composante.allocations_familiales"], _FAMILLE_REDUITE_E5),
        vieillesse_plafonnee_e5=e5["composante.vieillesse_plafonnee"]
        + _VIEILLESSE_PLAFONNEE_SALARIALE_E5,
        vieillesse_deplafonnee_e5=e5["composante.vieillesse_deplafonnee"]
        + _VIEILLESSE_DEPLAFONNEE_SALARIALE_E5,
        csa_e5=e5["composante.csa"],
        chomage_e5=e5.get("composante.chomage", _CHOMAGE_AVANT_EXTENSION_E5),
        ags_e5=max(_AGS_E5[0][1], *(e5_ for debut, e5_ in _AGS_E5 if debut <= mois)),
        agirc_arrco_t1_patronal_e5=e5.get("composante.agirc_arrco_t1", 0)
        + e5.get("composante.ceg", 0),
    )


def _voulue(nom: str) -> bool:
    return nom == "plafond.pmss" or (
        nom.startswith("composante.") and not nom.endswith("_expatrie")
    )


def smic_horaire_cents(rules: Rules, mois: date) -> int:
    """Hourly SMIC employees are paid that month (not always the one of the reduction)."""
    for valeur in rules.valeurs(mois):
        if valeur.nom == "smic.horaire":
            return int(Decimal(valeur.valeur) * 100)
    raise AssertionError("the rule tables hold smic.horaire for every month they cover")


def part(base_cents: int, taux_e5: int) -> int:
    """`base_cents` times a rate, rounded to the cent, half away from zero."""
    produit = 2 * base_cents * taux_e5
    if produit >= 0:
        return (produit + 100_000) // 200_000
    return -((100_000 - produit) // 200_000)
