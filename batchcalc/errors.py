"""The errors of batchcalc: each says what is wrong, where, and what to do about it."""

from __future__ import annotations


class BatchcalcError(Exception):
    """Base of every error raised on purpose.

    Attributes:
        message: what is wrong, one sentence.
        hint: what to do about it, one sentence.
        code: stable machine-readable reason (kebab-case).
        file: the file at fault, where there is one.
        line: its line (text) or row number (tables), 1-based, where there is one.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str,
        code: str,
        file: str | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
        self.file = file
        self.line = line

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.hint, self.code, self.file, self.line))

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        where = f"{place}: " if place else ""
        return f"{where}{self.message} {self.hint}"


def _rebuild(
    kind: type[BatchcalcError],
    message: str,
    hint: str,
    code: str,
    file: str | None,
    line: int | None,
) -> BatchcalcError:
    return kind(message, hint=hint, code=code, file=file, line=line)


class InputError(BatchcalcError):
    """An input that cannot be read: missing, empty, truncated, binary, unknown format."""


class SchemaError(BatchcalcError):
    """A table without a required column, or with a column of a type that cannot hold its values."""


class RuleError(BatchcalcError):
    """A month, profile or scope for which the rule tables hold no sourced value."""


class ConfigError(BatchcalcError):
    """An option, rule file or output folder that cannot be used."""
