"""Whether a run can be had again: its inputs, its rules, its totals, the bytes of its tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from batchcalc import __version__
from batchcalc.errors import BatchcalcError, ConfigError, InputError
from batchcalc.io import objets
from batchcalc.io.copies import copies
from batchcalc.io.lecture import Progress, empreinte_de, silent
from batchcalc.io.refus import lisible
from batchcalc.io.s3 import est_objet, lieu
from batchcalc.io.source import STANDARD_INPUT, Entree, sha256
from batchcalc.options import Options
from batchcalc.pipeline import OutputFormat, run_entrees
from batchcalc.processus import processors
from batchcalc.report.record import versions
from batchcalc.rules.load import Rules

_FORMATS: Mapping[str, OutputFormat] = {"parquet": "parquet", "csv": "csv"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is no longer what the record says.

    Attributes:
        what: an input, the rules, a control total or an output.
        recorded: what the record says.
        found: what is there now, or comes out now.
    """

    what: str
    recorded: str
    found: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of `verify`.

    Attributes:
        compared: how many things were.
        differences: those that differ.
        notes: what may explain a difference, and what could not be compared.
    """

    compared: int
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class _Record:
    """What has to be known of a run to do it again."""

    entrees: Sequence[Entree]
    inputs: Mapping[str, str]
    rules: Mapping[str, str]
    path_of_rules: str | None
    options: Options
    format: OutputFormat
    store: bool
    partial: bool
    totals: Mapping[str, str]
    outputs: Mapping[str, str]
    versions: Mapping[str, str]


def verify(
    path: str | Path,
    *,
    inputs: str | Path | None = None,
    rules: Rules | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Do again the run that `run.json` tells of, and compare.

    Inputs are hashed and computed anew with the recorded options; control totals and the SHA-256 of
    every output are compared, and the outputs that stand beside the record are hashed too. Another
    version of a package is a note, not a difference. What is computed anew stands in the temporary
    folder meanwhile, as large as the outputs.

    Args:
        path: the record, on disk or in a store.
        inputs: folder in which relative paths of the record begin; the current one by default.
        rules: the rule tables of the run, where they were not those of the package.
        progress: as for `run`.

    Raises:
        InputError: the record cannot be read, or an input is missing or cannot be read.
        ConfigError: the run used rule tables of its own, and `rules` is not given.

    >>> result = batchcalc.run("pay.csv", out="out")
    >>> batchcalc.verify("out/run.json").equal
    True
    """
    step = progress or silent
    record = _read(str(path), str(inputs or ""))
    _refuse_partial(record, str(path))
    rules = rules or _packaged(record)
    comparison = _Comparison()
    comparison.of("input", record.inputs, _hashed(record.entrees, step))
    comparison.of("rules", record.rules, {"version": rules.version, "sha256": rules.sha256})
    comparison.notes += _other_versions(record.versions)
    _compare_outputs(comparison, record, _folder(str(path)))
    try:
        again = _again(record, rules, step)
    except BatchcalcError as error:
        if not comparison.differences:
            raise
        comparison.notes.append(f"it could not be computed again: {error}")
    else:
        comparison.of("control total", record.totals, _texts(again["control_totals"]))
        comparison.of("computed again,", record.outputs, _hashes(again["outputs"]))
    return comparison.outcome()


class _Comparison:
    """What was compared so far."""

    def __init__(self) -> None:
        self.compared = 0
        self.differences: list[Difference] = []
        self.notes: list[str] = []

    def of(self, kind: str, recorded: Mapping[str, str], found: Mapping[str, str]) -> None:
        """Compare values by name."""
        for name in dict.fromkeys((*recorded, *found)):
            before, now = recorded.get(name, "nothing"), found.get(name, "nothing")
            self.compared += 1
            if before != now:
                self.differences.append(Difference(f"{kind} {name}", before, now))

    def outcome(self) -> Verification:
        return Verification(self.compared, tuple(self.differences), tuple(self.notes))


def _again(record: _Record, rules: Rules, progress: Progress) -> Mapping[str, Any]:
    """The record of the run done again, in a folder that does not stay."""
    with TemporaryDirectory(prefix="batchcalc-") as folder, copies(record.entrees) as entrees:
        result = run_entrees(
            entrees,
            out=folder,
            options=record.options,
            rules=rules,
            format=record.format,
            store=record.store,
            threads=processors(),
            progress=progress,
        )
        return result.record


