"""Writing results: complete or not at all.

Every file is written under a provisional name beside its place, and all of them take their names
together at the end. A run that is killed, or that finds the disk full, leaves what was there.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import polars as pl

from batchcalc.errors import ConfigError
from batchcalc.io.source import sha256

if TYPE_CHECKING:
    from polars.io.partition import FileProviderArgs

RECORD: Final = "run.json"

ETAT: Final = "etat/etat.json"
"""What a store says of itself: see `batchcalc.store`."""

ROW_GROUP: Final = 1 << 17
"""Rows of a Parquet row group: fixed, so that the same table always gives the same bytes."""

ROW_GROUP_BY_MONTH: Final = 1 << 15
"""The same where the months are written side by side: one row group of each is in memory."""

ZSTD_LEVEL: Final = 1
"""On these tables as small as the default level, 3, and a sixth faster to write."""

_PROVISOIRE: Final = ".batchcalc-tmp"
_FORMULE: Final = r"^[=+\-@\t\r]"
_FORMATS: Final = (".parquet", ".csv")


class Sortie:
    """The output folder of one run, as a context: what was written is published on leaving it.

    Leaving it by an exception publishes nothing.

    Attributes:
        dossier: the output folder.
    """

    def __init__(self, dossier: str | Path) -> None:
        self.dossier = Path(dossier)
        self._ecrits: list[Path] = []
        self._retires: list[Path] = []
        self._verrou: int | None = None
        self._cree = False

    def __enter__(self) -> Self:
        """Create the folder, take it for this run, and clear what a killed run left.

        Raises:
            ConfigError: the folder cannot be created or written, or another run writes there.
        """
        try:
            with self._ecriture(self.dossier):
                self._cree = not self.dossier.exists()
                self.dossier.mkdir(parents=True, exist_ok=True)
                self._verrou = os.open(self.dossier, os.O_RDONLY | os.O_DIRECTORY)
                self._verrouille()
                for reste in self.dossier.rglob(f".*{_PROVISOIRE}"):
                    reste.unlink()
        except ConfigError:
            self._libere()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                with self._ecriture(self.dossier):
                    self._publie()
        finally:
            for chemin in self._ecrits:
                _provisoire(chemin).unlink(missing_ok=True)
            if kind is not None and self._cree:
                self._retire()
            self._libere()

    def ecrit(self, frame: pl.DataFrame | pl.LazyFrame, chemin: str | Path) -> dict[str, Any]:
        """Write a table as Parquet or CSV, by the end of its name.

        In CSV, text that a spreadsheet would take for a formula gets an apostrophe in front.

        Args:
            frame: the table, in the order of its rows.
            chemin: place under the folder.

        Returns:
            What the run record says of it: path, bytes, SHA-256.

        Raises:
            ConfigError: the disk is full, or the folder cannot be written.
        """
        place = self.dossier / chemin
        with self._ecriture(place):
            provisoire = self._reserve(place)
            _verse(frame.lazy(), place, provisoire)
            return self._dit(place)

    def ecrit_tables(self, tables: Mapping[str, pl.LazyFrame], format: str) -> list[dict[str, Any]]:
        """Write small tables by name: as Parquet always, and in the format wanted."""
        suffixes = dict.fromkeys(("parquet", format))
        return [
            self.ecrit(table, f"{nom}.{suffixe}")
            for nom, table in tables.items()
            for suffixe in suffixes
        ]

    def ecrit_par_mois(
        self, frame: pl.LazyFrame, chemin: Callable[[date], str]
    ) -> dict[date, dict[str, Any]]:
        """Write a table with a `mois`, each month in a file of its own, its rows in their order.

        Args:
            frame: the table.
            chemin: place of each month under the folder; all end alike, as for `ecrit`.

        Returns:
            By month, what `ecrit` returns.

        Raises:
            ConfigError: as `ecrit`.
        """
        places: dict[date, Path] = {}

        def place_de(part: FileProviderArgs) -> str:
            mois = part.partition_keys["mois"].item()
            places[mois] = self.dossier / chemin(mois)
            return str(self._reserve(places[mois]).relative_to(self.dossier))

        par_mois = pl.PartitionBy(
            self.dossier,
            key="mois",
            include_key=True,
            approximate_bytes_per_file=None,
            file_path_provider=place_de,
        )
        with self._ecriture(self.dossier):
            _verse(frame, Path(chemin(date.min)), par_mois)
            return {mois: self._dit(places[mois]) for mois in sorted(places)}

    def ecrit_record(self, record: Mapping[str, Any], chemin: str = RECORD) -> None:
        """Write a record as JSON; `run.json` is published after everything else."""
        place = self.dossier / chemin
        with self._ecriture(place):
            provisoire = self._reserve(place)
            texte = json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True)
            provisoire.write_text(texte + "\n", encoding="utf-8")
            _synchronise(provisoire)

    def retire(self, chemin: str) -> None:
        """Take a file or a folder away once everything but the record is published."""
        self._retires.append(self.dossier / chemin)

    def place(self, chemin: str) -> Path:
        """Where a file of the folder can be read, whether or not it is published yet."""
        place = self.dossier / chemin
        return _provisoire(place) if place in self._ecrits else place

    def dossiers(self, chemin: str) -> list[str]:
        """The folders in a folder, as paths under the output folder."""
        place = self.dossier / chemin
        trouves = sorted(place.iterdir()) if place.is_dir() else []
        return [f"{chemin}/{trouve.name}" for trouve in trouves if trouve.is_dir()]

    def _dit(self, place: Path) -> dict[str, Any]:
        """What the run record says of a file."""
        provisoire = _provisoire(place)
        with ThreadPoolExecutor(1) as pool:  # hashed while the disk takes it in
            empreinte = pool.submit(sha256, provisoire)
            _synchronise(provisoire)
            said = {"path": place.relative_to(self.dossier).as_posix()}
            octets = provisoire.stat().st_size
            return {**said, "bytes": octets, "sha256": empreinte.result()}

    def _reserve(self, place: Path) -> Path:
        place.parent.mkdir(parents=True, exist_ok=True)
        if place not in self._ecrits:
            self._ecrits.append(place)
        return _provisoire(place)

    def _publie(self) -> None:
        """Give every file its name; while that lasts there is no record, so no run to trust."""
        record = self.dossier / RECORD
        if self._ecrits:
            record.unlink(missing_ok=True)
        for place in sorted(self._ecrits, key=(self.dossier / ETAT).__eq__):
            if place != record:
                self._nomme(place)
        for place in self._retires:
            shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
        if record in self._ecrits:
            self._nomme(record)

    def _nomme(self, place: Path) -> None:
        """Give a file its name; the table of that name in the other format goes."""
        _provisoire(place).replace(place)
        _synchronise(place.parent)
        if place.suffix in _FORMATS:
            for autre in (place.with_suffix(suffixe) for suffixe in _FORMATS):
                if autre not in self._ecrits:
                    autre.unlink(missing_ok=True)

    def _retire(self) -> None:
        """Take away the folder that was made for nothing, as long as nobody put anything there."""
        dossiers = {self.dossier}
        for chemin in self._ecrits:
            dossiers |= {parent for parent in chemin.parents if self.dossier in parent.parents}
        for dossier in sorted(dossiers, key=lambda d: len(d.parts), reverse=True):
            with suppress(OSError):
                dossier.rmdir()

    def _libere(self) -> None:
        if self._verrou is not None:
            os.close(self._verrou)
            self._verrou = None

    def _verrouille(self) -> None:
        assert self._verrou is not None
        try:
            fcntl.flock(self._verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                "Another run is writing to the output folder.",
                hint="Wait for it to end, or choose another folder.",
                code="sortie-occupee",
                file=str(self.dossier),
            ) from None

    @contextmanager
    def _ecriture(self, place: Path) -> Iterator[None]:
        """Say what went wrong with the disk; nothing that was there before has changed."""
        try:
            yield
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _echec(place, error) from None


def _verse(frame: pl.LazyFrame, place: Path, cible: Path | pl.PartitionBy) -> None:
    """Drain a table into a file, or a file a month, in the format of the name of `place`."""
    if place.suffix == ".csv":
        _sans_formules(frame).sink_csv(cible, mkdir=True)
        return
    rows = ROW_GROUP_BY_MONTH if isinstance(cible, pl.PartitionBy) else ROW_GROUP
    frame.sink_parquet(cible, row_group_size=rows, compression_level=ZSTD_LEVEL, mkdir=True)


def _provisoire(place: Path) -> Path:
    return place.with_name(f".{place.name}{_PROVISOIRE}")


def _synchronise(chemin: Path) -> None:
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)


def _sans_formules(frame: pl.LazyFrame) -> pl.LazyFrame:
    textes = pl.selectors.by_dtype(pl.String)
    formule = textes.str.contains(_FORMULE)
    return frame.with_columns(
        pl.when(formule).then(pl.lit("'") + textes).otherwise(textes).name.keep()
    )


def _echec(place: Path, error: OSError | pl.exceptions.PolarsError) -> ConfigError:
    numero = error.errno if isinstance(error, OSError) else None
    # polars gives the number in its text only; the text itself is not shown.
    if numero == errno.ENOSPC or f"(os error {errno.ENOSPC})" in str(error):
        return ConfigError(
            "The disk is full: nothing was published, earlier results are untouched.",
            hint="Free some space, or choose another output folder.",
            code="disque-plein",
            file=str(place),
        )
    raison = f" ({os.strerror(numero)})" if numero else ""
    return ConfigError(
        f"The output cannot be written{raison}; earlier results are untouched.",
        hint="Check the folder and its permissions.",
        code="ecriture-impossible",
        file=str(place),
    )
