"""DSN files (norme NEODeS) to contract-months: what is declared, on the month it is about.

A file is scanned once, as bytes, by a compiled kernel; files are read in lots, side by side, and
what they hold is put together at the end, when it is known which version of each declaration
counts.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Final

import numpy as np
import polars as pl

from batchcalc.io.archive import Source
from batchcalc.io.dsn import retenues as finale
from batchcalc.io.dsn.frames import sans_vides
from batchcalc.io.dsn.lecture import LotLu, lis_lot
from batchcalc.io.dsn.lot import RIEN
from batchcalc.io.dsn.tables import Tables

LOT: Final = 64 << 20
"""Bytes of files read together."""

GARDES: Final = 192 << 20
"""Bytes of files kept by all threads together: memory does not grow with them."""

GARDES_AU_PLUS: Final = 96 << 20
"""Bytes of files kept by one: from there on more of them save nothing."""


@dataclass(frozen=True, slots=True)
class DsnLecture:
    """What DSN files hold.

    Attributes:
        mois_contrat: physical columns of the canonical table, `fichier` and `ligne`: one row a
            contract, month of employment and declaration. The corrections of a past month are rows
            of their own, signed differences, to be added up by key.
        lignes_bordereau: `siret`, `mois`, `ctp`, `qualifiant`, `assiette_cents`, `montant_cents` of
            each line of the bordereaux that count.
        rejets: the reject table.
        comptes: files, envois, declarations read and left aside, persons, contracts, lines...
    """

    mois_contrat: pl.DataFrame
    lignes_bordereau: pl.DataFrame
    rejets: pl.DataFrame
    comptes: dict[str, int]

    @property
    def bordereaux(self) -> pl.DataFrame:
        """Amounts by SIRET, month, CTP and qualifiant, added up when they are asked for."""
        return finale.sommes_bordereaux(self.lignes_bordereau)


def read_dsn(sources: Iterable[Source], *, threads: int = 2) -> DsnLecture:
    """Read DSN files.

    Never fails on what a file holds: a file that is no DSN, a line that cannot be read, a wrong
    total are rows of `rejets`, and the rest is read. Memory holds a few files at a time and the
    contract-months. The result depends neither on the order of the files nor on `threads`.

    Args:
        sources: name and bytes of each file, as `archive.open_dsn` gives them.
        threads: lots of files read at once.
    """
    return ensemble(lis(sources, threads=threads))


def lis(sources: Iterable[Source], *, threads: int) -> list[LotLu]:
    """Read DSN files into lots, as `read_dsn` before it is known which declarations count."""
    return list(_lus(sources, threads))


def _lots(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Small files together, large ones alone."""
    lot: list[Source] = []
    octets = 0
    for source in sources:
        taille = len(source[1])
        if lot and octets + taille > LOT:
            yield lot
            lot, octets = [], 0
        lot.append(source)
        octets += taille
    yield lot


def _lus(sources: Iterable[Source], threads: int) -> Iterator[LotLu]:
    """Read lots side by side, no more of them in memory than there are threads."""
    attente: deque[Future[LotLu]] = deque()
    libres: SimpleQueue[Tables] = SimpleQueue()
    for _ in range(threads):
        libres.put(Tables(min(GARDES_AU_PLUS, GARDES // threads)))

    def lis(lot: list[Source]) -> LotLu:
        tables = libres.get()
        try:
            return lis_lot(lot, tables)
        finally:
            libres.put(tables)

    with ThreadPoolExecutor(threads) as pool:
        for lot in _lots(sources):
            attente.append(pool.submit(lis, lot))
            if len(attente) > threads:
                yield attente.popleft().result()
        while attente:
            yield attente.popleft().result()


def ensemble(lus: list[LotLu]) -> DsnLecture:
    """What all lots hold together; their frames are taken out of them."""
    comptes: Counter[str] = Counter()
    for lu in lus:
        comptes.update(lu.comptes)
    declarations = reunis(lus, "declarations")
    retenues = finale.retenues(declarations, comptes)
    lieux = retenues.select("etablissement", "fichier")
    lignes = _retenus(reunis(lus, "bordereaux"), lieux)
    mois, isolees = _mois(reunis(lus, "mois"), lieux, lignes)
    comptes["mois_contrat"] = mois.height
    comptes["exclus_avec_reduction"] = mois.filter(
        pl.col("perimetre") == "exclu", pl.col("reduction_urssaf_declaree_cents") != 0
    ).height
    ecartees = finale.identifiees(declarations).join(retenues, on="declaration", how="anti")
    rejets = reunis(lus, "rejets").join(ecartees, on="declaration", how="anti")
    rejets = pl.concat([rejets.drop("declaration"), finale.en_double(declarations), isolees])
    return DsnLecture(
        mois,
        lignes.drop("etablissement", "fichier", "rang_fichier"),
        rejets.sort("fichier", "ligne", "colonne", "code"),
        dict(comptes),
    )


def _mois(
    mois: pl.DataFrame, lieux: pl.DataFrame, lignes: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The contract-months of the declarations that count, and the rejects of those refused.

    There are many: columns change one by one, and the rows move only once.
    """
    mois = _retenus(mois, lieux) if mois.width else mois
    mois = finale.completes(mois) if mois.is_empty() else mois
    mois = finale.sans_fins_annulees(finale.avec_fnal(mois, lignes))
    corriges = finale.corriges(mois)
    vises, isolees = finale.sans_corrections_isolees(finale.completes(mois.filter(corriges)))
    accordes = sans_vides(finale.corrections_accordees(vises))
    gardes = mois.with_columns(rang_fichier=pl.when(~corriges).then("rang_fichier"))
    mois = pl.concat([gardes, accordes], how="diagonal")
    return finale.physiques(finale.ranges(mois)), isolees


def _retenus(lignes: pl.DataFrame, lieux: pl.DataFrame) -> pl.DataFrame:
    """The rows of the declarations that count, with their file and its rank among the names."""
    rangs = np.full(int(lignes["etablissement"].max() or 0) + 1, RIEN)  # type: ignore[arg-type]
    siens = lieux["etablissement"].to_numpy()
    connus = siens < rangs.size
    rangs[siens[connus]] = np.flatnonzero(connus)
    places = rangs[lignes["etablissement"].to_numpy()]
    if (places == RIEN).any():
        lignes = lignes.filter(places > RIEN)
        places = places[places > RIEN]
    fichier = lieux["fichier"]
    rang_fichier = fichier.rank("dense").alias("rang_fichier")
    return lignes.with_columns(fichier.gather(places), rang_fichier.gather(places))


def reunis(lus: list[LotLu], nom: str) -> pl.DataFrame:
    """The frames of all lots, taken out of them; what numbers rows in a lot numbers them in all."""
    frames: list[pl.DataFrame] = []
    etablissements = declarees = 0
    for lu in lus:
        numeros = (
            pl.col("^etablissement$") + etablissements,
            pl.col("^declaration$") + declarees,
        )
        du_lot: list[pl.DataFrame] = getattr(lu, nom)
        frames += [frame.with_columns(*numeros) for frame in du_lot]
        du_lot.clear()
        etablissements += lu.etablissements
        declarees += lu.declarees
    # In one piece: polars would copy a frame of uneven pieces at each step.
    return pl.concat(frames, how="diagonal", rechunk=True)
