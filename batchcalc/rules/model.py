"""What the rule tables say for one month and one kind of employer, in exact integers.

Units: `_cents` hundredths of a euro, `_e2` hundredths, `_e4` ten-thousandths, `_e6` millionths
(a rate of 7 % is 70000 in `_e6`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Formule = Literal["rg", "rgdu"]
Perimetre = Literal["general", "complet_2019", "exclu"]
Majoration = Literal["aucune", "interim", "caisse_conges"]
Profil = Literal[
    "commun",
    "journaliste",
    "vrp_multicarte",
    "medecin_multi_employeurs",
    "expatrie",
    "intermittent_spectacle",
]
RegimeBandeaux = Literal["commun", "exoneration", "regime_special"]
RegimeBandeau = Literal["sans_complement", "seuil", "complement_integral"]


@dataclass(frozen=True, slots=True)
class Bandeau:
    """One of the two rate cuts: maladie (L.241-2-1) or allocations familiales (L.241-6-1).

    Attributes:
        regime: `sans_complement`: one rate for all, nothing to complement (maladie 2018);
            `seuil`: reduced rate up to `multiple_e2` SMIC; `complement_integral`: the reduced
            rate is abolished and all pay bears the complement (2026).
        multiple_e2: threshold in hundredths of SMIC (250 = 2.5 SMIC); 0 without threshold.
        smic_horaire_cents: hourly SMIC of the threshold's own reference date.
        points_e4: the cut in ten-thousandths (600 = 6 points); 0 where there is no cut.
    """

    regime: RegimeBandeau
    multiple_e2: int
    smic_horaire_cents: int
    points_e4: int


@dataclass(frozen=True, slots=True)
class Parametres:
    """The parameters in force for one month of employment and one kind of employer.

    Attributes:
        mois: first day of the month.
        periode_debut: first month of the definitive period the month belongs to: 1 January, or the
            date of a change of T inside the year (1 May 2025), where R and S restart (BOSS 500).
        periode_fin: last month (its first day) of that period.
        formule: `rg` (D.241-7 until 2025) or `rgdu` (D.241-7 from 2026).
        smic_horaire_cents: hourly SMIC that enters S (12.02 all through 2026).
        t_e6: T, or Tmin + Tdelta; lowered to the real rates where they are given.
        t_min_e6: Tmin (0 under `rg`).
        seuil_e2: exit in hundredths of SMIC: 160 (1.6) or 300 (3).
        puissance_num, puissance_den: exponent P of the RGDU (7/4); 1/1 under `rg`.
        majoration_num, majoration_den: factor b of D.241-10 (1/1, 11/10 or 10/9).
        complement_e6: T' of October to December 2019, general scope (2019 transition); else 0.
        plafond_dfs_e2: cap of the reduction with DFS, in hundredths of the reduction without
            (130); 0 where no cap exists (before 2020).
        ppv_incluse: whether the PPV enters R (from 2025).
        agirc_arrco_e6, chomage_e6: numerators of the split.
        chomage_a_part: whether the unemployment part goes to France Travail, outside the URSSAF
            part (entertainment workers).
        imputation_e6: denominator of the split.
        maladie, famille: the two rate cuts.
    """

    mois: date
    periode_debut: date
    periode_fin: date
    formule: Formule
    smic_horaire_cents: int
    t_e6: int
    t_min_e6: int
    seuil_e2: int
    puissance_num: int
    puissance_den: int
    majoration_num: int
    majoration_den: int
    complement_e6: int
    plafond_dfs_e2: int
    ppv_incluse: bool
    agirc_arrco_e6: int
    chomage_e6: int
    chomage_a_part: bool
    imputation_e6: int
    maladie: Bandeau
    famille: Bandeau


@dataclass(frozen=True, slots=True)
class Valeur:
    """One number of law, as `batchcalc rules show` prints it.

    Attributes:
        nom: dotted name of the parameter, e.g. `smic.horaire`.
        valeur: the value as written in the table; a reference to the SMIC of a date is given as
            that SMIC, the date beside the source.
        unite: its unit.
        debut: first day in force.
        source: text and article.
        statut: `S` read in the source, `S2` two independent sources, `C` computed, `I` inferred.
    """

    nom: str
    valeur: str
    unite: str
    debut: date
    source: str
    statut: str
