"""One block of a CSV text to physical columns: plain cells by the kernels, others by `normalise`.

Both ways give the same: what the kernels read is what a cell would give there, and they leave to it
whatever is not plainly written.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.errors import InputError
from batchcalc.io.csv_bytes import Octets
from batchcalc.io.csv_text import Bloc, Entete, cherche, rejets_de_ligne
from batchcalc.io.csv_views import text_series
from batchcalc.kernels import csv_cells as cells
from batchcalc.kernels import csv_shape as shape
from batchcalc.schema import COLONNES, PAR_NOM, Colonne, Normalise, normalise


class Lecture:
    """The reading of one block."""

    def __init__(self, octets: Octets, entete: Entete, bloc: Bloc) -> None:
        self._texte = octets
        self._entete = entete
        self._octets = bloc.octets
        self._taille = bloc.taille
        self._forme = bloc.forme or cherche(
            entete, bloc.octets, bloc.taille, bloc.premiere, final=True
        )
        self._champs = len(entete.colonnes)
        self._gardes = np.empty(bloc.octets.size, np.uint8)  # texts of one column at a time

    def lot(self) -> Normalise:
        """The physical rows and the rejects, both in order."""
        soin = np.zeros(self._forme.lignes.size, np.uint8)
        frame, rejets = self._simples(soin), self.rejets()
        spans = self._a_part(soin)
        if not len(spans):
            return Normalise(frame, rejets, None)
        autres, illisibles, _ = normalise(self._en_texte(spans))
        simples = frame.filter(pl.Series(soin) == 0)
        frame = pl.concat([simples, autres.select(frame.columns)]).sort("ligne")
        return Normalise(frame, pl.concat([rejets, illisibles]).sort("ligne"), None)

    def rejets(self) -> pl.DataFrame:
        """The lines that are not whole records."""
        return rejets_de_ligne(self._texte.nom, self._forme.fautes, self._champs, self._taille)

    # --- Plain cells ----------------------------------------------------------------------------

    def _simples(self, soin: NDArray[np.uint8]) -> pl.DataFrame:
        """What the kernels read; `soin` receives 1 for each record they cannot read whole."""
        mots = _mots(self._octets)
        series, vides = [], []
        for colonne in COLONNES:
            if colonne.nom in self._entete.colonnes:
                serie, vide = self._colonne(colonne, mots, soin)
                series.append(serie)
                vides += [vide] if vide is not None else []
        lignes = self._forme.lignes
        fichier = pl.repeat(self._texte.nom, lignes.size, dtype=pl.String, eager=True)
        frame = pl.DataFrame([*series, fichier.alias("fichier"), pl.Series("ligne", lignes)])
        return frame.with_columns(vides)

    def _colonne(
        self, colonne: Colonne, mots: NDArray[np.uint64], soin: NDArray[np.uint8]
    ) -> tuple[pl.Series, pl.Expr | None]:
        """A column, and what makes its marks null, or dates."""
        nom = colonne.physique
        place = mots, self._forme.bornes, self._champs, self._entete.colonnes.index(colonne.nom)
        if colonne.numerique:
            nombres = np.empty(soin.size, np.int64)
            vides = cells.csv_numbers(*place, colonne.echelle, nombres, soin)
            remplie = pl.when(pl.col(nom) != cells.NULL).then(pl.col(nom))
            return pl.Series(nom, nombres), remplie if vides else None
        if colonne.genre in ("mois", "jour"):
            jours = np.empty(soin.size, np.int32)
            cells.csv_days(*place, colonne.genre == "mois", jours, soin)
            return pl.Series(nom, jours), _dates(nom)
        vues = np.empty((soin.size, 2), np.uint64)
        vides, gardes = cells.csv_texts(*place, vues, _mots(self._gardes), soin)
        return text_series(nom, vues, self._gardes[:gardes].copy(), nulls=vides > 0), None

    # --- Other records ----------------------------------------------------------------------------

    def _a_part(self, soin: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Start, end and line of the records to read with care, in order."""
        rangs = np.flatnonzero(soin)
        bornes = self._forme.bornes.reshape(-1, self._champs + 1)[rangs]
        debuts, fins = bornes[:, 0] + 1, bornes[:, -1]
        fins = fins + (self._octets[fins] == shape.RETURN)
        return np.stack([debuts, fins, self._forme.lignes[rangs]], axis=1).astype(np.int64)

    def _en_texte(self, spans: NDArray[np.int64]) -> pl.DataFrame:
        """Records as text, column by column, with `ligne` and `fichier`."""
        noms = [
            nom if nom in PAR_NOM else f"colonne {i}" for i, nom in enumerate(self._entete.colonnes)
        ]
        connues = [nom for nom in noms if nom in PAR_NOM]
        frame = pl.scan_csv(
            self._texte.en_utf8(self._recopie(spans)),
            has_header=False,
            separator=self._entete.separateur,
            schema=dict.fromkeys(noms, pl.String()),
            raise_if_empty=False,
            glob=False,
        )
        lues = frame.select(connues).collect()
        if lues.height != len(spans):
            raise InputError(
                f"{lues.height} rows were read where {len(spans)} were counted.",
                hint="Export the file anew.",
                code="csv-incoherent",
                file=self._texte.nom,
            )
        lignes = pl.Series("ligne", spans[:, 2].astype(np.uint32))
        return lues.with_columns(lignes, fichier=pl.lit(self._texte.nom))

    def _recopie(self, spans: NDArray[np.int64]) -> bytes:
        """The bytes of records, each with its line end; those that touch are copied together."""
        ruptures = np.flatnonzero(spans[1:, 0] != spans[:-1, 1] + 1)
        debuts = spans[np.concatenate([[0], ruptures + 1]), 0] if len(spans) else spans[:, 0]
        fins = spans[np.concatenate([ruptures, [-1]]), 1] if len(spans) else spans[:, 1]
        vue = self._octets.data
        return b"\n".join(
            [vue[d:f] for d, f in zip(debuts.tolist(), fins.tolist(), strict=True)] + [b""]
        )


def _mots(octets: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The eight bytes from each offset on."""
    return np.ndarray((octets.size - 7,), np.uint64, octets, strides=(1,))


def _dates(nom: str) -> pl.Expr:
    jours = pl.col(nom)
    return pl.when(jours != cells.NULL_DAY).then(jours).cast(pl.Date).alias(nom)
