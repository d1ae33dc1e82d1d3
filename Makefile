# `make demo` and `make test` are all one needs; `make` alone lists the rest.
#
# They need Python 3.11 or later, pip and make. uv goes to .tooling, everything else to .venv, each
# file checked against its hash in requirements/. Outside this folder only pip and uv keep a cache.

PYTHON ?= python3
WORLDS ?= 100000
UV := .tooling/bin/uv
BIN := .venv/bin
PYTEST := $(BIN)/pytest --numprocesses=auto --dist=worksteal
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := true
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH VIRTUAL_ENV

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo demo-all test test-all format lint types imports dependencies mutants bench fix lock

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

demo: .venv/run.ready ## The flagship case over 100,000 worlds (WORLDS=4096: fewer), widening-war.html
	$(BIN)/schelling run cases/widening-war --worlds $(WORLDS) --report widening-war.html
	@echo "To change it and see at once what follows: $(BIN)/schelling serve cases/widening-war"

demo-all: .venv/run.ready ## Every case at full size; verdicts and times into benchmarks/cases.json and the gallery
	PYTHONPATH=docs $(BIN)/python -m tooling.full_runs

test: format lint types imports dependencies ## The whole gate, ending with tests and examples
	$(PYTEST) -m "not slow"

test-all: format lint types imports dependencies ## The gate with slow tests and coverage
	$(PYTEST) --cov=schelling --cov-branch --cov-report=term-missing:skip-covered

format: .venv/dev.ready
	$(BIN)/ruff format --check --quiet

lint: .venv/dev.ready
	$(BIN)/ruff check --quiet

types: .venv/dev.ready
	$(BIN)/basedpyright

imports: .venv/dev.ready
	$(BIN)/lint-imports --no-logo

dependencies: .venv/dev.ready
	$(BIN)/deptry src

mutants: .venv/dev.ready ## Which changes of a room's numerics its tests miss; ROOM=claims SAMPLE=60 SEED=0
	PYTHONPATH=tests $(BIN)/python -m mutants $(or $(ROOM),claims) --sample $(or $(SAMPLE),60) --seed $(or $(SEED),0)

bench: .venv-bench/bench.ready ## Speed and memory beside our peers, into benchmarks/results.json
	.venv-bench/bin/python -m benchmarks

fix: .venv/dev.ready ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet

lock: $(UV) ## Remake requirements/ from pyproject.toml; UPGRADE=1 for the newest versions
	@$(LOCK) --group tooling --output-file requirements/uv.txt
	@$(LOCK) pyproject.toml --extra app --extra read --group build --output-file requirements/run.txt
	@$(LOCK) pyproject.toml --group dev --all-extras --constraints requirements/run.txt \
	  --output-file requirements/dev.txt
	@$(LOCK) pyproject.toml --extra app --group bench --constraints requirements/run.txt \
	  --excludes requirements/bench-excludes.txt --output-file requirements/bench.txt

# Setting up. A `.ready` file is written last, so an environment without one is not finished; one
# that was being changed when the power went is named in `.unfinished` and made again from nothing.

.venv/run.ready: requirements/run.txt pyproject.toml $(UV)
	$(call install,.venv,run,)
	@touch $@

.venv/dev.ready: requirements/dev.txt pyproject.toml $(UV)
	$(call install,.venv,dev,--exact)
	@touch .venv/run.ready $@

.venv-bench/bench.ready: requirements/bench.txt pyproject.toml $(UV)
	$(call install,.venv-bench,bench,--exact)
	@touch $@

$(UV): requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=...")'
	@rm -rf .tooling .tooling.unfinished
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
	  --require-hashes --requirement $< --target .tooling.unfinished
	@mv .tooling.unfinished .tooling && touch $@

# $(call install,ENVIRONMENT,LOCK,EXACT): wheels only, so nothing is fetched that the lock does not
# name; then this project, editable, built by the locked hatchling.
define install
@echo "Setting up $1 from requirements/$2.txt; the first time this takes a minute or two."
@if [ -e $1.unfinished ] || ! $1/bin/python -c '' 2>/dev/null; then touch $1.unfinished; \
  $(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $1; fi
@touch $1.unfinished
@$(UV) pip install --quiet --python $1/bin/python --no-deps --require-hashes \
  --only-binary :all: --requirement requirements/$2.txt
@$(UV) pip install --quiet --python $1/bin/python --no-deps --no-build-isolation $3 \
  $(if $3,--requirement requirements/$2.txt) --editable .
@rm $1.unfinished
endef
