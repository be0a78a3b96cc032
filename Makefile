# `make run`: the main job on sample_dsn/.   `make test`: everything that must hold.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test lint types layers unit kernels-uncompiled equality mutation bench bench-readme profile callgrind constraints recipes clean

help:
	@sed -n 's/^# //p' Makefile | head -1
	@echo "make run | test | equality ROWS=1000000 SEED=1 | mutation SAMPLE=0.1 | recipes | constraints | clean"
	@echo "make bench | profile | callgrind   BENCH_ROWS=12000000"

.venv/installed: constraints.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: .venv/installed
	$(BIN)/batchcalc run sample_dsn/2019 sample_dsn/2024 sample_dsn/2025 sample_dsn/2026 sample_dsn/situations --out out

# Nothing is installed or built while tests run; what is left of that goes on beside the rest.
test: .venv/etl build/site
	$(MAKE) --jobs=2 --output-sync recipes lint types layers kernels-uncompiled
	$(MAKE) unit

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The package as installed: kernels/ becomes batchcalc.kernels only there.
build/site: .venv/installed $(shell find batchcalc kernels -name '*.py')
	rm -rf build
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --target build/site .
	touch $@

types: build/site .venv/etl
	cd build/site && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p batchcalc

layers: build/site
	cd build/site && PYTHONPATH=. ../../$(BIN)/lint-imports --config ../../.importlinter

# Frames of other libraries, Spark with a Java of its own, a store and a database: all of it installed.
unit: .venv/etl recipes
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

# Dagster, Airflow and dbt cannot live together: each has an environment of its own, with batchcalc,
# filled by the pip of the main one. Only what is imported is compiled.
RECIPES := airflow dagster dbt
recipes: .venv-recipes/installed

.venv-recipes/installed: .venv/installed $(RECIPES:%=docs/recipes/%/requirements.txt)
	$(MAKE) --jobs=3 $(RECIPES:%=.venv-recipes/%/filled)
	for tool in $(RECIPES); do \
		$(BIN)/python -m pip --python .venv-recipes/$$tool/bin/python install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . || exit 1; \
	done
	touch $@

.venv-recipes/%/filled: docs/recipes/%/requirements.txt
	$(PYTHON) -m venv --clear --without-pip $(@D)
	$(BIN)/python -m pip --python $(@D)/bin/python install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r $<
	touch $@

# The same kernel tests on the Python form of the kernels, with their coverage.
kernels-uncompiled: .venv/installed
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q tests/kernels --ignore tests/kernels/test_jit.py \
		--cov=kernels --cov-fail-under=95

ROWS ?= 1000000
SEED ?= 1
equality: .venv/installed
	$(BIN)/python -m tests.equality --rows $(ROWS) --seed $(SEED)

# Changes of the reference and of the kernels that no test sees (docs/mutation.md); half an hour.
SAMPLE ?= 1
mutation: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check cosmic-ray==8.7.0
	$(BIN)/python -m tests.mutation --sample $(SAMPLE)

.venv/bench: .venv/installed bench/constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r bench/constraints.txt
	touch $@

.venv/etl: .venv/bench tests/constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --require-hashes -r tests/constraints.txt
	touch $@

# Never part of `test`: seconds decide nothing. BENCH="-k dsn" runs some of it, BENCH=--huge all.
export BENCH_ROWS ?= 2000000
BENCH_JSON ?= bench/.data/results.json
bench: .venv/bench
	mkdir -p $(dir $(BENCH_JSON))
	$(BIN)/python -m pytest bench -q --benchmark-quiet --benchmark-json=$(BENCH_JSON) $(BENCH)
	$(BIN)/python -m bench.table $(BENCH_JSON)

bench-readme:
	$(BIN)/python -m bench.table $(BENCH_JSON) --readme README.md --page docs/benchmarks.md

profile: .venv/bench
	$(BIN)/python -m bench.profiling

# Instructions a row of each kernel, against bench/instructions.json.
callgrind: .venv/bench
	$(BIN)/python -m bench.callgrind

PINNED := --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe
constraints: .venv/installed
	$(BIN)/python -m pip install --quiet pip-tools
	CUSTOM_COMPILE_COMMAND="make constraints" $(BIN)/pip-compile $(PINNED) --extra dev --output-file constraints.txt pyproject.toml
	CUSTOM_COMPILE_COMMAND="make constraints" $(BIN)/pip-compile $(PINNED) --extra bench --extra spark --extra s3 --extra delta --extra postgres --extra etl-tests --constraint constraints.txt --output-file tests/constraints.txt pyproject.toml
	CUSTOM_COMPILE_COMMAND="make constraints" $(BIN)/pip-compile $(PINNED) --extra bench --constraint constraints.txt --constraint tests/constraints.txt --output-file bench/constraints.txt pyproject.toml
	$(BIN)/pip-compile $(PINNED) --constraint constraints.txt --output-file .venv/own.txt pyproject.toml
	for tool in $(RECIPES); do \
		CUSTOM_COMPILE_COMMAND="make constraints" $(BIN)/pip-compile $(PINNED) --constraint .venv/own.txt --output-file docs/recipes/$$tool/requirements.txt pyproject.toml docs/recipes/$$tool/requirements.in || exit 1; \
	done

clean:
	rm -rf .venv .venv-recipes build out bench/.data
