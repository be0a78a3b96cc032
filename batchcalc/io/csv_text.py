"""CSV text: its header, and its records in blocks that can be read one beside the other."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.errors import SchemaError
from batchcalc.io.csv_bytes import Octets, lis
from batchcalc.io.refus import refus
from batchcalc.kernels import csv_shape as shape
from batchcalc.kernels.csv_cells import SPARE
from batchcalc.schema import PAR_NOM, REJETS, no_rejets

_ENTETE_MAXIMAL: Final = 1 << 16
_SEPARATEURS: Final = ",;"
_PLUS_PETIT_BLOC: Final = 1 << 16  # twice the longest record with quotes
_PLUS_GRAND_BLOC: Final = 3 << 20
"""Beyond, what is made of a block leaves the caches; from 4 MB on, NumPy asks for huge pages, which
cost more to clear than they save."""

_PLUS_LONGUE_LIGNE: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Entete:
    """How a CSV text is written.

    Attributes:
        colonnes: names of the header, in order; an unnamed one is empty.
        separateur: `,` or `;`.
        taille: bytes before the first record.
        finie: whether the header has a line end.
        ligne: bytes of a line, about.
    """

    colonnes: tuple[str, ...]
    separateur: str
    taille: int
    finie: bool
    ligne: int


@dataclass(frozen=True, slots=True)
class Forme:
    """Where the records of a block lie (see `csv_shape`).

    Attributes:
        taille: bytes of whole records.
        suite: physical lines of them.
        bornes: of each record, the offset before it and the end of each of its fields.
        lignes: physical line of each record.
        fautes: faulty and blank lines.
    """

    taille: int
    suite: int
    bornes: NDArray[np.int32]
    lignes: NDArray[np.uint32]
    fautes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bloc:
    """Whole records.

    Attributes:
        octets: their bytes, and SPARE more at least.
        taille: bytes of them.
        premiere: physical line of the first one.
        suite: physical lines of them.
        sans_fin: whether the text ends here without a line end.
        forme: where they lie, if that was needed to part them from what follows.
    """

    octets: NDArray[np.uint8]
    taille: int
    premiere: int
    suite: int
    sans_fin: bool
    forme: Forme | None


# --- Header ---------------------------------------------------------------------------------------


def lis_entete(octets: Octets) -> Entete:
    """Read the header.

    Raises:
        InputError: not a CSV text.
        SchemaError: a column is named twice.
        OSError: the file cannot be opened.
    """
    debut = octets.debut(_ENTETE_MAXIMAL)
    fin = debut.find(b"\n")
    ligne = debut if fin < 0 else debut[:fin]
    entete = ligne.removeprefix(codecs.BOM_UTF8).removesuffix(b"\r")
    if b"\r" in entete:
        raise refus(
            octets.nom,
            "fins-de-ligne",
            "has lines that end in a lone carriage return",
            "Save it with the line ends of Windows or Unix.",
        )
    texte = octets.en_utf8(entete).decode()
    lectures = {separateur: _noms(texte, separateur) for separateur in _SEPARATEURS}
    separateur = max(_SEPARATEURS, key=lambda s: len(PAR_NOM.keys() & set(lectures[s])))
    _refuse_doubles(lectures[separateur], octets.nom)
    return Entete(
        colonnes=lectures[separateur],
        separateur=separateur,
        taille=len(ligne) + 1,
        finie=fin >= 0,
        ligne=len(debut) // (debut.count(b"\n") + 1) + 1,
    )


def _noms(entete: str, separateur: str) -> tuple[str, ...]:
    champs = next(csv.reader([entete], delimiter=separateur), [])
    return tuple(champ.strip() for champ in champs)


def _refuse_doubles(colonnes: tuple[str, ...], nom: str) -> None:
    doubles = [colonne for colonne, fois in Counter(colonnes).items() if colonne and fois > 1]
    if doubles:
        connues = ", ".join(colonne for colonne in doubles if colonne in PAR_NOM)
        raise SchemaError(
            f"The header names {connues or 'a column'} twice.",
            hint="Keep one column of each name.",
            code="colonne-en-double",
            file=nom,
        )


# --- Blocks ---------------------------------------------------------------------------------------


def blocs(octets: Octets, entete: Entete, lignes: int) -> Iterator[Bloc]:
    """The records in blocks of about `lignes`, a few megabytes at most; one block at least.

    Raises:
        InputError: the file cannot be read to its end, or changed since it was opened.
    """
    taille = min(max(lignes * entete.ligne, _PLUS_PETIT_BLOC), _PLUS_GRAND_BLOC)
    with octets.ouvre() as flux:
        lis(flux, memoryview(bytearray(entete.taille)))
        reste, premiere, voulu, fini = bytearray(), 2, taille, False
        while not fini:
            tampon, plein = _remplit(flux, reste, voulu)
            fini = plein < len(reste) + voulu
            bloc = _coupe(entete, tampon, plein, premiere, fini=fini)
            reste = tampon[bloc.taille : plein]
            premiere += bloc.suite
            voulu = taille if bloc.taille else 2 * voulu  # a line longer than the buffer
            if len(reste) > _PLUS_LONGUE_LIGNE:
                raise refus(octets.nom, "ligne-sans-fin", "has a line of more than a gigabyte")
            if bloc.taille or fini:
                yield bloc


def _remplit(flux: io.RawIOBase, reste: bytearray, voulu: int) -> tuple[bytearray, int]:
    """What was left and what follows, then line ends; and the bytes of text."""
    tampon = bytearray(len(reste) + voulu + SPARE)
    tampon[: len(reste)] = reste
    plein = len(reste) + lis(flux, memoryview(tampon)[len(reste) : -SPARE])
    tampon[plein : plein + SPARE] = b"\n" * SPARE
    return tampon, plein


def _coupe(entete: Entete, tampon: bytearray, plein: int, premiere: int, *, fini: bool) -> Bloc:
    """The whole records of a buffer: up to its last line end, where it holds no quote."""
    octets, forme = np.frombuffer(tampon, np.uint8), None
    if any(tampon.find(octet, 0, plein) >= 0 for octet in (b'"', b"\0")):
        forme = cherche(entete, octets, plein, premiere, final=fini)
        taille, suite = forme.taille, forme.suite
    else:
        taille = plein if fini else tampon.rfind(b"\n", 0, plein) + 1
        suite = shape.count(octets[:taille], shape.NEWLINE)
    coupee = tampon[taille - 1] != shape.NEWLINE if taille else premiere == 2 and not entete.finie
    return Bloc(octets, taille, premiere, suite, coupee, forme)


def cherche(
    entete: Entete, octets: NDArray[np.uint8], taille: int, premiere: int, *, final: bool
) -> Forme:
    """Find the records of a text of `taille` bytes; what ends with it is whole where `final`."""
    champs = len(entete.colonnes)
    separateur = ord(entete.separateur)
    fins, milieux = (shape.count(octets[:taille], o) for o in (shape.NEWLINE, separateur))
    bornes = np.empty(shape.marks_room(fins, milieux), np.int32)
    lignes = np.empty(fins + 1, np.uint32)
    fautes = np.empty((fins + 1, shape.FAULT_WIDTH), np.int64)
    lus, suite, records, trouvees = shape.csv_shape(
        octets,
        taille,
        premiere,
        final,
        shape.byte_kinds(separateur),
        separateur,
        champs,
        bornes,
        lignes,
        fautes,
    )
    utiles = bornes[: records * (champs + 1)]
    return Forme(lus, suite, utiles, lignes[:records], fautes[:trouvees])


# --- Faulty lines ---------------------------------------------------------------------------------


def rejets_de_ligne(nom: str, fautes: NDArray[np.int64], champs: int, taille: int) -> pl.DataFrame:
    """One reject for each faulty line of a block; blank lines are not worth one."""
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
