"""Blocks 78, 79 and 81: the bases of one month of employment and their contributions."""

from __future__ import annotations

from dataclasses import dataclass

from batchcalc.generate.bareme import (
    COMPLEMENT_FAMILLE_E5,
    COMPLEMENT_MALADIE_E5,
    Bareme,
    part,
)
from batchcalc.generate.declare import Assiette
from batchcalc.generate.lignes import FIN, URSSAF, Contrat, euros, pourcent
from batchcalc.generate.model import CDD, MANDAT, ORDINAIRE, Etablissement

_PREVOYANCE_RANG = "1"


@dataclass(frozen=True, slots=True)
class Cotisation:
    """One contribution at one rate: the text around its base and its amount."""

    avant: str
    milieu: str
    apres: str
    taux_e5: int


@dataclass(frozen=True, slots=True)
class Grille:
    """The contributions of one establishment and month, by base."""

    bareme: Bareme
    plafonnee: tuple[Cotisation, ...]
    deplafonnee: tuple[Cotisation, ...]
    deplafonnee_cdd: tuple[Cotisation, ...]
    csg: tuple[Cotisation, ...]
    chomage: tuple[Cotisation, ...]
    mobilite: tuple[Cotisation, ...]
    complement_maladie: tuple[Cotisation, ...]
    complement_famille: tuple[Cotisation, ...]
    deplafonnee_avant: bool


@dataclass(frozen=True, slots=True)
class Retraite:
    """AGIRC-ARRCO contributions in cents: 131, 132, and the employer shares 142 and 146."""

    regime: int
    apec: int
    patronale_t1: int
    patronale_t2: int


def _cotisation(code: str, taux_e5: int, commune: str | None = None) -> Cotisation:
    lieu = f"S21.G00.81.005,'{commune}{FIN}" if commune else ""
    return Cotisation(
        avant=f"S21.G00.81.001,'{code}{FIN}S21.G00.81.002,'{URSSAF}{FIN}S21.G00.81.003,'",
        milieu=f"{FIN}S21.G00.81.004,'",
        apres=f"{FIN}{lieu}S21.G00.81.007,'{pourcent(taux_e5)}{FIN}",
        taux_e5=taux_e5,
    )


def grille(etablissement: Etablissement, bareme: Bareme) -> Grille:
    """The contributions an establishment owes that month; none person by person before 2021."""
    petit = etablissement.fnal_e4 == 10
    plafonnee = [_cotisation("076", bareme.vieillesse_plafonnee_e5)]
    deplafonnee = [
        _cotisation("045", etablissement.taux_at_e5),
        _cotisation("068", bareme.csa_e5),
        _cotisation("074", bareme.famille_e5),
        _cotisation("075", bareme.maladie_e5),
        _cotisation("076", bareme.vieillesse_deplafonnee_e5),
        _cotisation("100", bareme.dialogue_e5),
    ]
    # FNAL: 0.10 % on the base plafonnée under 50 employees, else 0.50 % on all pay.
    (plafonnee if petit else deplafonnee).append(_cotisation("049", etablissement.fnal_e4 * 10))
    if bareme.formation:
        deplafonnee.append(_cotisation("128", taux_formation_e5(etablissement)))
        deplafonnee.append(_cotisation("130", bareme.apprentissage_e5))
    cdd = [*deplafonnee, _cotisation("129", bareme.cpf_cdd_e5)] if bareme.formation else deplafonnee
    commune = etablissement.adresse.code_postal
    return Grille(
        bareme=bareme,
        plafonnee=_si(bareme, plafonnee),
        deplafonnee=_si(bareme, deplafonnee),
        deplafonnee_cdd=_si(bareme, cdd),
        csg=_si(bareme, [_cotisation("072", bareme.csg_e5), _cotisation("079", bareme.crds_e5)]),
        chomage=_si(
            bareme, [_cotisation("040", bareme.chomage_e5), _cotisation("048", bareme.ags_e5)]
        ),
        mobilite=_si(bareme, [_cotisation("081", etablissement.taux_mobilite_e5, commune)]),
        complement_maladie=_si(bareme, [_cotisation("907", COMPLEMENT_MALADIE_E5)]),
        complement_famille=_si(bareme, [_cotisation("102", COMPLEMENT_FAMILLE_E5)]),
        deplafonnee_avant=etablissement.deplafonnee_avant,
    )


def taux_formation_e5(etablissement: Etablissement) -> int:
    """Training contribution: 0.55 % or 1 %, here by the same size class as the FNAL."""
    return 550 if etablissement.fnal_e4 == 10 else 1_000


def cpf_cdd(contrat: Contrat) -> bool:
    """Whether the contract bears the CPF-CDD contribution."""
    return contrat.nature == CDD and contrat.dispositif == ORDINAIRE


def _si(bareme: Bareme, cotisations: list[Cotisation]) -> tuple[Cotisation, ...]:
    return tuple(cotisations) if bareme.nominatif else ()


def retraite(assiette: Assiette, contrat: Contrat, bareme: Bareme) -> Retraite:
    """Complementary pension: tranche 1 up to the ceiling, tranche 2 above."""
    t2 = assiette.remuneration - assiette.plafonnee
    return Retraite(
        regime=part(assiette.plafonnee, bareme.agirc_arrco_t1_e5)
        + part(t2, bareme.agirc_arrco_t2_e5),
        apec=part(assiette.remuneration, bareme.apec_e5) if contrat.cadre else 0,
        patronale_t1=part(assiette.plafonnee, bareme.agirc_arrco_t1_patronal_e5),
        patronale_t2=part(t2, bareme.agirc_arrco_t2_patronal_e5),
    )


def prevoyance(assiette: Assiette, bareme: Bareme) -> int:
    """Contribution 059, in cents."""
    return part(assiette.remuneration, bareme.prevoyance_e5)


