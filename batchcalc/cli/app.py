"""The `batchcalc` command: one verb a file, each importing what is heavy only when it runs."""

from __future__ import annotations

import sys

import typer

from batchcalc.cli import doctor, explain, generate, rules, run, verify, warmup

app = typer.Typer(
    name="batchcalc",
    help="French employer payroll reductions (réduction générale, RGDU, bandeaux), in batch and"
    " exact to the cent, from monthly DSN files, CSV or Parquet.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
app.command("run")(run.run)
app.command("explain")(explain.explain)
app.command("verify")(verify.verify)
app.add_typer(rules.app, name="rules")
app.command("generate")(generate.generate)
app.command("warmup")(warmup.warmup)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the command; an error on purpose is a message and exit code 2, never a traceback."""
    from batchcalc.cli.output import fail, unexpected
    from batchcalc.errors import BatchcalcError

    try:
        app()
    except BatchcalcError as error:
        fail(error)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: nothing was published\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except BaseException as error:
        if isinstance(error, SystemExit):
            raise
        unexpected(error)
        sys.exit(2)
