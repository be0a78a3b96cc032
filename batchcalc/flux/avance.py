"""An iterator read ahead, in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_FIN: Final = object()
_ATTENTE: Final = 0.05
"""Seconds between two looks at whether anybody still waits."""


class _Lecteur(Generic[T]):
    """Puts what it reads where another thread takes it, a few items ahead."""

    def __init__(self, source: Iterator[T], places: int) -> None:
        self._source = source
        self.file: Queue[object] = Queue(places)
        self.panne: BaseException | None = None
        self.arret = Event()

    def lit(self) -> None:
        """Read to the end, or until told to stop."""
        try:
            for item in self._source:
                if not self._depose(item):
                    return
        except BaseException as panne:
            self.panne = panne
        self._depose(_FIN)

    def _depose(self, item: object) -> bool:
        while not self.arret.is_set():
            try:
                self.file.put(item, timeout=_ATTENTE)
            except Full:
                continue
            return True
        return False


def en_avance(source: Iterator[T], places: int = 1) -> Iterator[T]:
    """The items of `source`, read while those before are made use of.

    What `source` raises is raised here, after the items before it.

    Args:
        source: iterated over in another thread.
        places: items that may wait.
    """
    lecteur = _Lecteur(source, places)
    fil = Thread(target=lecteur.lit, daemon=True)
    fil.start()
    try:
        while (item := lecteur.file.get()) is not _FIN:
            yield item  # type: ignore[misc]
        if lecteur.panne is not None:
            raise lecteur.panne
    finally:
        lecteur.arret.set()
