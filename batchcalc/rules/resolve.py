"""From the tables of law to the parameters of one month and one kind of employer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import cast

from batchcalc.errors import RuleError
from batchcalc.rules.model import Bandeau, Formule, Parametres, RegimeBandeau
from batchcalc.rules.serie import Entree, Tables


@dataclass(frozen=True, slots=True)
class Demande:
    """What the parameters depend on. Fields as in `Rules.parametres`; `mois` is a first day."""

    mois: date
    fnal_e4: int
    perimetre: str
    majoration: str
    profil: str
    taux_agirc_arrco_e6: int | None
    taux_at_e6: int | None
    tolerance: bool
    regime_bandeaux: str


@dataclass(frozen=True, slots=True)
class _Taux:
    """T and the numerators of the split, in millionths, and the period T belongs to."""

    debut: date
    fin: date
    t: int
    t_min: int
    complement: int
    agirc_arrco: int
    chomage: int


def resoudre(tables: Tables, demande: Demande) -> Parametres:
    """Assemble the parameters in force for a request.

    Raises:
        RuleError: `profil-sans-valeur`: no sourced T for the profile that month.
        ConfigError: `regles-trou`: a rules file leaves a needed table without value.
    """
    mois = demande.mois
    formule = cast(Formule, tables.exige("formule", mois).texte)
    taux = _taux_reels(tables, demande, _taux(tables, demande, formule))
    puissance = _puissance(tables, formule, mois)
    majoration = _majoration(tables, demande)
    smic = tables.smic_cents(_table_smic(tables, demande), mois)
    jour = _jour_bandeaux_ppv(tables, demande)
    return Parametres(
        mois=mois,
        periode_debut=max(taux.debut, mois.replace(month=1)),
        periode_fin=min(taux.fin, date(mois.year, 12, 31)).replace(day=1),
        formule=formule,
        smic_horaire_cents=smic,
        t_e6=taux.t,
        t_min_e6=taux.t_min,
        seuil_e2=tables.exige_entier("seuil", mois),
        puissance_num=puissance.numerator,
        puissance_den=puissance.denominator,
        majoration_num=majoration.numerator,
        majoration_den=majoration.denominator,
        complement_e6=taux.complement,
        plafond_dfs_e2=tables.entier("dfs.plafond", mois),
        ppv_incluse=tables.exige("ppv.incluse", jour).texte == "oui",
        agirc_arrco_e6=taux.agirc_arrco,
        chomage_e6=taux.chomage,
        chomage_a_part=_a_part(tables, demande),
        imputation_e6=taux.t + taux.complement,
        maladie=_bandeau(tables, "maladie", jour, smic, demande.regime_bandeaux),
        famille=_bandeau(tables, "famille", jour, smic, demande.regime_bandeaux),
    )


def _a_part(tables: Tables, demande: Demande) -> bool:
    entree = tables.entree(f"imputation.chomage_a_part_{demande.profil}", demande.mois)
    return entree is not None and entree.texte == "oui"


def _table_smic(tables: Tables, demande: Demande) -> str:
    tolere = demande.tolerance and tables.entree("tolerance.smic", demande.mois) is not None
    return "tolerance.smic" if tolere else "smic.reduction"


def _jour_bandeaux_ppv(tables: Tables, demande: Demande) -> date:
    """The day whose rules on rate cuts and PPV apply."""
    ancien = tables.entree("tolerance.bandeaux_ppv", demande.mois) if demande.tolerance else None
    return date.fromisoformat(ancien.texte) if ancien else demande.mois


def _taux(tables: Tables, demande: Demande, formule: Formule) -> _Taux:
    mois = demande.mois
    if formule == "rg":
        nom, principale = _table_t(tables, demande, "t")
        entrees, t_min = [principale], 0
    else:
        nom, principale = _table_t(tables, demande, "t_delta")
        entrees, t_min = [principale, tables.exige("t_min", mois)], tables.entier("t_min", mois)
    complet = ".complet_2019." in nom
    return _Taux(
        debut=max(entree.debut for entree in entrees),
        fin=min(entree.fin for entree in entrees),
        t=t_min + tables.entier(nom, mois),
        t_min=t_min,
        complement=0 if complet else tables.entier("t.complement_2019", mois),
        agirc_arrco=tables.entier(_selon_profil(tables, "imputation.agirc_arrco", demande), mois),
        chomage=tables.entier("imputation.chomage" + "_complet_2019" * complet, mois),
    )


def _table_t(tables: Tables, demande: Demande, symbole: str) -> tuple[str, Entree]:
    """The table of T (or Tdelta) that applies, and its value in force."""
    classe = f"fnal_{demande.fnal_e4:03d}"
    if (profil := _profil_de_taux(demande.profil)) == "commun":
        complet = f"{symbole}.complet_2019.{classe}"
        if demande.perimetre == "complet_2019" and (entree := tables.entree(complet, demande.mois)):
            return complet, entree
    nom = f"{symbole}.{profil}.{classe}"
    if profil == "commun":
        return nom, tables.exige(nom, demande.mois)
    if entree := tables.entree(nom, demande.mois):
        return nom, entree
    raise RuleError(
        f"No sourced value for the profile {demande.profil} in {demande.mois:%Y-%m}.",
        hint=f"Give the table {nom} in a rules file, or set `perimetre` to `exclu`.",
        code="profil-sans-valeur",
    )


def _profil_de_taux(profil: str) -> str:
    """Entertainment workers bear the common rates: only the split differs."""
    return "commun" if profil == "intermittent_spectacle" else profil


def _taux_reels(tables: Tables, demande: Demande, taux: _Taux) -> _Taux:
    """Lower T by what the real employer rates lack (D.241-7 III); never raise it."""
    plafond_at = tables.entier(_selon_profil(tables, "composante.at_mp", demande), demande.mois)
    ecart_agirc_arrco = _ecart(taux.agirc_arrco, demande.taux_agirc_arrco_e6)
    ecart_at = _ecart(plafond_at, demande.taux_at_e6)
    return replace(
        taux,
        t=taux.t - ecart_agirc_arrco - ecart_at,
        agirc_arrco=taux.agirc_arrco - ecart_agirc_arrco,
    )


def _ecart(plein_e6: int, reel_e6: int | None) -> int:
    return 0 if reel_e6 is None else max(0, plein_e6 - reel_e6)


def _selon_profil(tables: Tables, nom: str, demande: Demande) -> str:
    """The name of the profile's own table where it has one."""
    propre = f"{nom}_{demande.profil}"
    return propre if propre in tables.series else nom


