"""What block 40 says of a contract: its time, its majoration, its scope."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.io.dsn import codes
from batchcalc.io.dsn.frames import choisis, frame, jours
from batchcalc.io.dsn.lot import JAMAIS, RIEN, SALARIE, SIRET, Lot
from batchcalc.io.dsn.tables import Entiers
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_values as v

# Legal time (D.241-7 IV): hours of a month and of an annual forfait, days of a forfait.
MOIS_LEGAL_E2: Final = 15_167
MOIS_LEGAUX_E2: Final = (15_166, 15_167)
FORFAIT_HEURES: Final = 1607
FORFAIT_JOURS: Final = 218

# Above, a quotité is not hours or days of a month; below, not hours of one.
PLUS_DE_JOURS_E2: Final = 3100
PLUS_D_HEURES_E2: Final = 25_000
MOINS_D_HEURES_E2: Final = 10_000


def contrats(lot: Lot, rangs: Entiers) -> pl.DataFrame:
    """What is said of contracts, by their rows.

    Columns: `etablissement` (row), `mois_declare` (yyyymm), `siret`, `salarie`, `contrat`,
    `debut_contrat`, `fin_contrat`, `fin_annulee`, `quotite_contrat_e6`, `quotite_reference_e6`,
    `majoration`, `profil`, `taux_agirc_arrco_employeur_e6`, `taux_at_e6`, `motif`, `statutaire`,
    `apprenti`, `complet`.
    """
    individus = lot.tables.parents(k.CONTRAT)[rangs]
    etablissements = lot.etablissement(individus)
    lieux = frame(lot, k.ETABLISSEMENT)
    debuts, fins = lot.tables.colonne(k.CONTRAT, "debut")[rangs], lot.fin_de_contrat()[rangs]
    annulees = _fins_annulees(lot)[rangs]
    lus = frame(lot, k.CONTRAT, rangs).with_columns(
        etablissement=pl.Series(etablissements),
        mois_declare=pl.Series(lot.mois_declare(individus)),
        siret=choisis(lot.textes(k.ETABLISSEMENT, SIRET), etablissements),
        salarie=choisis(lot.textes(k.INDIVIDU, SALARIE), individus),
        contrat=lot.textes(k.CONTRAT, "numero").gather(rangs),
        apet=choisis(lieux["apet"], etablissements),
        departement=choisis(lieux["code_postal"], etablissements) // 256**2,
        debut_contrat=jours(debuts, debuts > v.LAST_MARK),
        fin_contrat=jours(fins, fins < JAMAIS),
        fin_annulee=jours(annulees, annulees > v.LAST_MARK),
        de_spectacle=pl.Series(_de_spectacle(lot)[rangs]),
        de_notaire=pl.Series(_de_notaire(lot)[rangs]),
    )
    return lus.select(_expressions())


def _fins_annulees(lot: Lot) -> Entiers:
    """The end that each contract cancels, yyyymmdd, or a mark."""
    tables = lot.tables
    annulees = np.full(tables.nombre(k.CONTRAT), v.NULL)
    celles = tables.colonne(k.FIN, "motif") == codes.FIN_ANNULEE
    annulees[tables.parents(k.FIN)[celles]] = tables.colonne(k.FIN, "date")[celles]
    return annulees


def _de_spectacle(lot: Lot) -> NDArray[np.bool_]:
    """Whether the activity of each contract is counted in the units of entertainment workers."""
    marques = np.zeros(lot.tables.nombre(k.CONTRAT), np.bool_)
    siens = lot.contrat(k.REMUNERATION)[lot.tables.parents(k.ACTIVITE)]
    marques[siens[siens > RIEN]] = True
    return marques


def _de_notaire(lot: Lot) -> NDArray[np.bool_]:
    """Whether a base of the scheme of notaries' staff holds some pay of each contract."""
    bases, montants = (lot.tables.colonne(k.BASE, champ) for champ in ("code", "montant"))
    marques = np.zeros(lot.tables.nombre(k.CONTRAT), np.bool_)
    payees = (bases == codes.BASE_CRPCEN) & (montants > v.LAST_MARK) & (montants != 0)
    siens = lot.contrat(k.BASE)[payees]
    marques[siens[siens > RIEN]] = True
    return marques


def _quotites() -> dict[str, pl.Expr]:
    """Contract time and legal time; null where the contract is full time (BOSS 670 to 870).

    Time is measured against the legal one, not that of the company: a collective time below 35
    hours counts (BOSS 690). A forfait is taken back to the whole days of a year it stands for.
    """
    quotite, reference = pl.col("quotite"), pl.col("quotite_reference")
    heures = pl.col("unite").fill_null(codes.UNITE_HEURE) == codes.UNITE_HEURE
    jours = pl.col("unite") == codes.FORFAIT_JOUR
    sans = [codes.TEMPS_PLEIN, codes.TEMPS_ALTERNE, codes.MODALITE_SANS_OBJET]
    partiel = ~pl.col("modalite").is_in(sans)
    partiel = partiel.fill_null(quotite < reference)
    mensuel = reference.is_between(MOINS_D_HEURES_E2, PLUS_D_HEURES_E2)
    collectif = mensuel & (quotite == reference) & (reference < min(MOIS_LEGAUX_E2))
    forfait_heures = partiel & (pl.col("unite") == codes.FORFAIT_HEURE)
    temps = partiel & (heures | (pl.col("unite") == codes.UNITE_JOURNEE))
    legal = mensuel & heures & ~reference.is_in(MOIS_LEGAUX_E2)
    valable = (reference > 0) & (quotite >= 0)
    return {
        "quotite_contrat_e6": pl.when(valable & jours)
        .then(_par_an(quotite, PLUS_DE_JOURS_E2))
        .when(valable & forfait_heures)
        .then(_par_an(quotite, PLUS_D_HEURES_E2))
        .when(valable & (temps | (heures & collectif)))
        .then(quotite * 10_000),
        "quotite_reference_e6": pl.when(valable & jours)
        .then(FORFAIT_JOURS * 1_000_000)
        .when(valable & forfait_heures)
        .then(FORFAIT_HEURES * 1_000_000)
        .when(valable & (temps | (heures & collectif)))
        .then(pl.when(legal).then(MOIS_LEGAL_E2).otherwise(reference) * 10_000),
    }


