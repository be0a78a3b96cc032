"""What the employer declares: the reference computation, filed month after month.

A correction of a past month changes what was due for that month and every later one: each of them
gets a base of its own in the file of the correction, with the difference, so that all bases of one
month of employment always add up to what the reference finds for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from batchcalc import reference
from batchcalc.generate.bareme import Bareme
from batchcalc.generate.model import (
    APPRENTI_1979,
    APPRENTI_1987,
    MANDAT,
    MISSION,
    Etablissement,
    Paies,
)
from batchcalc.rules.load import Rules

Ligne = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Assiette:
    """One month of employment in one file, in cents; a difference where it is a past month.

    Attributes:
        rang: rank of the month of employment.
        remuneration: base déplafonnée. plafonnee: base plafonnée. brut: before the DFS.
        smic: SMIC term, None for who has no reduction.
        urssaf, agirc_arrco: the reduction with the sign of a DSN (negative lowers contributions).
        maladie, famille: bases of the two complements.
        passe: whether the month is earlier than the one of the file.
    """

    rang: int
    remuneration: int
    plafonnee: int
    brut: int
    smic: int | None
    urssaf: int
    agirc_arrco: int
    maladie: int
    famille: int
    passe: bool = False


Declarations = list[dict[int, list[Assiette]]]


def declarer(
    paies: Paies,
    etablissements: Sequence[Etablissement],
    baremes: Sequence[Bareme],
    rules: Rules,
) -> Declarations:
    """Declare a payroll.

    Args:
        paies: the payroll. etablissements: its employers. baremes: rates, one a month.
        rules: the tables of law the reference computes with.

    Returns:
        For each contract, the bases of each file, by rank of the month of the file: the month
        itself first, then the past months it changes.
    """
    versions = [_versions(paies, contrat) for contrat in range(len(paies.actif))]
    rows = [
        row
        for contrat, depots in enumerate(versions)
        for version in range(len(depots) + 1)
        for row in _rows(paies, etablissements, contrat, version, depots)
    ]
    dus = {
        (row["contrat"], row["mois"]): _du(row) for row in reference.compute(rows, rules=rules)
    }
    return [
        _depots(_Dossier(paies, baremes, contrat, depots, dus))
        for contrat, depots in enumerate(versions)
    ]


def _versions(paies: Paies, contrat: int) -> list[int]:
    """Ranks of the files that correct a past month: after each, the contract has a new version."""
    corrections = paies.variables.correction_cents[contrat].tolist()
    actifs = paies.actif[contrat].tolist()
    return [rang for rang, cents in enumerate(corrections) if cents and actifs[rang]]


def euros(cents: int) -> Decimal:
    """Cents as euros with two decimals."""
    return Decimal(cents).scaleb(-2)


def perimetre(nature: int, dispositif: int, mois: date) -> str:
    """Scope of the reduction: apprentices have the single T in 2019, mandates no reduction."""
    if nature == MANDAT:
        return "exclu"
    apprenti = dispositif in (APPRENTI_1979, APPRENTI_1987)
    return "complet_2019" if apprenti and mois.year == 2019 else "general"


def majoration(nature: int, secteur: str) -> str:
    """Factor b of D.241-10: temporary work, or a caisse de congés payés."""
    if nature == MISSION:
        return "interim"
    return "caisse_conges" if secteur == "batiment" and nature != MANDAT else "aucune"


def _cle(contrat: int, version: int) -> str:
    return f"{contrat}/{version}"


def _rows(
    paies: Paies,
    etablissements: Sequence[Etablissement],
    contrat: int,
    version: int,
    depots: list[int],
) -> Iterator[Ligne]:
    contrats = paies.contrats
    employeur = etablissements[contrats.etablissement[contrat]]
    nature, dispositif = int(contrats.nature[contrat]), int(contrats.dispositif[contrat])
    commun: Ligne = {
        "siret": employeur.siret,
        "salarie": "1",
        "contrat": _cle(contrat, version),
        "fnal": euros(employeur.fnal_e4),
        "majoration": majoration(nature, employeur.secteur),
    }
    for rang, mois in enumerate(paies.mois):
        if paies.actif[contrat, rang]:
            yield {
                **commun,
                "mois": mois,
                "perimetre": perimetre(nature, dispositif, mois),
                **_montants(paies, contrat, rang),
            }
    for depot in depots[:version]:
        retard = int(paies.variables.retard[contrat, depot])
        delta = euros(int(paies.variables.correction_cents[contrat, depot]))
        yield commun | {"mois": paies.mois[depot - retard], "remuneration": delta}


def _montants(paies: Paies, contrat: int, rang: int) -> Ligne:
    sans_dfs = int(paies.sans_dfs_cents[contrat, rang])
    abattu = bool(paies.contrats.dfs_e2[contrat])
    return {
        "remuneration": euros(int(paies.remuneration_cents[contrat, rang])),
        "smic_retenu": euros(int(paies.smic_cents[contrat, rang])),
        "remuneration_sans_dfs": euros(sans_dfs) if abattu else None,
        "ppv": euros(int(paies.variables.ppv_cents[contrat, rang])),
    }


@dataclass(frozen=True, slots=True)
class _Du:
    """What the reference finds for one month, in cents."""

    urssaf: int = 0
    agirc_arrco: int = 0
    maladie: int = 0
    famille: int = 0


def _du(row: Ligne) -> _Du:
    return _Du(
        urssaf=int(row["reduction_urssaf"] * 100),
        agirc_arrco=int(row["reduction_agirc_arrco"] * 100),
        maladie=int(row["assiette_complement_maladie"] * 100),
        famille=int(row["assiette_complement_allocations_familiales"] * 100),
    )


@dataclass(frozen=True, slots=True)
class _Dossier:
    """One contract and what is due for each of its versions."""

    paies: Paies
    baremes: Sequence[Bareme]
    contrat: int
    depots: list[int]
    dus: dict[tuple[str, date], _Du]

    def du(self, version: int, rang: int) -> _Du:
        return self.dus[_cle(self.contrat, version), self.paies.mois[rang]]

    def plafond(self, rang: int) -> int:
        """Ceiling of the month for the working time and the presence."""
        contrats, contrat = self.paies.contrats, self.contrat
        plafond = self.baremes[rang].pmss_cents * int(contrats.quotite_e2[contrat])
        plafond //= int(contrats.quotite_reference_e2[contrat])
        base = int(self.paies.variables.base_cents[contrat, rang])
        due = int(self.paies.due_cents[contrat, rang])
        return plafond * due // base if due != base else plafond


def _depots(dossier: _Dossier) -> dict[int, list[Assiette]]:
    """The bases of every file of one contract."""
    fichiers: dict[int, list[Assiette]] = {}
    actifs = [rang for rang, actif in enumerate(dossier.paies.actif[dossier.contrat]) if actif]
    for rang in actifs:
        version = sum(depot <= rang for depot in dossier.depots)
        fichiers[rang] = [_courante(dossier, rang, version)]
        if rang in dossier.depots:
            passes = [avant for avant in actifs if avant < rang]
            fichiers[rang] += _differences(dossier, rang, version, passes)
    return fichiers


def _courante(dossier: _Dossier, rang: int, version: int) -> Assiette:
    paies, contrat = dossier.paies, dossier.contrat
    remuneration = int(paies.remuneration_cents[contrat, rang])
    exclu = int(paies.contrats.nature[contrat]) == MANDAT
    du = dossier.du(version, rang)
    return Assiette(
        rang=rang,
        remuneration=remuneration,
        plafonnee=min(remuneration, dossier.plafond(rang)),
        brut=int(paies.sans_dfs_cents[contrat, rang]),
        smic=None if exclu else int(paies.smic_cents[contrat, rang]),
        urssaf=-du.urssaf,
        agirc_arrco=-du.agirc_arrco,
        maladie=remuneration if exclu else du.maladie,
        famille=remuneration if exclu else du.famille,
    )


def _differences(
    dossier: _Dossier, depot: int, version: int, passes: list[int]
) -> Iterator[Assiette]:
    """The past months a correction changes, each with its difference."""
    variables = dossier.paies.variables
    vise = depot - int(variables.retard[dossier.contrat, depot])
    for rang in passes:
        avant, apres = dossier.du(version - 1, rang), dossier.du(version, rang)
        cents = int(variables.correction_cents[dossier.contrat, depot]) if rang == vise else 0
        if cents or avant != apres:
            yield Assiette(
                rang=rang,
                remuneration=cents,
                plafonnee=_plafonnee_en_plus(dossier, rang, cents),
                brut=cents,
                smic=0,
                urssaf=avant.urssaf - apres.urssaf,
                agirc_arrco=avant.agirc_arrco - apres.agirc_arrco,
                maladie=apres.maladie - avant.maladie,
                famille=apres.famille - avant.famille,
                passe=True,
            )


def _plafonnee_en_plus(dossier: _Dossier, rang: int, cents: int) -> int:
    remuneration = int(dossier.paies.remuneration_cents[dossier.contrat, rang])
    plafond = dossier.plafond(rang)
    return min(remuneration + cents, plafond) - min(remuneration, plafond)
