"""`make mutation`: does a test fail for each small change of the reference and of the kernels?

Each module is mutated in a copy of its own under build/mutation, never in the working tree.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORK = ROOT / "build" / "mutation"
BIN = Path(sys.executable).parent

REFERENCE = (
    "cells coefficient contributions money rate_cuts regularisation rows smic split".split()
)
KERNELS = "coefficient money rate_cuts regularisation smic split".split()
MODULES = [f"reference/{name}" for name in REFERENCE] + [f"kernels/{name}" for name in KERNELS]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=MODULES, help="as kernels/split")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    total: Counter[str] = Counter()
    print(f"{'killed':>6} {'total':>6}")
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for module, outcomes in zip(
            arguments.modules, pool.map(mutate, arguments.modules), strict=True
        ):
            total += outcomes
            show(module, outcomes)
    show(f"all; the survivors are in {WORK.relative_to(ROOT)}/*.survivors", total)
    return 0


def show(label: str, outcomes: Counter[str]) -> None:
    print(f"{outcomes['killed']:>6} {outcomes.total():>6} {label}", flush=True)


def mutate(module: str) -> Counter[str]:
    """Run the tests of one module against each of its mutants; count the outcomes."""
    tree = copy_of_the_tree(module)
    for command in (
        ["cosmic-ray", "baseline", "config.toml"],
        ["cosmic-ray", "init", "--force", "config.toml", "session.sqlite"],
        ["cr-filter-operators", "session.sqlite", "config.toml"],
        ["cosmic-ray", "exec", "config.toml", "session.sqlite"],
    ):
        program, *rest = command
        subprocess.run([BIN / program, *rest], cwd=tree, check=True, capture_output=True)
    results = read_results(tree)
    survivors = "\n\n".join(diff for outcome, diff in results if outcome == "survived")
    (WORK / f"{module.replace('/', '.')}.survivors").write_text(survivors, encoding="utf-8")
    return Counter(outcome for outcome, _ in results)


def copy_of_the_tree(module: str) -> Path:
    """The package and its tests, where `python -m pytest` imports the package from the copy."""
    kind, name = module.split("/")
    tree = WORK / module.replace("/", ".")
    shutil.rmtree(tree, ignore_errors=True)
    no_caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "batchcalc", tree / "batchcalc", ignore=no_caches)
    shutil.copytree(ROOT / "kernels", tree / "batchcalc" / "kernels", ignore=no_caches)
    for tests in ("reference", "cases", "kernels"):
        shutil.copytree(ROOT / "tests" / tests, tree / "tests" / tests, ignore=no_caches)
    shutil.copy(ROOT / "pyproject.toml", tree)
    config = (HERE / f"{kind}.toml").read_text(encoding="utf-8")
    for key, value in (
        ("{module}", f"batchcalc/{module}.py"),
        ("{python}", sys.executable),
        ("{name}", name),
    ):
        config = config.replace(key, value)
    (tree / "config.toml").write_text(config, encoding="utf-8")
    return tree


def read_results(tree: Path) -> list[tuple[str, str]]:
    """Outcome and diff of each mutant that was tested."""
    command = [BIN / "cosmic-ray", "dump", "session.sqlite"]
    dump = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True)
    results = (json.loads(line)[1] for line in dump.stdout.splitlines())
    return [(r["test_outcome"], r["diff"]) for r in results if r["worker_outcome"] != "skipped"]


if __name__ == "__main__":
    sys.exit(main())
