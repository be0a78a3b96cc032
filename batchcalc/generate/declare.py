"""What the employer declares: the reference computation, filed month after month.

A correction of a past month changes what was due for that month and every later one: each of them
gets a base of its own in the file of the correction, with the difference, so that all bases of one
month of employment always add up to what the reference finds for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from batchcalc import reference
from batchcalc.generate.bareme import Bareme
from batchcalc.generate.entree import Ligne, cle, rows_of
from batchcalc.generate.model import (
    MANDAT,
    Etablissement,
    Paies,
)
from batchcalc.rules.load import Rules


@dataclass(frozen=True, slots=True)
class Assiette:
    """One month of employment in one file, in cents; a difference where it is a past month.

    Attributes:
        rang: rank of the month of employment.
        remuneration: base déplafonnée. plafonnee: base plafonnée. brut: before the DFS.
        plafond: ceiling applied, 0 for a past month.
        smic: SMIC term, None for who has no reduction.
        urssaf, agirc_arrco: the reduction with the sign of a DSN (negative lowers contributions).
        maladie, famille: bases of the two complements.
        passe: whether the month is earlier than the one of the file.
    """

    rang: int
    remuneration: int
    plafonnee: int
    plafond: int
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
        paies: the payroll.
        etablissements: its employers.
        baremes: rates, one a month.
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
        for row in rows_of(paies, etablissements, contrat, version, depots)
    ]
    dus = {(row["contrat"], row["mois"]): _du(row) for row in reference.compute(rows, rules=rules)}
    return [
        _depots(_Dossier(paies, baremes, contrat, depots, dus))
        for contrat, depots in enumerate(versions)
    ]


def _versions(paies: Paies, contrat: int) -> list[int]:
    """Ranks of the files that correct a past month: after each, the contract has a new version."""
    corrections = paies.variables.correction_cents[contrat].tolist()
    actifs = paies.actif[contrat].tolist()
    return [rang for rang, cents in enumerate(corrections) if cents and actifs[rang]]


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
        return self.dus[cle(self.contrat, version), self.paies.mois[rang]]

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
    du, plafond = dossier.du(version, rang), dossier.plafond(rang)
    return Assiette(
        rang=rang,
        remuneration=remuneration,
        plafonnee=min(remuneration, plafond),
        plafond=plafond,
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
                plafond=0,
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
