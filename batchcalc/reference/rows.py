"""From input rows (contract, section 1) to contract-months in exact integers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from batchcalc.errors import InputError
from batchcalc.reference import cells
from batchcalc.rules.model import Majoration, Perimetre, Profil, RegimeBandeaux


@dataclass(frozen=True, slots=True)
class MoisContrat:
    """One month of one contract, defaults filled in.

    Units: `_cents` hundredths of a euro, `_e2`, `_e4`, `_e6` decimals of the number, except rates
    in percent, for which `_e4` and `_e6` count the rate itself (0.10 % is 10 in `_e4`).
    `row` is the 1-based number of the first input row it comes from.
    """

    row: int
    siret: str
    salarie: str
    contrat: str
    mois: date
    remuneration_cents: int
    fnal_e4: int = 10
    smic_retenu_cents: int | None = None
    quotite_contrat_e6: int = 1_000_000
    quotite_reference_e6: int = 1_000_000
    remuneration_due_cents: int | None = None
    remuneration_habituelle_cents: int | None = None
    heures_supplementaires_e4: int = 0
    heures_equivalence_e2: int = 3_500
    majoration: Majoration = "aucune"
    remuneration_sans_dfs_cents: int | None = None
    ppv_cents: int = 0
    perimetre: Perimetre = "general"
    profil: Profil = "commun"
    taux_agirc_arrco_employeur_e6: int | None = None
    taux_at_e6: int | None = None
    debut_contrat: date | None = None
    fin_contrat: date | None = None
    motif_exclusion: str | None = None
    regime_bandeaux: RegimeBandeaux = "commun"
    cotisations_dues_cents: int | None = None


class Column(NamedTuple):
    """How a column is read: its field, its reader, and whether rows of one month add up."""

    field: str
    read: Callable[[object], object]
    summed: bool = False


EUROS: Final = cells.amount(100_000_000)
SMIC: Final = cells.amount(1_000_000)
PAY_RATIO: Final = cells.amount(20_000_000)
RATE: Final = cells.number(4, 0, 999_999)

COLUMNS: Final[dict[str, Column]] = {
    "siret": Column("siret", cells.siret),
    "salarie": Column("salarie", cells.text),
    "contrat": Column("contrat", cells.text),
    "mois": Column("mois", cells.month),
    "remuneration": Column("remuneration_cents", EUROS, summed=True),
    "fnal": Column("fnal_e4", cells.fnal),
    "smic_retenu": Column("smic_retenu_cents", SMIC, summed=True),
    "quotite_contrat": Column("quotite_contrat_e6", cells.number(6, 0, 2_999_999_999)),
    "quotite_reference": Column("quotite_reference_e6", cells.number(6, 1, 2_999_999_999)),
    "remuneration_due": Column("remuneration_due_cents", PAY_RATIO, summed=True),
    "remuneration_habituelle": Column("remuneration_habituelle_cents", PAY_RATIO, summed=True),
    "heures_supplementaires": Column(
        "heures_supplementaires_e4", cells.number(4, -99_999_999, 99_999_999), summed=True
    ),
    "heures_equivalence": Column("heures_equivalence_e2", cells.number(2, 1, 9_999)),
    "majoration": Column("majoration", cells.choice("aucune", "interim", "caisse_conges")),
    "remuneration_sans_dfs": Column("remuneration_sans_dfs_cents", EUROS, summed=True),
    "ppv": Column("ppv_cents", EUROS, summed=True),
    "perimetre": Column("perimetre", cells.choice("general", "complet_2019", "exclu")),
    "profil": Column(
        "profil",
        cells.choice(
            "commun",
            "journaliste",
            "vrp_multicarte",
            "medecin_multi_employeurs",
            "expatrie",
            "intermittent_spectacle",
        ),
    ),
    "taux_agirc_arrco_employeur": Column("taux_agirc_arrco_employeur_e6", RATE),
    "taux_at": Column("taux_at_e6", RATE),
    "debut_contrat": Column("debut_contrat", cells.month),
    "fin_contrat": Column("fin_contrat", cells.month),
    "motif_exclusion": Column("motif_exclusion", cells.text),
    "regime_bandeaux": Column(
        "regime_bandeaux", cells.choice("commun", "exoneration", "regime_special")
    ),
    "cotisations_dues": Column("cotisations_dues_cents", EUROS, summed=True),
}
REQUIRED: Final = ("siret", "salarie", "contrat", "mois", "remuneration")
SUMMED: Final = frozenset(column.field for column in COLUMNS.values() if column.summed)
SANS_DFS: Final = "remuneration_sans_dfs_cents"
FIELD_COLUMN: Final = {column.field: name for name, column in COLUMNS.items()}

Fields = dict[str, Any]


def read_rows(rows: Iterable[Mapping[str, object]]) -> list[MoisContrat]:
    """Read, add up and order the rows: by siret, salarie, contrat, mois.

    Raises:
        InputError: a cell that cannot be used; its `line` is the number of the row, from 1.
    """
    months: dict[tuple[str, str, str, date], Fields] = {}
    for number, row in enumerate(rows, start=1):
        fields = read_row(row, number)
        key = (fields["siret"], fields["salarie"], fields["contrat"], fields["mois"])
        if key in months:
            add_row(months[key], fields)
        else:
            months[key] = fields
    return [contract_month(months[key]) for key in sorted(months)]


def read_row(row: Mapping[str, object], number: int) -> Fields:
    """The cells of a row that hold something, by field; columns unknown here are ignored."""
    fields: Fields = {"row": number}
    for name, value in row.items():
        column = COLUMNS.get(name)
        if column is None or value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            fields[column.field] = column.read(value)
        except cells.RefusedError as error:
            raise refusal(number, name, error) from None
    for name in REQUIRED:
        if COLUMNS[name].field not in fields:
            refused = cells.RefusedError("missing-value", "is required and empty.", "Fill it in.")
            raise refusal(number, name, refused)
    return fields


def add_row(first: Fields, other: Fields) -> None:
    """Add a second row of the same contract and month: amounts and hours add, the rest agrees."""
    if SANS_DFS in first or SANS_DFS in other:  # pay without DFS is pay where none is deducted
        for fields in (first, other):
            fields.setdefault(SANS_DFS, fields["remuneration_cents"])
    for field, value in other.items():
        if field not in first:
            first[field] = value
        elif field in SUMMED:
            first[field] += value
        elif field != "row" and first[field] != value:
            refused = cells.RefusedError(
                "rows-disagree",
                "differs from an earlier row of the same contract and month.",
                "Give the same value, or leave it empty in one of them.",
            )
            raise refusal(other["row"], FIELD_COLUMN[field], refused)


def contract_month(fields: Fields) -> MoisContrat:
    """Fill the defaults in and check the presence ratio, once the rows are added up."""
    entree = MoisContrat(**fields)
    due, habituelle = entree.remuneration_due_cents, entree.remuneration_habituelle_cents
    if (due is None) != (habituelle is None):
        missing = "remuneration_due" if due is None else "remuneration_habituelle"
        hint = "Give remuneration_due and remuneration_habituelle together, or neither."
        raise refusal(entree.row, missing, cells.RefusedError("missing-value", "is empty.", hint))
    if due and not habituelle:
        refused = cells.RefusedError(
            "zero-denominator",
            "is 0 where remuneration_due is not.",
            "Give the pay of a full month.",
        )
        raise refusal(entree.row, "remuneration_habituelle", refused)
    return entree


def refusal(row: int, column: str, refused: cells.RefusedError) -> InputError:
    """The error of one cell; it never quotes the value."""
    message = f"Column {column} {refused.message}"
    return InputError(message, hint=refused.hint, code=refused.code, line=row)
