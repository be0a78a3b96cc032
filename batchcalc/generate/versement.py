"""Blocks 50 to 58: the payment of one person, and what happened in the month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from batchcalc.generate.bareme import Bareme, part
from batchcalc.generate.declare import Assiette
from batchcalc.generate.lignes import FIN, URSSAF, Contrat, bloc, euros, jour
from batchcalc.generate.model import HEURES_MOIS_E2

_NET_E5 = 78_000
_NET_SOCIAL_E5 = 78_500
_PAS_E5 = 2_500
_PATRONALE_HEURE_CENTS = {10: 150, 50: 50}


@dataclass(frozen=True, slots=True)
class Paie:
    """One month of one contract.

    Units as in `batchcalc.generate.model`; `debut`, `fin` are the days paid.
    """

    debut: date
    fin: date
    base: int
    due: int
    proratise: bool
    absence_e4: int
    structurelles_e2: int
    aleatoires_e2: int
    majoration: int
    prime: int
    indemnite: int
    ppv: int
    brut: int
    remuneration: int

    @property
    def jours(self) -> int:
        """Calendar days paid or not, inside the contract."""
        return (self.fin - self.debut).days + 1


def periode(code: str, debut: date, fin: date) -> str:
    """The two lines of a period."""
    return f"{code}.002,'{jour(debut)}{FIN}{code}.003,'{jour(fin)}{FIN}"


def borne(mois: date, contrat: Contrat) -> tuple[date, date]:
    """First and last day of the contract inside a month."""
    dernier = mois.replace(day=monthrange(mois.year, mois.month)[1])
    fin = dernier if contrat.fin is None else min(dernier, contrat.fin)
    return max(mois, contrat.debut), fin


def bloc_versement(paies: list[Paie], mois: date) -> str:
    """Block 50, one for all the contracts of a person."""
    brut = sum(paie.brut + paie.ppv for paie in paies)
    net = part(brut, _NET_E5)
    pas = part(max(net, 0), _PAS_E5)
    return bloc(
        "S21.G00.50",
        ("001", jour(borne_mois(mois))),
        ("002", euros(net)),
        ("003", "01"),
        ("004", euros(net - pas)),
        ("006", euros(_PAS_E5 // 10)),
        ("007", "01"),
        ("008", "999"),
        ("009", euros(pas)),
        ("013", euros(net)),
    )


def borne_mois(mois: date) -> date:
    """Last day of a month."""
    return mois.replace(day=monthrange(mois.year, mois.month)[1])


def remunerations(contrat: Contrat, paie: Paie) -> str:
    """Blocks 51 and 53 of the month itself."""
    tete = (
        f"S21.G00.51.001,'{jour(paie.debut)}{FIN}S21.G00.51.002,'{jour(paie.fin)}{FIN}"
        f"S21.G00.51.010,'{contrat.numero}{FIN}S21.G00.51.011,'"
    )
    suite = f"{FIN}S21.G00.51.013,'"
    r = f"{euros(paie.remuneration)}{FIN}"
    brut = f"{euros(paie.brut)}{FIN}"
    textes = [
        f"{tete}001{suite}{r}{_activite('01', paie.jours * 100, '40')}",
        f"{tete}002{suite}{r}{_temps(contrat, paie)}",
        f"{tete}003{suite}{brut}{tete}010{suite}{euros(paie.due)}{FIN}",
    ]
    textes.extend(_heures(tete, paie))
    # Types 028 and 029 were opened for 2026 (fiche 2681).
    if paie.proratise and paie.debut.year >= 2026:
        textes.append(f"{tete}028{suite}{euros(paie.due)}{FIN}")
        textes.append(f"{tete}029{suite}{euros(paie.base)}{FIN}")
    return "".join(textes)


def _heures(tete: str, paie: Paie) -> list[str]:
    """Types 017 (occasional) and 018 (structural) share the pay of overtime by their hours."""
    heures = paie.structurelles_e2 + paie.aleatoires_e2
    if not heures:
        return []
    structurelles = paie.majoration * paie.structurelles_e2 // heures
    montants = (
        ("017", paie.aleatoires_e2, paie.majoration - structurelles),
        ("018", paie.structurelles_e2, structurelles),
    )
    return [
        f"{tete}{nature}{FIN}S21.G00.51.012,'{euros(duree)}{FIN}S21.G00.51.013,'{euros(cents)}{FIN}"
        for nature, duree, cents in montants
        if duree
    ]


def _temps(contrat: Contrat, paie: Paie) -> str:
    """Time worked and unpaid, in hours or in days."""
    unite = "10" if contrat.quotite_reference_e2 == HEURES_MOIS_E2 else "20"
    travaille = contrat.quotite_e2 * paie.due // paie.base if paie.base else 0
    absent = contrat.quotite_e2 * paie.absence_e4 // 10_000
    heures = paie.structurelles_e2 + paie.aleatoires_e2
    textes = _activite("01", travaille + heures, unite)
    return textes + (_activite("02", absent, unite) if absent else "")


def _activite(nature: str, mesure_e2: int, unite: str) -> str:
    return (
        f"S21.G00.53.001,'{nature}{FIN}S21.G00.53.002,'{euros(mesure_e2)}{FIN}"
        f"S21.G00.53.003,'{unite}{FIN}"
    )


def rappel(contrat: Contrat, assiette: Assiette, debut: date, fin: date) -> str:
    """Blocks 51 of a correction of a past month."""
    if not assiette.remuneration:
        return ""
    tete = (
        f"S21.G00.51.001,'{jour(debut)}{FIN}S21.G00.51.002,'{jour(fin)}{FIN}"
        f"S21.G00.51.010,'{contrat.numero}{FIN}S21.G00.51.011,'"
    )
    montant = f"{FIN}S21.G00.51.013,'{euros(assiette.remuneration)}{FIN}"
    return "".join(f"{tete}{nature}{montant}" for nature in ("001", "002", "003", "010"))


def primes(contrat: Contrat, paie: Paie) -> str:
    """Blocks 52: bonuses, paid leave at the end, prime de partage de la valeur."""
    montants = (("027", paie.prime), ("020", paie.indemnite), ("904", paie.ppv))
    return "".join(
        f"S21.G00.52.001,'{nature}{FIN}S21.G00.52.002,'{euros(cents)}{FIN}"
        f"S21.G00.52.006,'{contrat.numero}{FIN}"
        for nature, cents in montants
        if cents
    )


def autres_revenus(contrat: Contrat, paie: Paie) -> str:
    """Blocks 54: DFS, and the employer's shares of health cover and insurance."""
    debut, fin, annee = jour(paie.debut), jour(paie.fin), paie.debut.year
    numero = f"S21.G00.54.005,'{contrat.numero}{FIN}" if annee >= 2025 else ""
    montants = (("10", paie.brut - paie.remuneration), ("92", 3_550), ("93", 1_290))
    return "".join(
        f"S21.G00.54.001,'{nature}{FIN}S21.G00.54.002,'{euros(cents)}{FIN}"
        f"S21.G00.54.003,'{debut}{FIN}S21.G00.54.004,'{fin}{FIN}{numero}"
        for nature, cents in montants
        if cents
    )


