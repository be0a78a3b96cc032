"""Sums of the individual lines, by CTP: what blocks 20, 22 and 23 must show."""

from __future__ import annotations

from dataclasses import dataclass, field

from batchcalc.generate.bareme import Bareme
from batchcalc.generate.cotisations import assiette_csg, cpf_cdd, prevoyance, retraite
from batchcalc.generate.declare import Assiette
from batchcalc.generate.lignes import Contrat
from batchcalc.generate.model import APPRENTI_1979, MANDAT

APPRENTIS, MANDATAIRES = "726", "863"


@dataclass(slots=True)
class Totaux:
    """Sums of one establishment for one month of employment, in cents.

    Attributes:
        par_ctp: base of each CTP and qualifier.
        reductions: sum of the negative 018 lines, as a positive amount.
        regularisations: sum of the positive 018 lines.
        heures_salariale, heures_patronale: overtime reductions, positive.
        agirc_arrco: 131 + 132 + 106 (105 + 106 before 2021).
        prevoyance: sum of the 059 lines.
    """

    par_ctp: dict[tuple[str, str], int] = field(default_factory=dict)
    reductions: int = 0
    regularisations: int = 0
    heures_salariale: int = 0
    heures_patronale: int = 0
    agirc_arrco: int = 0
    prevoyance: int = 0

    def ajouter(self, contrat: Contrat, assiette: Assiette, bareme: Bareme) -> None:
        """Add one base set."""
        r, plafonnee = assiette.remuneration, assiette.plafonnee
        regime = _ctp_regime(contrat)
        self._plus(regime, "920", r)
        self._plus(regime, "921", plafonnee)
        self._plus("260", "920", assiette_csg(assiette))
        self._plus("FNAL", "920", r)
        self._plus("FNAL", "921", plafonnee)
        self._plus("027", "920", r)
        if regime != MANDATAIRES:
            self._plus("430", "920", assiette.famille)
            self._plus("635", "920", assiette.maladie)
            self._plus("423" if regime == APPRENTIS else "772", "920", r)
            self._plus("937", "920", r)
        if bareme.formation:
            self._plus("CFP", "920", r)
            self._plus("992", "920", r)
            self._plus("987", "920", r if cpf_cdd(contrat) else 0)
        self._plus("900", "920", r)
        self._reduction(assiette.urssaf)
        due = retraite(assiette, contrat, bareme)
        self.agirc_arrco += due.regime + due.apec + assiette.agirc_arrco
        self.prevoyance += prevoyance(assiette, bareme)

    def ajouter_heures(self, salariale: int, patronale: int) -> None:
        """Add the (negative) overtime reductions of one contract."""
        self.heures_salariale -= salariale
        self.heures_patronale -= patronale

    def _plus(self, ctp: str, qualifiant: str, cents: int) -> None:
        cle = (ctp, qualifiant)
        self.par_ctp[cle] = self.par_ctp.get(cle, 0) + cents

    def _reduction(self, urssaf: int) -> None:
        """By the sign of each line, without netting between employees."""
        if urssaf < 0:
            self.reductions -= urssaf
        else:
            self.regularisations += urssaf


def _ctp_regime(contrat: Contrat) -> str:
    if contrat.nature == MANDAT:
        return MANDATAIRES
    return APPRENTIS if contrat.dispositif == APPRENTI_1979 else "100"
