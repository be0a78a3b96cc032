"""The canonical input columns (contract, section 1) as data: one row a column, one word a thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import polars as pl

Genre = Literal["texte", "siret", "choix", "mois", "jour", "montant", "taux", "quantite"]

SIRET: Final = r"^[0-9]{14}$"
MOTIF: Final = r"^[a-z0-9_]{1,40}$"

CLE: Final = ("siret", "salarie", "contrat", "mois")
"""The key of a contract-month, in sort order."""

PRECISION: Final = 18
"""Digits of a decimal column of the input table."""

ORIGINE: Final = ("fichier", "ligne")
"""Where a row comes from: the path as given, the line (text) or row number (tables)."""


@dataclass(frozen=True, slots=True)
class Colonne:
    """One input column and its physical twin.

    Attributes:
        nom: name in the input table.
        physique: name inside, unit in the name (`_cents`, `_e2`, `_e4`, `_e6`).
        genre: how a cell is read.
        libelle: French label.
        unite: unit of the input.
        defaut: what an absent or null cell stands for, in words of the input; None: nothing.
        rubrique: DSN rubrique that feeds it; empty: none.
        requise: the column must be there, and no cell of it empty.
        echelle: decimals kept; the physical integer counts units of the last one.
        bornes: least and greatest physical value, both included.
        valeurs: admitted physical values (`choix`, FNAL rate).
        cumulable: rows of one contract-month add up; otherwise they must agree.
    """

    nom: str
    physique: str
    genre: Genre
    libelle: str
    unite: str = ""
    defaut: str | None = None
    rubrique: str = ""
    requise: bool = False
    echelle: int = 0
    bornes: tuple[int, int] | None = None
    valeurs: tuple[str | int, ...] = ()
    cumulable: bool = False

    @property
    def numerique(self) -> bool:
        """Whether the physical column is an integer."""
        return self.genre in ("montant", "taux", "quantite")

    @property
    def type(self) -> pl.DataType:
        """Type of the column in the input table; others that hold its values are read as well."""
        import polars as pl  # noqa: PLC0415 - workers of Spark read the columns and have no polars

        if self.numerique:
            return pl.Decimal(PRECISION, self.echelle)
        return pl.Date() if self.genre in ("mois", "jour") else pl.String()


def _montant(
    nom: str, libelle: str, rubrique: str = "", *, millions: int = 100, requise: bool = False
) -> Colonne:
    limite = millions * 100_000_000 - 1
    return Colonne(
        nom,
        f"{nom}_cents",
        "montant",
        libelle,
        unite="EUR",
        rubrique=rubrique,
        requise=requise,
        echelle=2,
        bornes=(-limite, limite),
        cumulable=True,
    )


def _taux(nom: str, libelle: str, rubrique: str = "") -> Colonne:
    # Percent to four decimals: the physical integer counts millionths of the rate itself.
    return Colonne(
        nom,
        f"{nom}_e6",
        "taux",
        libelle,
        unite="%",
        rubrique=rubrique,
        echelle=4,
        bornes=(0, 999_999),
    )


def _quotite(nom: str, libelle: str, rubrique: str, least: int) -> Colonne:
    return Colonne(
        nom,
        f"{nom}_e6",
        "quantite",
        libelle,
        defaut="1",
        rubrique=rubrique,
        echelle=6,
        bornes=(least, 2_999_999_999),
    )


def _choix(nom: str, libelle: str, *valeurs: str) -> Colonne:
    return Colonne(nom, nom, "choix", libelle, defaut=valeurs[0], valeurs=valeurs)


COLONNES: Final = (
    Colonne("siret", "siret", "siret", "SIRET", rubrique="S21.G00.11.001", requise=True),
    Colonne("salarie", "salarie", "texte", "Salarié", rubrique="S21.G00.30.001", requise=True),
    Colonne("contrat", "contrat", "texte", "Contrat", rubrique="S21.G00.40.009", requise=True),
    Colonne("mois", "mois", "mois", "Mois d'emploi", rubrique="S21.G00.78.002", requise=True),
    _montant("remuneration", "Rémunération", "S21.G00.78.004", requise=True),
    Colonne(
        "fnal",
        "fnal_e4",
        "taux",
        "Taux Fnal",
        unite="%",
        defaut="0.10",
        rubrique="S21.G00.81.007",
        echelle=2,
        valeurs=(10, 50),
    ),
    _montant("smic_retenu", "SMIC retenu", "S21.G00.79.004", millions=1),
    _quotite("quotite_contrat", "Quotité du contrat", "S21.G00.40.013", 0),
    _quotite("quotite_reference", "Quotité de référence", "S21.G00.40.012", 1),
    _montant("remuneration_due", "Rémunération due", "S21.G00.51.013", millions=20),
    _montant("remuneration_habituelle", "Rémunération habituelle", "S21.G00.51.013", millions=20),
    Colonne(
        "heures_supplementaires",
        "heures_supplementaires_e4",
        "quantite",
        "Heures supplémentaires et complémentaires",
        unite="h",
        defaut="0",
        rubrique="S21.G00.51.012",
        echelle=4,
        bornes=(-99_999_999, 99_999_999),
        cumulable=True,
    ),
    Colonne(
        "heures_equivalence",
        "heures_equivalence_e2",
        "quantite",
        "Durée d'équivalence",
        unite="h/semaine",
        defaut="35",
        echelle=2,
        bornes=(1, 9_999),
    ),
    _choix("majoration", "Majoration du coefficient", "aucune", "interim", "caisse_conges"),
    _montant("remuneration_sans_dfs", "Rémunération sans déduction forfaitaire spécifique"),
    _montant("ppv", "Prime de partage de la valeur", "S21.G00.52.013"),
    _choix("perimetre", "Périmètre de la réduction", "general", "complet_2019", "exclu"),
    _choix(
        "profil",
        "Profil de taux",
        "commun",
        "journaliste",
        "vrp_multicarte",
        "medecin_multi_employeurs",
        "expatrie",
        "intermittent_spectacle",
    ),
    _taux("taux_agirc_arrco_employeur", "Taux AGIRC-ARRCO employeur"),
    _taux("taux_at", "Taux AT/MP", "S21.G00.40.043"),
    _montant("reduction_urssaf_declaree", "Réduction déclarée, part Urssaf", "S21.G00.81.004"),
    _montant(
        "reduction_agirc_arrco_declaree", "Réduction déclarée, part AGIRC-ARRCO", "S21.G00.81.004"
    ),
    _montant("complement_maladie_declare", "Complément maladie déclaré", "S21.G00.81.004"),
    _montant(
        "complement_allocations_familiales_declare",
        "Complément allocations familiales déclaré",
        "S21.G00.81.004",
    ),
    Colonne(
        "debut_contrat", "debut_contrat", "jour", "Début du contrat", rubrique="S21.G00.40.001"
    ),
    Colonne("fin_contrat", "fin_contrat", "jour", "Fin du contrat", rubrique="S21.G00.62.001"),
    Colonne("motif_exclusion", "motif_exclusion", "texte", "Motif d'exclusion"),
    _choix(
        "regime_bandeaux",
        "Taux réduits conservés en 2026",
        "commun",
        "exoneration",
        "regime_special",
    ),
    _montant("cotisations_dues", "Cotisations patronales dues dans le champ"),
)

PAR_NOM: Final = {colonne.nom: colonne for colonne in COLONNES}