def net_social(paies: list[Paie], mois: date) -> str:
    """Block 58, montant net social, declared since 2023."""
    if mois.year < 2023:
        return ""
    montant = part(sum(paie.brut for paie in paies), _NET_SOCIAL_E5)
    return bloc(
        "S21.G00.58",
        ("001", jour(mois)),
        ("002", jour(borne_mois(mois))),
        ("003", "03"),
        ("004", euros(montant)),
    )


def reductions_heures(paie: Paie, bareme: Bareme, fnal_e4: int) -> tuple[int, int]:
    """Reduction of the employee's (114) and the employer's (021) contributions on overtime."""
    heures = paie.structurelles_e2 + paie.aleatoires_e2
    if not heures:
        return 0, 0
    salariale = -part(paie.majoration, bareme.heures_salariale_e5)
    return salariale, -(heures * _PATRONALE_HEURE_CENTS[fnal_e4] // 100)


def bloc_reductions_heures(paie: Paie, bareme: Bareme, fnal_e4: int) -> str:
    """Codes 114 and 021 under base 03, person by person from 2021."""
    montants = zip(("114", "021"), reductions_heures(paie, bareme, fnal_e4), strict=True)
    if not bareme.nominatif:
        return ""
    return "".join(
        f"S21.G00.81.001,'{code}{FIN}S21.G00.81.002,'{URSSAF}{FIN}"
        f"S21.G00.81.003,'{euros(paie.majoration)}{FIN}S21.G00.81.004,'{euros(cents)}{FIN}"
        for code, cents in montants
        if cents
    )


def suspension(paie: Paie) -> str:
    """Block 65: unpaid leave of a whole month, or of the first days of it."""
    if not paie.absence_e4:
        return ""
    jours = max(1, paie.jours * paie.absence_e4 // 10_000)
    fin = paie.debut.replace(day=paie.debut.day + jours - 1)
    return bloc("S21.G00.65", ("001", "501"), ("002", jour(paie.debut)), ("003", jour(fin)))
