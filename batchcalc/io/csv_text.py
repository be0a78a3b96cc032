"""CSV text: what it is written in, its header, and the lines that are not whole records."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.errors import SchemaError
from batchcalc.io.csv_bytes import Contenu, lis, refus
from batchcalc.io.source import Entree
from batchcalc.kernels import csv_shape as shape
from batchcalc.schema import PAR_NOM, REJETS, no_rejets

_ENTETE_MAXIMAL: Final = 1 << 16
_SEPARATEURS: Final = ",;"


@dataclass(frozen=True, slots=True)
class TexteCsv:
    """A CSV text of which every record left has the fields of the header.

    Attributes:
        source: the file, or its records (UTF-8) where it had to be decoded or mended.
        colonnes: names of the header, in order; an unnamed one is empty.
        separateur: `,` or `;`.
        saute: lines of `source` before the first record.
        lignes: records.
        numeros: physical line of each record; None where record n is on line n + 1.
        rejets: lines left out.
        notes: what the summary should say.
    """

    source: str | bytes
    colonnes: tuple[str, ...]
    separateur: str
    saute: int
    lignes: int
    numeros: NDArray[np.uint32] | None
    rejets: pl.DataFrame
    notes: tuple[str, ...]

    def scan(self) -> pl.LazyFrame:
        """Every column as text, with the physical line of each record as `ligne`."""
        noms = [nom if nom in PAR_NOM else f"colonne {i}" for i, nom in enumerate(self.colonnes)]
        scan = pl.scan_csv(
            self.source,
            has_header=False,
            skip_lines=self.saute,
            separator=self.separateur,
            schema=dict.fromkeys(noms, pl.String()),
            raise_if_empty=False,
            glob=False,
            row_index_name="ligne",
            row_index_offset=2 if self.numeros is None else 0,
        )
        if self.numeros is None:
            return scan
        return scan.with_columns(pl.lit(pl.Series(self.numeros)).gather("ligne").alias("ligne"))


def ouvre(entree: Entree) -> TexteCsv:
    """Check a CSV file from its first byte to its last, and leave out what is not a record.

    Raises:
        InputError: not a CSV text.
        SchemaError: a column is named twice.
        OSError: the file cannot be opened.
    """
    contenu = lis(entree)
    separateur, colonnes, debut = _entete(entree.nom, contenu)
    octets = np.frombuffer(contenu, np.uint8)
    lignes, numeros, fautes = _forme(octets, debut, separateur, len(colonnes))
    source, saute = contenu if isinstance(contenu, bytes) else str(entree.chemin), 1
    if len(fautes):
        source, saute = _sans_lignes(contenu, debut, fautes), 0
    return TexteCsv(
        source=source,
        colonnes=colonnes,
        separateur=separateur,
        saute=saute,
        lignes=lignes,
        numeros=numeros,
        rejets=_rejets(entree.nom, fautes, len(colonnes), len(contenu)),
        notes=_notes(contenu),
    )


# --- Header ---------------------------------------------------------------------------------------


def _entete(nom: str, contenu: Contenu) -> tuple[str, tuple[str, ...], int]:
    """The separator, the names of the columns, and the offset of the first record."""
    fin = contenu.find(b"\n", 0, _ENTETE_MAXIMAL)
    fin = min(len(contenu), _ENTETE_MAXIMAL) if fin < 0 else fin
    entete = contenu[:fin].removeprefix(codecs.BOM_UTF8).removesuffix(b"\r")
    if b"\r" in entete:
        raise refus(
            nom,
            "fins-de-ligne",
            "has lines that end in a lone carriage return",
            "Save it with the line ends of Windows or Unix.",
        )
    texte = entete.decode(errors="replace")
    lectures = {separateur: _noms(texte, separateur) for separateur in _SEPARATEURS}
    separateur = max(_SEPARATEURS, key=lambda s: len(PAR_NOM.keys() & set(lectures[s])))
    colonnes = lectures[separateur]
    doubles = [colonne for colonne, fois in Counter(colonnes).items() if colonne and fois > 1]
    if doubles:
        connues = ", ".join(colonne for colonne in doubles if colonne in PAR_NOM)
        raise SchemaError(
            f"The header names {connues or 'a column'} twice.",
            hint="Keep one column of each name.",
            code="colonne-en-double",
            file=nom,
        )
    return separateur, colonnes, min(fin + 1, len(contenu))


def _noms(entete: str, separateur: str) -> tuple[str, ...]:
    champs = next(csv.reader([entete], delimiter=separateur), [])
    return tuple(champ.strip() for champ in champs)


# --- Lines ----------------------------------------------------------------------------------------


def _forme(
    octets: NDArray[np.uint8], debut: int, separateur: str, champs: int
) -> tuple[int, NDArray[np.uint32] | None, NDArray[np.int64]]:
    """Records, their physical lines where they do not simply follow, and the faulty lines."""
    fautes = np.empty((0, shape.FAULT_WIDTH), np.int64)
    numeros = np.empty(0, np.uint32)
    place = (octets, debut, 2, ord(separateur), champs)
    records, physiques, trouvees = shape.csv_shape(*place, fautes, numeros)
    if records == physiques:
        return records, None, fautes
    fautes = np.empty((trouvees, shape.FAULT_WIDTH), np.int64)
    numeros = np.empty(records, np.uint32)
    shape.csv_shape(*place, fautes, numeros)
    return records, numeros, fautes


def _sans_lignes(contenu: Contenu, debut: int, fautes: NDArray[np.int64]) -> bytes:
    """The records without the faulty lines."""
    vue = memoryview(contenu)
    morceaux, suite = [], debut
    for commence, finit in fautes[:, :2].tolist():
        morceaux.append(vue[suite:commence])
        suite = finit + 1
    return b"".join([*morceaux, vue[suite:]])


def _rejets(nom: str, fautes: NDArray[np.int64], champs: int, taille: int) -> pl.DataFrame:
    """One reject for each faulty line; blank lines are not worth one."""
    fautes = fautes[fautes[:, 4] != shape.BLANK]
    if not len(fautes):
        return no_rejets()
    _, fin, ligne, trouves, genre = (pl.Series(colonne) for colonne in fautes.T)
    lignes = pl.DataFrame({"fin": fin, "ligne": ligne, "trouves": trouves, "genre": genre})
    coupee = (pl.col("fin") == taille) & (pl.col("genre") != shape.NUL_BYTE)
    message = (
        pl.when(coupee)
        .then(pl.lit("The file ends inside this line: it was cut. Fetch or export it anew."))
        .when(genre=shape.NUL_BYTE)
        .then(pl.lit("The line holds a NUL byte. Export the file anew."))
        .when(genre=shape.STRAY_QUOTE)
        .then(pl.lit("A quote stands alone in the line. Quote the field and double the quote."))
        .otherwise(
            pl.format(
                "The line has {} fields where the header has {}. Quote the fields that hold the"
                " separator.",
                "trouves",
                pl.lit(champs),
            )
        )
    )
    codes = {shape.NUL_BYTE: "octet-nul", shape.STRAY_QUOTE: "guillemet-errant"}
    code = pl.col("genre").replace_strict(codes, default="ligne-incomplete")
    complet = {
        "fichier": pl.lit(nom),
        "ligne": pl.col("ligne"),
        "colonne": pl.lit(""),
        "code": pl.when(coupee).then(pl.lit("ligne-incomplete")).otherwise(code),
        "message": message,
    }
    return lignes.select(
        complet.get(nom, pl.lit(None)).cast(dtype).alias(nom) for nom, dtype in REJETS.items()
    )


def _notes(contenu: Contenu) -> tuple[str, ...]:
    if contenu[-1:] == b"\n":
        return ()
    return ("The last line has no line end: check that the file is whole.",)
