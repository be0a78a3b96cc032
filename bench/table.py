"""The table of a benchmark run, from its JSON: goals, ratios, figures.

`python -m bench.table RESULTS.json` prints it; `--readme README.md` puts the goals between the two
marks there, `--page docs/benchmarks.md` the whole of it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import OURS

BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"

NOTE = (
    "Ratio: time of the other over time of batchcalc, both in the same round; median of the rounds."
    " Above 1, batchcalc is faster; for a floor it is the share of the floor reached."
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--readme", type=Path)
    parser.add_argument("--page", type=Path)
    arguments = parser.parse_args()
    run = json.loads(arguments.results.read_text())
    print(rendered(run))
    if arguments.readme:
        place(arguments.readme, f"{where(run)}\n\n{goals_of(measures(run))}")
    if arguments.page:
        place(arguments.page, rendered(run))


def measures(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each test measured."""
    return [
        benchmark["extra_info"] | {"group": benchmark["group"]}
        for benchmark in run["benchmarks"]
        if "title" in benchmark["extra_info"]
    ]


def rendered(run: Mapping[str, Any]) -> str:
    """The whole table as Markdown."""
    records = measures(run)
    sections = [
        where(run),
        goals_of(records),
        grid(("what", "size", OURS, "rate", "beside", "takes", "ratio"), ratios(records)),
        NOTE,
        grid(("what", "figure", "value"), figures(records)),
    ]
    return "\n\n".join(sections)


def goals_of(records: Iterable[Mapping[str, Any]]) -> str:
    """What was aimed at, and what was measured."""
    return grid(("goal", "what", "measured", "wanted", ""), goals(records))


def place(page: Path, table: str) -> None:
    """Put the table between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page} lacks the marks {BEGIN} and {END}: add them where it goes.")
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def grid(header: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table, its columns aligned for the terminal too."""
    cells = [header, *lines]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    written = [
        f"| {' | '.join(c.ljust(w) for c, w in zip(line, widths, strict=True))} |" for line in cells
    ]
    rule = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    return "\n".join([written[0], rule, *written[1:]])


# --- What is shown --------------------------------------------------------------------------------


def where(run: Mapping[str, Any]) -> str:
    """Machine, versions, date and commit, in one sentence each."""
    bench, commit = run["machine_info"]["bench"], run["commit_info"]
    versions = ", ".join(f"{name} {version}" for name, version in bench["versions"].items())
    changed = " and changes" if commit.get("dirty") else ""
    return (
        f"{bench['processor']}, {bench['processors']} processors, {bench['memory_gib']} GiB,"
        f" {bench['system']}. Python {bench['python']}, {versions}.\n"
        f"{run['datetime'][:10]}, commit {commit['id'][:12]}{changed};"
        f" {amount(bench['rows'])} contract-months, {bench['dsn_bytes'] / 1e6:.0f} MB of DSN."
    )


def goals(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Each goal measured, in the order of their numbers."""
    found = [goal for record in records for goal in record.get("goals", [])]
    for goal in sorted(found, key=lambda goal: goal["number"]):
        least, most = goal.get("at_least"), goal.get("at_most")
        met = goal["value"] >= least if most is None else goal["value"] <= most
        wanted = f"≥ {least:g}" if most is None else f"≤ {most:g}"
        yield (
            str(goal["number"]),
            goal["text"],
            figure(goal["value"]),
            wanted,
            "yes" if met else "NO",
        )


def ratios(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    """One line a side; what is repeated is left out."""
    for record in records:
        ours = record["seconds"][OURS]
        size = amount(record["rows"]) if record["rows"] else f"{record['size'] / 1e6:.0f} MB"
        shown = (record["title"], size if size != "0 MB" else "", time(median(ours)), rate(record))
        sides = {name: times for name, times in record["seconds"].items() if name != OURS}
        if not sides and record["group"] != "memory":
            yield *shown, "", "", ""
        for name, times in sides.items():
            ratio = median(theirs / mine for theirs, mine in zip(times, ours, strict=True))
            yield *shown, name, time(median(times)), figure(ratio)
            shown = ("", "", "", "")


def figures(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Figures that are no ratio."""
    for record in records:
        title = record["title"]
        for text, value in record.get("facts", {}).items():
            yield title, text, figure(value)
            title = ""


def rate(record: Mapping[str, Any]) -> str:
    """Rows or bytes a second."""
    seconds = median(record["seconds"][OURS])
    if record["rows"]:
        return f"{record['rows'] / seconds / 1e6:.3g} M rows/s"
    return f"{record['size'] / seconds / 1e6:.0f} MB/s" if record["size"] else ""


def time(seconds: float) -> str:
    """A duration in the unit that suits it."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def amount(rows: int) -> str:
    """A number of rows, thousands apart."""
    return f"{rows:,}".replace(",", " ")


def figure(value: float | str) -> str:
    """Three significant digits, and no exponent."""
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    main()
