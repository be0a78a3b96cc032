"""From contract-months to contributions: the whole derivation of each row, then its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from batchcalc.errors import InputError, RuleError
from batchcalc.options import ConventionSmic, Options
from batchcalc.reference.cells import EXACT
from batchcalc.reference.coefficient import is_below_exit
from batchcalc.reference.money import round_half_away
from batchcalc.reference.rate_cuts import RateCut, rate_cut
from batchcalc.reference.regularisation import AUCUNE, Donnees, Etape, Mois, regularise
from batchcalc.reference.rows import MoisContrat, read_rows
from batchcalc.reference.smic import smic
from batchcalc.reference.split import Repartition, split
from batchcalc.rules.load import Rules
from batchcalc.rules.model import Parametres


@dataclass(frozen=True, slots=True)
class Ligne:
    """One row of the result with everything it was derived from, unrounded where the law is.

    Attributes:
        mois: input, parameters of law, and the month's own S and R.
        etape: cumulated data, coefficient, reduction.
        repartition: URSSAF and AGIRC-ARRCO parts.
        maladie, famille: the two rate cuts.
        statut: `ok`, or what is special.
    """

    mois: Mois
    etape: Etape
    repartition: Repartition
    maladie: RateCut
    famille: RateCut
    statut: str

    def contribution(self) -> dict[str, Any]:
        """The columns of the result table: Decimal euros, rates with four decimals, dates."""
        entree, etape, total = self.mois.entree, self.etape, self.etape.total
        return {
            "siret": entree.siret,
            "salarie": entree.salarie,
            "contrat": entree.contrat,
            "mois": entree.mois,
            "remuneration": _decimal(entree.remuneration_cents, 2),
            "smic": _smic_euros(self.mois.donnees.s),
            "cumul_remuneration": _decimal(etape.cumul.r, 2),
            "cumul_smic": _smic_euros(etape.cumul.s),
            "coefficient": _decimal(total.coefficient.e4, 4),
            "coefficient_complement": _decimal(total.coefficient_complement.e4, 4),
            "reduction": _decimal(etape.reduction_cents, 2),
            "cumul_reduction": _decimal(etape.cumul_reduction_cents, 2),
            "reduction_urssaf": _decimal(self.repartition.urssaf_cents, 2),
            "reduction_agirc_arrco": _decimal(self.repartition.agirc_arrco_cents, 2),
            "reduction_france_travail": _decimal(self.repartition.france_travail_cents, 2),
            "dont_chomage": _decimal(self.repartition.dont_chomage_cents, 2),
            "taux_maladie_reduit": self.maladie.eligible,
            "taux_allocations_familiales_reduit": self.famille.eligible,
            "assiette_complement_maladie": _decimal(self.maladie.assiette_cents, 2),
            "assiette_complement_allocations_familiales": _decimal(self.famille.assiette_cents, 2),
            "reduction_maladie": _decimal(self.maladie.reduction_cents, 2),
            "reduction_allocations_familiales": _decimal(self.famille.reduction_cents, 2),
            "statut": self.statut,
        }


def compute(
    rows: Iterable[Mapping[str, object]],
    *,
    rules: Rules | None = None,
    options: Options | None = None,
) -> list[dict[str, Any]]:
    """The scalar twin of `batchcalc.compute`: input rows in, result rows out.

    Args:
        rows: one dict per contract and month; keys are the columns of the input table, values
            Decimal, int, text or date; None, "" or an absent key take the default.
        rules: tables of law; the ones of the package by default.
        options: progressive regularisation and 52/12 by default.

    Returns:
        One dict per contract and month, ordered by siret, salarie, contrat, mois.

    Raises:
        InputError: a row that cannot be used; `line` is its number, from 1.
    """
    return [ligne.contribution() for ligne in derive(rows, rules=rules, options=options)]


def derive(
    rows: Iterable[Mapping[str, object]],
    *,
    rules: Rules | None = None,
    options: Options | None = None,
) -> Iterator[Ligne]:
    """As `compute`, with the whole derivation of each row."""
    options = options or Options()
    parametres = parametres_of(rules or Rules.load(), options)
    for _, contract_year in groupby(read_rows(rows), key=_contract_year):
        yield from compute_contract(list(contract_year), parametres, options)


def _contract_year(entree: MoisContrat) -> tuple[str, str, str, int]:
    return entree.siret, entree.salarie, entree.contrat, entree.mois.year


def parametres_of(
    rules: Rules, options: Options | None = None
) -> Callable[[MoisContrat], Parametres]:
    """The function that gives the parameters of a contract-month, each looked up once.

    It raises InputError, with the number of the row, where the tables hold no sourced value.
    """
    fenetres = rules.fenetres() if options is not None and options.tolerances else []
    known: dict[tuple[object, ...], Parametres] = {}

    def parametres(entree: MoisContrat) -> Parametres:
        key = (
            entree.mois,
            entree.fnal_e4,
            entree.perimetre,
            entree.majoration,
            entree.profil,
            entree.taux_agirc_arrco_employeur_e6,
            entree.taux_at_e6,
            entree.regime_bandeaux,
            tolerance := is_tolerated(entree, fenetres),
        )
        if key not in known:
            known[key] = _look_up(rules, entree, tolerance=tolerance)
        return known[key]

    return parametres


def is_tolerated(entree: MoisContrat, fenetres: Iterable[tuple[date, date]]) -> bool:
    """Whether the month and the end of the contract stand in the dates of one tolerance."""
    fin = entree.fin_contrat
    return fin is not None and any(
        debut <= entree.mois <= dernier and debut <= fin <= dernier for debut, dernier in fenetres
    )


def _look_up(rules: Rules, entree: MoisContrat, *, tolerance: bool) -> Parametres:
    try:
        return rules.parametres(
            entree.mois,
            fnal_e4=entree.fnal_e4,
            perimetre=entree.perimetre,
            majoration=entree.majoration,
            profil=entree.profil,
            taux_agirc_arrco_e6=entree.taux_agirc_arrco_employeur_e6,
            taux_at_e6=entree.taux_at_e6,
            tolerance=tolerance,
            regime_bandeaux=entree.regime_bandeaux,
        )
    except RuleError as error:
        raise InputError(
            error.message, hint=error.hint, code=error.code, line=entree.row
        ) from error


def compute_contract(
    entrees: Sequence[MoisContrat],
    parametres: Callable[[MoisContrat], Parametres],
    options: Options,
) -> list[Ligne]:
    """Derive one contract-year, unit of the calculation (BOSS 1070); `entrees` in month order."""
    mois_du_contrat = [_month(entree, parametres(entree), options) for entree in entrees]
    etapes = regularise(mois_du_contrat, options)
    maladie = rate_cut(mois_du_contrat, "maladie")
    famille = rate_cut(mois_du_contrat, "famille")
    incomplete = is_incomplete(entrees[0])
    return [
        Ligne(
            mois,
            etape,
            split(mois.parametres, etape.reduction_cents),
            cut_maladie,
            cut_famille,
            status(mois, etape, incomplete=incomplete),
        )
        for mois, etape, cut_maladie, cut_famille in zip(
            mois_du_contrat, etapes, maladie, famille, strict=True
        )
    ]


def _month(entree: MoisContrat, p: Parametres, options: Options) -> Mois:
    own = month_data(entree, p, options.convention_smic)
    in_scope = entree.perimetre != "exclu"
    keeps_cuts = in_scope or entree.regime_bandeaux != "commun"
    return Mois(entree, p, own if in_scope else AUCUNE, own if keeps_cuts else AUCUNE)


def month_data(entree: MoisContrat, p: Parametres, convention: ConventionSmic) -> Donnees:
    """S and R of the month; the PPV is in R from 2025 (L.241-13, BOSS 170)."""
    ppv = entree.ppv_cents if p.ppv_incluse else 0
    r = entree.remuneration_cents + ppv
    sans_dfs = entree.remuneration_sans_dfs_cents
    return Donnees(
        s=smic(entree, p.smic_horaire_cents, convention),
        r=r,
        r_sans_dfs=r if sans_dfs is None else sans_dfs + ppv,
        r_complement=r if p.complement_e6 else 0,
        cotisations=entree.cotisations_dues_cents,
    )


def is_incomplete(first: MoisContrat) -> bool:
    """Whether the contract was running before `first`, its first month given of the year."""
    if first.debut_contrat is None:
        return False
    return max(first.debut_contrat, date(first.mois.year, 1, 1)) < first.mois


def status(mois: Mois, etape: Etape, *, incomplete: bool) -> str:
    """What is special about a row: the first that applies."""
    entree, base, total = mois.entree, etape.base, etape.total
    if entree.perimetre == "exclu":
        return f"exclu_{entree.motif_exclusion}" if entree.motif_exclusion else "exclu"
    if incomplete:
        return "cumul_incomplet"
    if base.r > 0 and not is_below_exit(mois.parametres, base.s, base.r):
        return "au_dessus_du_seuil"
    if total.plafonne_cotisations:
        return "plafonne_cotisations"
    if total.plafonne_dfs:
        return "plafonne_dfs"
    return "plafonne_t" if total.coefficient.plafonne else "ok"


def _decimal(value: int, decimals: int) -> Decimal:
    return Decimal(value).scaleb(-decimals, EXACT)


def _smic_euros(cents: Fraction) -> Decimal:
    return _decimal(round_half_away(10_000 * cents.numerator, cents.denominator), 6)