def _par_an(quotite_e2: pl.Expr, most_e2: int) -> pl.Expr:
    """Whole units of a year from those of a month with two decimals; a year's are left alone."""
    annee = (quotite_e2 * 12 + 50) // 100 * 1_000_000
    return pl.when(quotite_e2 > most_e2).then(quotite_e2 * 10_000).otherwise(annee)


def _majoration() -> pl.Expr:
    """Factor b (D.241-10): temporary workers, then members of a caisse de congés payés."""
    agence = pl.col("utilisateur").is_not_null() & (
        pl.col("apet") == codes.sigle(codes.APET_INTERIM)
    )
    interim = pl.col("nature").is_in(codes.NATURES_INTERIM) | agence
    return (
        pl.when(interim)
        .then(pl.lit("interim"))
        .when(pl.col("caisse_conges").is_not_null())
        .then(pl.lit("caisse_conges"))
    )


def _profil() -> pl.Expr:
    """Who has rates or a split of his own."""
    return (
        pl.when(_expatrie())
        .then(pl.lit("expatrie"))
        .when("de_spectacle")
        .then(pl.lit("intermittent_spectacle"))
        .when(pl.col("unite") == codes.UNITE_PIGE)
        .then(pl.lit("journaliste"))
    )


def _expatrie() -> pl.Expr:
    """Whether the contract says so, by its place of work or by its scheme of vieillesse (2026)."""
    etranger = (pl.col("etranger") == codes.EXPATRIE).fill_null(value=False)
    sans_regime = pl.col("regime_vieillesse") == codes.SANS_REGIME_D_EXPATRIE
    return etranger | sans_regime.fill_null(value=False)


def _taux_at() -> pl.Expr:
    """AT rate of the general scheme, where one is notified (D.241-7 III lowers T to it)."""
    notifie = ~pl.col("risque_at").is_in([codes.sigle(r) for r in codes.RISQUE_AT_NON_NOTIFIE])
    general = pl.col("regime_at").fill_null(codes.REGIME_GENERAL) == codes.REGIME_GENERAL
    rate = pl.col("taux_at")
    return pl.when(notifie.fill_null(value=True) & general & (rate > 0)).then(rate * 100)


def _motif() -> pl.Expr:
    """Why the contract has no réduction générale, whatever the month; null where it may."""
    return pl.coalesce(
        pl.col("nature").replace_strict(
            codes.NATURES_EXCLUES, default=None, return_dtype=pl.String
        ),
        pl.col("dispositif").replace_strict(
            codes.DISPOSITIFS_EXCLUS, default=None, return_dtype=pl.String
        ),
        pl.when("de_notaire").then(pl.lit(codes.NOTAIRES)),
        _hors_regime_general("regime_maladie"),
        _hors_regime_general("regime_vieillesse"),
        pl.when(pl.col("departement") == codes.sigle(codes.MAYOTTE)).then(pl.lit("mayotte")),
    )


def _hors_regime_general(champ: str) -> pl.Expr:
    """The scheme of a risk, named, where it is not the general one; null where nothing is said.

    A code nobody knows is no general scheme either.
    """
    regime = pl.col(champ)
    general = (regime == codes.REGIME_GENERAL).fill_null(value=True)
    d_expatrie = _expatrie() & regime.is_in(codes.REGIMES_D_EXPATRIE)
    nom = regime.replace_strict(
        codes.REGIMES_EXCLUS, default=codes.REGIME_INCONNU, return_dtype=pl.String
    )
    return pl.when(~(general | d_expatrie)).then(nom)


def _statutaire() -> pl.Expr:
    """Whether both risks are of one scheme of SNCF, RATP or IEG: who has one of them may not be."""
    maladie = pl.col("regime_maladie")
    statutaire = maladie.is_in(codes.STATUTAIRES) & (maladie == pl.col("regime_vieillesse"))
    return statutaire.fill_null(value=False)


@cache
def _expressions() -> list[pl.Expr]:
    """What `contrats` gives, from the rows of contracts: built once, for each lot needs it."""
    nommees = {
        **_quotites(),
        "majoration": _majoration(),
        "profil": _profil(),
        "taux_agirc_arrco_employeur_e6": pl.when(pl.col("statut_rc") == codes.SANS_RC).then(0),
        "taux_at_e6": _taux_at(),
        "motif": _motif(),
        "statutaire": _statutaire(),
        "apprenti": pl.col("dispositif").is_in(codes.APPRENTISSAGE).fill_null(value=False),
        "complet": pl.col("departement").is_in([codes.sigle(d) for d in codes.OUTRE_MER]),
    }
    tels_quels = pl.col(
        *("etablissement", "mois_declare", "siret", "salarie", "contrat"),
        *("debut_contrat", "fin_contrat", "fin_annulee"),
    )
    return [tels_quels, *(expr.alias(nom) for nom, expr in nommees.items())]
