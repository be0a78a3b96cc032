"""The bytes of files, read one after the other into one buffer, kept until their rows are taken."""

from __future__ import annotations

import mmap
from contextlib import suppress
from io import BytesIO, FileIO
from typing import Final

import numpy as np
from numpy.typing import NDArray

from batchcalc.kernels.dsn_bytes import PADDING

MORCEAU: Final = 1 << 20
"""Bytes read at a time: they are still in the cache of the processor when they are scanned."""

_PERSONNE: Final = b"\nS21.G00.30.001,'"


class Tampon:
    """A buffer that files are read into.

    Args:
        taille: bytes kept before the rows read off them are taken, at the next person or file.

    Attributes:
        octets: all of it; the bytes read stand before `fin`, and wide reads may go beyond.
    """

    def __init__(self, taille: int) -> None:
        self.fin = 0
        self._taille = taille
        self._memoire = _memoire(taille + MORCEAU + PADDING)
        self.octets: NDArray[np.uint8] = np.frombuffer(self._memoire, np.uint8)

    def lis(self, flux: FileIO | BytesIO) -> bool:
        """Read one more piece; False at the end of the file."""
        voulu = self.fin + MORCEAU
        self._etends(voulu)
        with memoryview(self._memoire) as vue:
            while self.fin < voulu:
                lus = flux.readinto(vue[self.fin : voulu])
                if not lus:
                    return False
                self.fin += lus
        return True

    def deborde(self, taille: int) -> bool:
        """Whether so many bytes more are too many to keep."""
        return self.fin + taille > self._taille

    def extrait(self, debut: int, taille: int) -> bytes:
        """Some of the bytes read."""
        return self._memoire[debut : min(debut + taille, self.fin)]

    def fin_de_ligne(self, debut: int) -> int:
        """Where the last whole line from `debut` on ends; `debut` if there is none."""
        return max(self._memoire.rfind(b"\n", debut, self.fin) + 1, debut)

    def derniere_personne(self, debut: int) -> int:
        """Where the last person after `debut` starts; 0 if there is none."""
        return self._memoire.rfind(_PERSONNE, debut, self.fin) + 1

    def garde(self, debut: int) -> None:
        """Drop the bytes before `debut`: those that follow take their place."""
        reste = self.fin - debut
        self._memoire.move(0, debut, reste)
        self.fin = reste

    def _etends(self, voulu: int) -> None:
        """Make room for `voulu` bytes."""
        if voulu + PADDING <= len(self._memoire):
            return
        ancienne = self._memoire
        self._memoire = _memoire(2 * voulu + PADDING)
        self._memoire[: self.fin] = ancienne[: self.fin]
        self.octets = np.frombuffer(self._memoire, np.uint8)


def _memoire(taille: int) -> mmap.mmap:
    """Fresh memory; in large pages where there are, whose first touches are few."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return mmap.mmap(-1, taille)
    memoire = mmap.mmap(-1, taille, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with suppress(OSError):  # a system made without them
        memoire.madvise(mmap.MADV_HUGEPAGE)
    return memoire
