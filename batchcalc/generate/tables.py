"""The same payroll as an input table: CSV or Parquet files of contract-months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from batchcalc.generate.blocs import Bloc
from batchcalc.generate.entree import majoration
from batchcalc.generate.identite import nir
from batchcalc.generate.model import APPRENTI_1979, APPRENTI_1987, MANDAT, Entiers

Format = Literal["csv", "parquet"]

_LIGNES_PAR_FICHIER = 1_000_000
_EUROS = pl.Decimal(18, 2)
_CENTIEME = pl.lit(Decimal("0.01"), dtype=_EUROS)
_CENTIEMES = (
    "remuneration", "smic_retenu", "quotite_contrat", "quotite_reference", "remuneration_due",
    "remuneration_habituelle", "heures_supplementaires", "heures_equivalence",
    "remuneration_sans_dfs", "ppv", "fnal",
)  # fmt: skip
COLONNES = (
    "siret", "salarie", "contrat", "mois", "remuneration", "fnal", "smic_retenu",
    "quotite_contrat", "quotite_reference", "remuneration_due", "remuneration_habituelle",
    "heures_supplementaires", "heures_equivalence", "majoration", "remuneration_sans_dfs", "ppv",
    "perimetre", "debut_contrat", "fin_contrat",
)  # fmt: skip


def table(bloc: Bloc) -> pl.DataFrame:
    """One block as rows of the input table, ordered by contract and month.

    A correction is a second row of its month. One establishment in three exports the SMIC term it
    retained; for the others it is to be computed from the hours and the pay.
    """
    contrat, rang = np.nonzero(bloc.paies.actif)
    lignes = _mois(bloc, contrat, rang)
    corrections = _corrections(bloc)
    frame = pl.concat([lignes, corrections], how="diagonal").sort(
        "_contrat", "_rang", maintain_order=True
    )
    frame = frame.join(_contrats(bloc), on="_contrat", maintain_order="left")
    frame = frame.with_columns(
        *((pl.col(nom).cast(_EUROS) * _CENTIEME).cast(_EUROS) for nom in _CENTIEMES),
        perimetre=_perimetre(),
    )
    return frame.select(COLONNES)


def _perimetre() -> pl.Expr:
    """As `batchcalc.generate.declare.perimetre`, for a whole column."""
    apprenti = pl.col("_dispositif").is_in((APPRENTI_1979, APPRENTI_1987))
    return (
        pl.when(pl.col("_nature") == MANDAT)
        .then(pl.lit("exclu"))
        .when(apprenti & (pl.col("mois").dt.year() == 2019))
        .then(pl.lit("complet_2019"))
        .otherwise(pl.lit("general"))
    )


def _mois(bloc: Bloc, contrat: Entiers, rang: Entiers) -> pl.DataFrame:
    paies, contrats = bloc.paies, bloc.paies.contrats
    presence = paies.proratise[contrat, rang]
    exporte = contrats.etablissement[contrat] % 3 == 2
    abattu = contrats.dfs_e2[contrat] > 0
    mois = np.array(paies.mois, dtype="datetime64[D]")
    return pl.DataFrame(
        {
            "_contrat": contrat,
            "_rang": rang,
            "mois": mois[rang],
            "remuneration": paies.remuneration_cents[contrat, rang],
            "smic_retenu": _si(exporte, paies.smic_cents[contrat, rang]),
            "remuneration_due": _si(presence, paies.due_cents[contrat, rang]),
            "remuneration_habituelle": _si(presence, paies.variables.base_cents[contrat, rang]),
            "heures_supplementaires": (paies.structurelles_e2 + paies.variables.aleatoires_e2)[
                contrat, rang
            ],
            "remuneration_sans_dfs": _si(abattu, paies.sans_dfs_cents[contrat, rang]),
            "ppv": paies.variables.ppv_cents[contrat, rang],
        }
    )


def _si(condition: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], valeurs: Entiers) -> pl.Series:
    """The values where the condition holds, null elsewhere."""
    serie = pl.Series(valeurs)
    return pl.select(pl.when(pl.Series(condition)).then(serie)).to_series()


def _corrections(bloc: Bloc) -> pl.DataFrame:
    paies, variables = bloc.paies, bloc.paies.variables
    contrat, depot = np.nonzero((variables.correction_cents != 0) & paies.actif)
    rang = depot - variables.retard[contrat, depot]
    mois = np.array(paies.mois, dtype="datetime64[D]")
    return pl.DataFrame(
        {
            "_contrat": contrat,
            "_rang": rang,
            "mois": mois[rang],
            "remuneration": variables.correction_cents[contrat, depot],
        }
    )


def _contrats(bloc: Bloc) -> pl.DataFrame:
    """What does not change from month to month."""
    contrats = bloc.paies.contrats
    employeurs = [bloc.etablissements[rang] for rang in contrats.etablissement.tolist()]
    natures = contrats.nature.tolist()
    return pl.DataFrame(
        {
            "_contrat": np.arange(len(natures)),
            "siret": [e.siret for e in employeurs],
            "salarie": [nir(personne) for personne in contrats.personne.tolist()],
            "contrat": [f"C{numero:08d}" for numero in contrats.numero.tolist()],
            "fnal": [e.fnal_e4 for e in employeurs],
            "quotite_contrat": contrats.quotite_e2,
            "quotite_reference": contrats.quotite_reference_e2,
            "heures_equivalence": contrats.equivalence_e2,
            "majoration": [
                majoration(nature, e.secteur) for nature, e in zip(natures, employeurs, strict=True)
            ],
            "_nature": contrats.nature,
            "_dispositif": contrats.dispositif,
            "debut_contrat": contrats.debut,
            "fin_contrat": contrats.fin,
        }
    )


def ecrire_tables(blocs: Iterable[Bloc], dossier: Path, format_: Format) -> list[Path]:
    """Write `mois-contrat-0000.csv` (or `.parquet`), a million rows a file.

    Args:
        blocs: the payroll, consumed one block at a time.
        dossier: an existing folder.
        format_: what to write.

    Returns:
        The files, in order.

    Raises:
        OSError: the folder cannot be written.
    """
    ecrits: list[Path] = []
    for numero, frame in enumerate(_paquets(blocs)):
        chemin = dossier / f"mois-contrat-{numero:04d}.{format_}"
        provisoire = chemin.with_name(f".{chemin.name}.tmp")
        if format_ == "csv":
            frame.write_csv(provisoire)
        else:
            frame.write_parquet(provisoire)
        provisoire.replace(chemin)
        ecrits.append(chemin)
    return ecrits


def _paquets(blocs: Iterable[Bloc]) -> Iterator[pl.DataFrame]:
    paquet: list[pl.DataFrame] = []
    lignes = 0
    for bloc in blocs:
        paquet.append(table(bloc))
        lignes += paquet[-1].height
        if lignes >= _LIGNES_PAR_FICHIER:
            yield pl.concat(paquet)
            paquet, lignes = [], 0
    if paquet:
        yield pl.concat(paquet)
