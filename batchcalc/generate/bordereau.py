"""Blocks 20, 22 and 23: payments and aggregate contributions, the sums of the lines below them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from batchcalc.generate.bareme import (
    COMPLEMENT_FAMILLE_E5,
    COMPLEMENT_MALADIE_E5,
    Bareme,
    part,
)
from batchcalc.generate.cotisations import taux_formation_e5
from batchcalc.generate.lignes import (
    AGIRC_ARRCO,
    PREVOYANCE,
    URSSAF,
    bloc,
    euros,
    jour,
    pourcent,
)
from batchcalc.generate.model import Etablissement
from batchcalc.generate.totaux import APPRENTIS, MANDATAIRES, Totaux
from batchcalc.generate.versement import borne_mois

_TOTAL_E5 = 100_000


@dataclass(frozen=True, slots=True)
class Ligne23:
    """One aggregate line: in whole euros, as a base or as an amount.

    Attributes:
        base, taux_e5: base and the rate the Urssaf applies to it.
        affiche_e5: the part of the rate the line shows (AT/MP, versement mobilité).
        montant: amount, where the line has no base.
        signe: -1 for what lowers the total.
    """

    ctp: str
    qualifiant: str
    base: int = 0
    taux_e5: int = 0
    affiche_e5: int | None = None
    commune: str | None = None
    montant: int | None = None
    signe: int = 1

    @property
    def du(self) -> int:
        """Signed amount of the line, whole euros."""
        if self.montant is not None:
            return self.signe * self.montant
        return self.signe * en_euros(part(self.base * 100, self.taux_e5))

    def texte(self) -> str:
        """Block 23."""
        return bloc(
            "S21.G00.23",
            ("001", self.ctp),
            ("002", self.qualifiant),
            ("003", None if self.affiche_e5 is None else pourcent(self.affiche_e5)),
            ("004", f"{self.base}.00" if self.montant is None else None),
            ("005", None if self.montant is None else f"{self.montant}.00"),
            ("006", self.commune),
        )


def en_euros(cents: int) -> int:
    """Whole euros, half up."""
    return (cents + 50) // 100


def lignes_agregees(totaux: Totaux, bareme: Bareme, etablissement: Etablissement) -> list[Ligne23]:
    """Blocks 23 of one establishment for one month of employment."""
    lignes = [
        _ligne(ctp, qualifiant, en_euros(cents), bareme, etablissement)
        for (ctp, qualifiant), cents in totaux.par_ctp.items()
        if _due(ctp, qualifiant, etablissement)
    ]
    reduction, regularisation = ("668", "669") if bareme.etendue else ("671", "801")
    lignes += [
        Ligne23(reduction, "921", montant=en_euros(totaux.reductions), signe=-1),
        Ligne23(regularisation, "921", en_euros(totaux.regularisations), _TOTAL_E5),
        Ligne23("003", "921", montant=en_euros(totaux.heures_salariale), signe=-1),
        Ligne23("004", "921", montant=en_euros(totaux.heures_patronale), signe=-1),
    ]
    return [ligne for ligne in lignes if ligne.base or ligne.montant]


def _due(ctp: str, qualifiant: str, etablissement: Etablissement) -> bool:
    """FNAL is due on one base only: plafonnée under 50 employees, all pay from 50."""
    return ctp != "FNAL" or (qualifiant == "921") == (etablissement.fnal_e4 == 10)


def _ligne(
    ctp: str, qualifiant: str, base: int, bareme: Bareme, etablissement: Etablissement
) -> Ligne23:
    if ctp in ("100", APPRENTIS, MANDATAIRES):
        return _ligne_regime(ctp, qualifiant, base, bareme, etablissement)
    if ctp == "FNAL":
        code = "332" if qualifiant == "921" else "236"
        return Ligne23(code, qualifiant, base, etablissement.fnal_e4 * 10)
    if ctp == "CFP":
        taux = taux_formation_e5(etablissement)
        return Ligne23("959" if taux == 550 else "971", qualifiant, base, taux)
    if ctp == "900":
        taux = etablissement.taux_mobilite_e5
        return Ligne23(ctp, qualifiant, base, taux, taux, etablissement.adresse.code_postal)
    return Ligne23(ctp, qualifiant, base, _taux_fixe(ctp, bareme))


def _ligne_regime(
    ctp: str, qualifiant: str, base: int, bareme: Bareme, etablissement: Etablissement
) -> Ligne23:
    """CTP 100 and its variants: the base déplafonnée bears the AT/MP rate, shown in 23.003."""
    if qualifiant == "921":
        return Ligne23(ctp, qualifiant, base, bareme.vieillesse_plafonnee_e5)
    taux = bareme.maladie_e5 + bareme.famille_e5 + bareme.csa_e5 + bareme.vieillesse_deplafonnee_e5
    if ctp == MANDATAIRES:
        taux += COMPLEMENT_MALADIE_E5 + COMPLEMENT_FAMILLE_E5
    taux_at = etablissement.taux_at_e5
    return Ligne23(ctp, qualifiant, base, taux + taux_at, taux_at)


def _taux_fixe(ctp: str, bareme: Bareme) -> int:
    return {
        "260": bareme.csg_e5 + bareme.crds_e5,
        "430": COMPLEMENT_FAMILLE_E5,
        "635": COMPLEMENT_MALADIE_E5,
        "772": bareme.chomage_e5,
        "423": bareme.chomage_e5,
        "937": bareme.ags_e5,
        "027": bareme.dialogue_e5,
        "992": bareme.apprentissage_e5,
        "987": bareme.cpf_cdd_e5,
    }[ctp]


def blocs_versement(
    totaux: dict[date, Totaux],
    bordereaux: dict[date, int],
    etablissement: Etablissement,
    mois: date,
) -> str:
    """Blocks 20 and 55: what is paid to the Urssaf, to AGIRC-ARRCO and to the insurer.

    Args:
        totaux: sums by month of employment.
        bordereaux: totals of the blocks 22, whole euros.
        etablissement: the payer.
        mois: month of the file.
    """
    textes = [
        _paiement(URSSAF, etablissement.siret, montant * 100, periode)
        for periode, montant in bordereaux.items()
        if montant > 0
    ]
    textes += [
        _paiement(AGIRC_ARRCO, etablissement.siret, total.agirc_arrco, periode)
        for periode, total in totaux.items()
        if total.agirc_arrco > 0
    ]
    assurance = sum(total.prevoyance for total in totaux.values())
    if assurance > 0:
        # Insurers' payments carry a dummy period in filed files; the true one is in 55.004.
        textes.append(_paiement(PREVOYANCE, None, assurance, None))
        textes.append(
            bloc(
                "S21.G00.55",
                ("001", euros(assurance)),
                ("003", "BASE-2026"),
                ("004", f"{mois.year}M{mois.month:02d}"),
            )
        )
    return "".join(textes)


def _paiement(organisme: str, entite: str | None, cents: int, periode: date | None) -> str:
    debut = "01012000" if periode is None else jour(periode)
    fin = "01012000" if periode is None else jour(borne_mois(periode))
    return bloc(
        "S21.G00.20",
        ("001", organisme),
        ("002", entite),
        ("005", euros(cents)),
        ("006", debut),
        ("007", fin),
        ("010", "05"),
    )


def blocs_bordereau(periode: date, total: int, lignes: list[Ligne23], siret: str) -> str:
    """Block 22 of one month of employment and its blocks 23."""
    tete = bloc(
        "S21.G00.22",
        ("001", URSSAF),
        ("002", siret),
        ("003", jour(periode)),
        ("004", jour(borne_mois(periode))),
        ("005", f"{total}.00"),
    )
    return tete + "".join(ligne.texte() for ligne in lignes)
