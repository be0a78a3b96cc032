"""What the payroll, the tables and the DSN writer share: employers, contracts, months.

Arrays hold one value a contract (`n`) or one a contract and month (`n, mois`). Units: `_cents`
euro cents, `_e2` hundredths (hours, percent), `_e4` ten-thousandths, `_e5` thousandths of a
percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from batchcalc.generate.identite import Adresse

Secteur = Literal["commun", "batiment", "interim"]
Entiers: TypeAlias = NDArray[np.int64]
Drapeaux: TypeAlias = NDArray[np.bool_]
Jours: TypeAlias = NDArray[np.datetime64]

CDI, CDD, MISSION, MANDAT = 1, 2, 3, 80
ORDINAIRE, APPRENTI_1979, APPRENTI_1987 = 99, 64, 65
HEURES_MOIS_E2 = 15_167
JOURS_MOIS_E2 = 1_816  # 218 days a year, by month


@dataclass(frozen=True, slots=True)
class Etablissement:
    """One invented establishment.

    Attributes:
        fnal_e4: 10 (FNAL 0.10 %, under 50 employees) or 50 (0.50 %).
        taux_at_e5, taux_mobilite_e5: AT/MP and versement mobilité rates.
        sans_contrat: its software leaves 78.006 out when the person has one contract.
        deplafonnee_avant: its software writes base 03 before base 02.
    """

    siren: str
    nic: str
    nic_siege: str
    secteur: Secteur
    fnal_e4: int
    taux_at_e5: int
    taux_mobilite_e5: int
    adresse: Adresse
    sans_contrat: bool
    deplafonnee_avant: bool

    @property
    def siret(self) -> str:
        """SIREN followed by NIC."""
        return self.siren + self.nic


@dataclass(frozen=True)
class Contrats:
    """The contracts, one value each.

    Attributes:
        etablissement: rank in the list of establishments.
        personne: number of the person; two contracts may share one.
        numero: number of the contract, unique in the whole payroll.
        nature: DSN 40.007. dispositif: DSN 40.008.
        quotite_e2, quotite_reference_e2: hours (or days) a month of the contract and full time.
        equivalence_e2: weekly hours of an equivalence regime, 3500 without.
        structurelles_e2: structural overtime, hours a month.
        dfs_e2: rate of the déduction forfaitaire spécifique, 0 without.
        debut, fin: dates; fin is NaT while the contract runs. motif: DSN 62.002, 0 without.
    """

    etablissement: Entiers
    personne: Entiers
    numero: Entiers
    nature: Entiers
    dispositif: Entiers
    quotite_e2: Entiers
    quotite_reference_e2: Entiers
    equivalence_e2: Entiers
    structurelles_e2: Entiers
    dfs_e2: Entiers
    debut: Jours
    fin: Jours
    motif: Entiers


@dataclass(frozen=True)
class Variables:
    """What changes every month, before the payroll is worked out.

    Attributes:
        base_cents: salary of a full month. absence_e4: share of the month unpaid (10000 = all).
        aleatoires_e2: occasional overtime hours.
        prime_cents: bonus (or its recovery). indemnite_cents: paid leave owed at the end.
        ppv_cents: prime de partage de la valeur.
        correction_cents: signed differential filed this month for `retard` months earlier.
    """

    base_cents: Entiers
    absence_e4: Entiers
    aleatoires_e2: Entiers
    prime_cents: Entiers
    indemnite_cents: Entiers
    ppv_cents: Entiers
    correction_cents: Entiers
    retard: Entiers


@dataclass(frozen=True)
class Paies:
    """The payroll worked out, one value a contract and month.

    Attributes:
        actif: the contract exists that month.
        proratise: `due_cents` over `base_cents` is the presence ratio (D.241-7 IV).
        due_cents: salary of the month after absences, entry and exit.
        structurelles_e2: structural overtime after the presence ratio.
        majoration_cents: pay of all overtime.
        sans_dfs_cents: pay before the déduction forfaitaire spécifique.
        remuneration_cents: R of the month, the base déplafonnée.
        smic_cents: S of the month, rounded half up to the cent as DSN 79.004 holds it.
    """

    contrats: Contrats
    variables: Variables
    mois: tuple[date, ...]
    actif: Drapeaux
    proratise: Drapeaux
    due_cents: Entiers
    structurelles_e2: Entiers
    majoration_cents: Entiers
    sans_dfs_cents: Entiers
    remuneration_cents: Entiers
    smic_cents: Entiers


def mois_entre(debut: date, fin: date) -> tuple[date, ...]:
    """Every month (its first day) from `debut` to `fin`, both included."""
    premier, dernier = debut.year * 12 + debut.month - 1, fin.year * 12 + fin.month - 1
    return tuple(date(rang // 12, rang % 12 + 1, 1) for rang in range(premier, dernier + 1))