def _majoration(tables: Tables, demande: Demande) -> Fraction:
    if demande.majoration == "aucune":
        return Fraction(1)
    return Fraction(tables.exige(f"majoration.{demande.majoration}", demande.mois).texte)


def _puissance(tables: Tables, formule: Formule, mois: date) -> Fraction:
    return Fraction(1) if formule == "rg" else Fraction(tables.exige("puissance", mois).texte)


def _bandeau(
    tables: Tables, nom: str, mois: date, smic_cents: int, regime_bandeaux: str
) -> Bandeau:
    """One rate cut; the larger of its thresholds where the year has two (2024)."""
    residuel = f"bandeau_residuel.{regime_bandeaux}"
    if tables.entree(f"{residuel}.{nom}_multiple", mois):
        multiple = tables.exige_entier(f"{residuel}.{nom}_multiple", mois)
        points = tables.exige_entier(f"bandeau.{nom}.points", mois)
        return Bandeau("seuil", multiple, tables.smic_cents(f"{residuel}.smic", mois), points)
    regime = cast(RegimeBandeau, tables.exige(f"bandeau.{nom}.regime", mois).texte)
    if regime != "seuil":
        return Bandeau(regime, 0, smic_cents, tables.entier(f"bandeau.{nom}.points", mois))
    seuils = [_seuil(tables, nom, mois, "")]
    if tables.entree(f"bandeau.{nom}.multiple_plancher", mois):
        seuils.append(_seuil(tables, nom, mois, "_plancher"))
    multiple_e2, smic_horaire_cents = max(seuils, key=lambda seuil: seuil[0] * seuil[1])
    points_e4 = tables.exige_entier(f"bandeau.{nom}.points", mois)
    return Bandeau(regime, multiple_e2, smic_horaire_cents, points_e4)


def _seuil(tables: Tables, nom: str, mois: date, suffixe: str) -> tuple[int, int]:
    multiple_e2 = tables.exige_entier(f"bandeau.{nom}.multiple{suffixe}", mois)
    return multiple_e2, tables.smic_cents(f"bandeau.{nom}.smic{suffixe}", mois)