def assiette_csg(assiette: Assiette) -> int:
    """Base 04: 98.25 % of the gross."""
    return part(assiette.brut, 98_250)


def lignes(cotisations: tuple[Cotisation, ...], base: int) -> str:
    """Blocks 81 of several contributions on one base."""
    texte = euros(base)
    return "".join(
        f"{c.avant}{texte}{c.milieu}{euros(part(base, c.taux_e5))}{c.apres}" for c in cotisations
    )


@dataclass(frozen=True, slots=True)
class Base:
    """Writes block 78 for one period and contract.

    Attributes:
        periode: lines 78.002 and 78.003.
        numero: line 78.006, empty where the software leaves it out.
    """

    periode: str
    numero: str

    def __call__(self, code: str, montant: int, affiliation: str = "") -> str:
        """The block of base `code`, `montant` in cents."""
        return (
            f"S21.G00.78.001,'{code}{FIN}{self.periode}S21.G00.78.004,'{euros(montant)}{FIN}"
            f"{affiliation}{self.numero}"
        )


def bases(grille_: Grille, contrat: Contrat, assiette: Assiette, base: Base, heures: str) -> str:
    """Blocks 78 to 81 of one month of employment.

    Args:
        grille_: the contributions due.
        contrat: the contract.
        assiette: its amounts.
        base: the period and contract they belong to.
        heures: blocks 81 of the overtime reductions, which hang under base 03.
    """
    plafonnee = base("02", assiette.plafonnee) + _plafond(assiette, grille_.bareme)
    plafonnee += lignes(grille_.plafonnee, assiette.plafonnee)
    deplafonnee = base("03", assiette.remuneration) + _sous_deplafonnee(grille_, contrat, assiette)
    deplafonnee += heures
    premieres = (deplafonnee, plafonnee) if grille_.deplafonnee_avant else (plafonnee, deplafonnee)
    csg = assiette_csg(assiette)
    textes = [*premieres, base("04", csg), lignes(grille_.csg, csg)]
    if contrat.nature != MANDAT:
        textes += [base("07", assiette.remuneration)]
        textes += [lignes(grille_.chomage, assiette.remuneration)]
    textes += [_prevoyance(base, grille_, assiette), base("57", assiette.remuneration)]
    return "".join(textes) + lignes(grille_.mobilite, assiette.remuneration)


def _plafond(assiette: Assiette, bareme: Bareme) -> str:
    """Ceiling applied (79 type 07), in the norm since 2025."""
    if assiette.passe or bareme.mois.year < 2025:
        return ""
    return f"S21.G00.79.001,'07{FIN}S21.G00.79.004,'{euros(assiette.plafond)}{FIN}"


def _prevoyance(base: Base, grille_: Grille, assiette: Assiette) -> str:
    affiliation = f"S21.G00.78.005,'{_PREVOYANCE_RANG}{FIN}"
    montant = euros(prevoyance(assiette, grille_.bareme))
    return base("31", 0, affiliation) + f"S21.G00.81.001,'059{FIN}S21.G00.81.004,'{montant}{FIN}"


def _sous_deplafonnee(grille_: Grille, contrat: Contrat, assiette: Assiette) -> str:
    """What hangs under base 03: SMIC, reduction, contributions, complements, pension."""
    cdd = cpf_cdd(contrat)
    textes = [_reduction(assiette)]
    textes.append(
        lignes(grille_.deplafonnee_cdd if cdd else grille_.deplafonnee, assiette.remuneration)
    )
    if assiette.maladie:
        textes.append(lignes(grille_.complement_maladie, assiette.maladie))
    if assiette.famille:
        textes.append(lignes(grille_.complement_famille, assiette.famille))
    textes.append(_retraite(assiette, contrat, grille_.bareme))
    return "".join(textes)


def _reduction(assiette: Assiette) -> str:
    """SMIC retained (79 type 01) and the two parts of the reduction (81 codes 018 and 106)."""
    if assiette.smic is None:
        return ""
    base = euros(assiette.remuneration)
    return (
        f"S21.G00.79.001,'01{FIN}S21.G00.79.004,'{euros(assiette.smic)}{FIN}"
        f"S21.G00.81.001,'018{FIN}S21.G00.81.002,'{URSSAF}{FIN}"
        f"S21.G00.81.003,'{base}{FIN}S21.G00.81.004,'{euros(assiette.urssaf)}{FIN}"
        f"S21.G00.81.001,'106{FIN}"
        f"S21.G00.81.003,'{base}{FIN}S21.G00.81.004,'{euros(assiette.agirc_arrco)}{FIN}"
    )


def _retraite(assiette: Assiette, contrat: Contrat, bareme: Bareme) -> str:
    """Codes 131 and 132 with the employer shares; one total, code 105, before 2021."""
    due = retraite(assiette, contrat, bareme)
    base = assiette.remuneration
    if not bareme.nominatif:
        return _sans_organisme("105", base, due.regime + due.apec)
    textes = [_sans_organisme("131", base, due.regime)]
    if contrat.cadre:
        textes.append(_sans_organisme("132", base, due.apec))
    if bareme.mois.year >= 2025:
        textes.append(_sans_organisme("142", assiette.plafonnee, due.patronale_t1))
    if bareme.mois.year >= 2026 and due.patronale_t2:
        textes.append(_sans_organisme("146", base - assiette.plafonnee, due.patronale_t2))
    return "".join(textes)


def _sans_organisme(code: str, base: int, montant: int) -> str:
    return (
        f"S21.G00.81.001,'{code}{FIN}S21.G00.81.003,'{euros(base)}{FIN}"
        f"S21.G00.81.004,'{euros(montant)}{FIN}"
    )
