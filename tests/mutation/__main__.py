"""`make mutation`: does a test fail for each small change of the reference and of the kernels?

Each module is mutated in a copy of its own under build/mutation, never in the working tree.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import WorkerOutcome, WorkResult

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORK = ROOT / "build" / "mutation"
BIN = Path(sys.executable).parent
ENVIRONMENT = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

TWINS = ["coefficient", "money", "rate_cuts", "regularisation", "smic", "split"]
MODULES = [
    *(f"reference/{name}" for name in ["cells", "rows", "contributions", *TWINS]),
    *(f"kernels/{name}" for name in TWINS),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=MODULES, help="as kernels/split")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sample", type=float, default=1.0, help="share of the mutants to test")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    one = partial(mutate, share=arguments.sample, seed=arguments.seed)
    WORK.mkdir(parents=True, exist_ok=True)
    total: Counter[str] = Counter()
    print(f"{'killed':>6} {'total':>6}")
    with ThreadPoolExecutor(arguments.jobs) as pool:
        all_outcomes = pool.map(one, arguments.modules)
        for module, outcomes in zip(arguments.modules, all_outcomes, strict=True):
            total += outcomes
            show(module, outcomes)
    show(f"all; the survivors are in {WORK.relative_to(ROOT)}/*.survivors", total)
    return 0


def show(label: str, outcomes: Counter[str]) -> None:
    print(f"{outcomes['killed']:>6} {outcomes.total():>6} {label}", flush=True)


def mutate(module: str, *, share: float, seed: int) -> Counter[str]:
    """Run the tests of one module against its mutants, or a share of them; count the outcomes."""
    tree = copy_of_the_tree(module)
    call(tree, "python", "-m", "pytest", "-q", "--collect-only", "tests")  # leaves the bytecode
    call(tree, "cosmic-ray", "baseline", "config.toml")
    call(tree, "cosmic-ray", "init", "config.toml", "session.sqlite")
    call(tree, "cr-filter-operators", "session.sqlite", "config.toml")
    with use_db(tree / "session.sqlite", WorkDB.Mode.open) as session:
        keep(session, share, seed)
    call(tree, "cosmic-ray", "exec", "config.toml", "session.sqlite")
    results = read_results(tree)
    survivors = "\n\n".join(diff for outcome, diff in results if outcome == "survived")
    (WORK / f"{module.replace('/', '.')}.survivors").write_text(survivors, encoding="utf-8")
    outcomes = Counter(outcome for outcome, _ in results)
    if outcomes.keys() - {"killed", "survived"}:
        raise RuntimeError(f"{module}: {dict(outcomes)}, see {tree}/session.sqlite")
    return outcomes


def call(tree: Path, program: str, *arguments: str) -> str:
    command = [BIN / program, *arguments]
    out = subprocess.PIPE
    return subprocess.run(
        command, cwd=tree, env=ENVIRONMENT, check=True, stdout=out, text=True
    ).stdout


def keep(session: WorkDB, share: float, seed: int) -> None:
    """Skip what is not drawn: each mutant has the same chance, and a seed draws the same ones."""
    draw = random.Random(seed)
    key = ["module_path", "start_pos", "operator_name", "occurrence"]
    pending = sorted(
        session.pending_work_items,
        key=lambda item: [getattr(item.mutations[0], name) for name in key],
    )
    for item in pending:
        if draw.random() >= share:
            session.set_result(item.job_id, WorkResult(WorkerOutcome.SKIPPED))


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
    dump = call(tree, "cosmic-ray", "dump", "session.sqlite")
    results = (json.loads(line)[1] for line in dump.splitlines())
    return [(r["test_outcome"], r["diff"]) for r in results if r["worker_outcome"] != "skipped"]


if __name__ == "__main__":
    sys.exit(main())
