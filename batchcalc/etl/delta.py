"""Results into a Delta Lake table: the months of a result replaced in one commit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from batchcalc.bridge import SCHEMA
from batchcalc.errors import ConfigError, SchemaError
from batchcalc.etl.lots import lots, mois_de
from batchcalc.result import Result

if TYPE_CHECKING:
    from arro3.core import RecordBatchReader
    from deltalake import DeltaTable


def write_delta(result: Result, table: str) -> None:
    """Write the contributions of a run to a Delta Lake table, partitioned by `mois`.

    The table is made where there is none. The months of the result are replaced in one commit, the
    others stay as they are: the same result twice gives the same table. Readers see the table as it
    was until the commit, and after it for good where the commit fails. The commit tells the rules,
    the inputs with their hashes, the options and the control totals, under names in `batchcalc.`.

    Args:
        result: what `run` gave; a result without rows changes nothing.
        table: folder, or `s3://bucket/folder`; credentials are read from the environment.

    Raises:
        ConfigError: deltalake is not installed, the table cannot be written, or somebody else wrote
            the same months meanwhile.
        SchemaError: the table has other columns, or columns of other types.
    """
    mois = mois_de(result.contributions)
    if not mois:
        return
    with _ecriture(table):
        from deltalake import CommitProperties, write_deltalake

        dit = CommitProperties(custom_metadata=_dit(result.record))
        flux, avant = _flux(result), _ouvre(table)
        if avant is None:
            write_deltalake(table, flux, partition_by=["mois"], commit_properties=dit)
        else:
            ou = _predicat(mois)
            write_deltalake(avant, flux, mode="overwrite", predicate=ou, commit_properties=dit)


def _ouvre(table: str) -> DeltaTable | None:
    from deltalake import DeltaTable
    from deltalake.exceptions import TableNotFoundError

    try:
        return DeltaTable(table)
    except TableNotFoundError:
        return None


def _flux(result: Result) -> RecordBatchReader:
    from arro3.core import RecordBatchReader, Table

    batches = (batch for lot in lots(result.contributions) for batch in Table(lot).to_batches())
    return RecordBatchReader.from_batches(Table(SCHEMA.to_frame()).schema, batches)


def _predicat(mois: Sequence[date]) -> str:
    dates = ", ".join(f"DATE '{un:%Y-%m-%d}'" for un in mois)
    return f"mois IN ({dates})"


def _dit(record: Mapping[str, Any]) -> dict[str, str]:
    """What the history of the table says of the run."""
    inputs = [{"path": one["path"], "sha256": one.get("sha256")} for one in record["inputs"]]
    return {
        "batchcalc.version": record["batchcalc"],
        "batchcalc.rules_version": record["rules"]["version"],
        "batchcalc.rules_sha256": record["rules"]["sha256"],
        "batchcalc.inputs": json.dumps(inputs, ensure_ascii=False),
        "batchcalc.options": json.dumps(record["options"]),
        "batchcalc.control_totals": json.dumps(record["control_totals"]),
    }


@contextmanager
def _ecriture(table: str) -> Iterator[None]:
    """Say what went wrong; the library's text may quote rows and keys: it is dropped."""
    try:
        from deltalake.exceptions import CommitFailedError, DeltaError, SchemaMismatchError
    except ImportError:
        raise ConfigError(
            "Delta Lake tables need deltalake, which is not installed.",
            hint="pip install batchcalc-paie[delta]",
            code="delta-absent",
        ) from None
    try:
        yield
    except SchemaMismatchError:
        raise SchemaError(
            "The columns of the table are not those of a result.",
            hint="Write to another table.",
            code="delta-colonnes",
            file=table,
        ) from None
    except CommitFailedError:
        raise ConfigError(
            "The table was written by another meanwhile; it is as the other left it.",
            hint="Write again.",
            code="delta-occupee",
            file=table,
        ) from None
    except (DeltaError, OSError, ValueError):
        raise ConfigError(
            "The table cannot be written; it is as it was.",
            hint="Check its place, the rights there and, for a store, the environment.",
            code="delta-refus",
            file=table,
        ) from None