def _compare_outputs(comparison: _Comparison, record: _Record, folder: str) -> None:
    found = {name: _hash_under(folder, name) for name in record.outputs}
    there = {name: sha256 for name, sha256 in found.items() if sha256 is not None}
    comparison.of("output", {name: record.outputs[name] for name in there}, there)
    for name in record.outputs:
        if name not in there:
            comparison.notes.append(f"{name} is not beside the record")


def _folder(path: str) -> str:
    return path.rpartition("/")[0] if est_objet(path) else str(Path(path).parent)


def _hash_under(folder: str, name: str) -> str | None:
    """SHA-256 of an output; None where it is not there."""
    if not est_objet(folder):
        place = Path(folder, name)
        return sha256(place) if place.is_file() else None
    try:
        return objets.empreinte(lieu(folder).sous(name).nom)[1]
    except InputError:
        return None


def _other_versions(recorded: Mapping[str, str]) -> Iterator[str]:
    for name, now in {"batchcalc": __version__, **versions()}.items():
        before = recorded.get(name, "unknown")
        if before != now:
            yield f"{name} was {before} and is {now}"


def _refuse_partial(record: _Record, path: str) -> None:
    if record.partial:
        raise ConfigError(
            "Some months of a file were delivered again since: the run cannot be done again.",
            hint="Compute the year anew in another folder, from whole files, and compare.",
            code="depot-partiel",
            file=path,
        )


def _packaged(record: _Record) -> Rules:
    rules = Rules.load()
    if record.path_of_rules is not None and record.rules["sha256"] != rules.sha256:
        raise ConfigError(
            "The run used rule tables of its own.",
            hint="Give them again, with --rules or rules=.",
            code="regles-a-redonner",
            file=record.path_of_rules,
        )
    return rules


def _hashed(entrees: Sequence[Entree], step: Progress) -> dict[str, str]:
    """SHA-256 of the inputs, by name; before any is hashed, all files must be there."""
    for entree in entrees:
        _refuse_absente(entree)
    hashes = {}
    for done, entree in enumerate(entrees):
        step(f"hashing {entree.nom}", done, len(entrees))
        with lisible(entree.nom):
            _, hashes[entree.nom] = empreinte_de(entree)
    return hashes


def _refuse_absente(entree: Entree) -> None:
    if entree.nom == STANDARD_INPUT:
        raise InputError(
            "The run read standard input, which cannot be read again.",
            hint="Keep what is computed in a file, and run that.",
            code="entree-perdue",
            file=entree.nom,
        )
    if entree.chemin is not None and not entree.chemin.is_file():
        raise InputError(
            "An input of the run is missing.",
            hint="Go to the folder of the run, or name it with --inputs or inputs=.",
            code="entree-introuvable",
            file=str(entree.chemin),
        )


# --- the record


def _read(path: str, folder: str) -> _Record:
    """Read a record; its content is not trusted to be one.

    Raises:
        InputError: it is none, or lacks what is needed.
    """
    octets = _octets(path)
    try:
        return _record(json.loads(octets), folder)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError, ConfigError):
        hint = "Give the run.json of a run of this version or a later one."
        raise _unreadable(path, "is no run record, or lacks what is compared", hint) from None


def _octets(path: str) -> bytes:
    if est_objet(path):
        return objets.lis(path)
    try:
        return Path(path).read_bytes()
    except OSError:
        raise _unreadable(path, "cannot be opened", "Check its path.") from None


def _record(said: Mapping[str, Any], folder: str) -> _Record:
    inputs, rules = said["inputs"], said["rules"]
    return _Record(
        entrees=[Entree(str(given["path"]), given["format"], folder) for given in inputs],
        inputs={str(given["path"]): str(given.get("sha256")) for given in inputs},
        rules=_texts({"version": rules["version"], "sha256": rules["sha256"]}),
        path_of_rules=rules["path"],
        options=Options(**said["options"]),
        format=_FORMATS[said["format"]],
        store="store" in said,
        partial=any(
            given.get("superseded") or set(given.get("months", ())) > set(given.get("counted", ()))
            for given in inputs
        ),
        totals=_texts(said["control_totals"]),
        outputs=_hashes(said["outputs"]),
        versions=_texts({"batchcalc": said["batchcalc"], **said["versions"]}),
    )


def _hashes(outputs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {str(output["path"]): str(output["sha256"]) for output in outputs}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _unreadable(path: str, what: str, hint: str) -> InputError:
    return InputError(f"The record {what}.", hint=hint, code="releve-illisible", file=path)
