"""Files scanned into growable tables of integers: one a block, emptied between two persons."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from batchcalc.io.dsn import rubriques
from batchcalc.io.dsn.tampon import Tampon
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels.dsn_scan import scan

Entiers = NDArray[np.int64]
Octets = NDArray[np.uint8]

PLUS_D_ERREURS: Final = 1 << 16
"""Errors of one file in the tables before it is given up."""

ENTETES: Final = (k.ENVOI, k.DECLARATION, k.ENTREPRISE, k.ETABLISSEMENT, k.TOTAL)
"""Tables that keep their rows when the others are emptied: few rows, and parents of all others."""

_CAPACITE: Final = 2048


class Tables:
    """Rows of the files scanned so far. One object serves lot after lot, with the room it took.

    Args:
        taille: bytes of files kept at once.

    Attributes:
        tampon: the bytes the rows point to.
        lignes: lines read.
        portail: lines of the portal among them.
        inconnues: lines of blocks the norm does not know.
        ouvert: row of the envoi that may go on further in the file, -1 for none.
        derniere: last line read of the file.
        abandon: the file held so many errors that its reading stopped there.
    """

    def __init__(self, taille: int) -> None:
        self.tampon = Tampon(taille)
        self._plan = _plan()
        self._cells = np.empty(int(self._plan[:, k.CAPACITY] @ self._plan[:, k.WIDTH]), np.int64)
        self._state = np.zeros(k.N_STATE, np.int64)
        self.recommence()

    def recommence(self) -> None:
        """Forget all that was read."""
        self._plan[:, k.COUNT] = 0
        self.tampon.fin = 0
        self.lignes = 0
        self.portail = 0
        self.inconnues = 0
        self.ouvert = -1
        self.derniere = 0
        self.abandon = False
        self._erreurs_avant = 0

    def nombre(self, table: int) -> int:
        """Rows of a table."""
        return int(self._plan[table, k.COUNT])

    def rangees(self, table: int, depuis: int = 0) -> Entiers:
        """Rows of a table from one on: a view, good until the next file is read."""
        offset, width, _, count = self._plan[table, : k.COUNT + 1].tolist()
        return self._cells[offset + depuis * width : offset + count * width].reshape(-1, width)

    def colonne(self, table: int, champ: str, depuis: int = 0) -> Entiers:
        """Cells of a field, marks included."""
        return self.rangees(table, depuis)[:, rubriques.colonne(table, champ)]

    def parents(self, table: int, depuis: int = 0) -> Entiers:
        """Row of the parent of each row."""
        return self.rangees(table, depuis)[:, k.PARENT_ROW]

    def commence(self) -> None:
        """Start a file."""
        state = self._state
        state[:] = 0
        state[k.S_OPEN :] = k.CLOSED
        state[[k.S_TABLE, k.S_ROW]] = k.UNUSED, k.SKIPPED
        self._erreurs_avant = self.nombre(k.ERREUR)
        self.abandon = False

    def termine(self) -> None:
        """End the file."""
        self.ouvert = -1
        self.lignes += int(self._state[k.S_LINE])
        self.portail += int(self._state[k.S_PORTAL])
        self.inconnues += int(self._state[k.S_UNKNOWN])

    def avance(self, position: int, fin: int) -> None:
        """Scan the lines from `position` to `fin`, giving room to the tables that want some."""
        arrays = rubriques.tables()
        norme = arrays.blocks, arrays.fields, arrays.kept
        octets, state = self.tampon.octets, self._state
        while not self.abandon:
            position = scan(octets, position, fin, *norme, self._plan, self._cells, state)
            self.derniere = int(state[k.S_LINE])
            self.ouvert = int(state[k.S_OPEN + k.ENVOI])
            pleine = int(state[k.S_STATUS])
            if pleine == k.DONE:
                return
            siennes = self.nombre(k.ERREUR) - self._erreurs_avant
            if pleine == k.ERREUR and siennes >= PLUS_D_ERREURS - k.MOST_ERRORS:
                self.abandon = True
            else:
                self._agrandis(pleine)

    def vide(self) -> None:
        """Empty the tables of persons."""
        self._erreurs_avant = 0
        for table in range(k.N_TABLES):
            if table not in ENTETES:
                self._plan[table, k.COUNT] = 0

    def _agrandis(self, table: int) -> None:
        """Double a table."""
        plan = self._plan.copy()
        plan[table, k.CAPACITY] *= 2
        plan[:, k.OFFSET] = _debuts(plan)
        cells = np.empty(int(plan[:, k.CAPACITY] @ plan[:, k.WIDTH]), np.int64)
        for autre in range(k.N_TABLES):
            anciennes = self.rangees(autre).ravel()
            debut = int(plan[autre, k.OFFSET])
            cells[debut : debut + anciennes.size] = anciennes
        self._plan, self._cells = plan, cells


def _debuts(plan: Entiers) -> Entiers:
    tailles = plan[:, k.CAPACITY] * plan[:, k.WIDTH]
    return np.asarray(np.cumsum(tailles) - tailles, np.int64)


def _plan() -> Entiers:
    plan = np.full((k.N_TABLES, k.N_PLAN), -1, np.int64)
    plan[:, k.CAPACITY] = _CAPACITE
    plan[:, k.COUNT] = 0
    plan[k.ERREUR, k.WIDTH] = k.N_ERREUR
    for bloc in rubriques.BLOCS:
        plan[bloc.table, k.WIDTH] = k.N_LEAD + len(bloc.champs)
        if bloc.parent is not None:
            plan[bloc.table, k.PARENT] = bloc.parent
        if bloc.gardes is not None:
            plan[bloc.table, k.KIND] = rubriques.colonne(bloc.table, "code")
    plan[k.TOTAL, k.WIDTH] = k.DECLARATIONS_COUNTED + 1
    plan[:, k.OFFSET] = _debuts(plan)
    return plan
