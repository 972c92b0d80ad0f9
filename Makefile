# Each target installs what it needs. `make` alone lists them.
PYTHON ?= python3
UV := .boot/bin/uv
READY := .venv/.ready
BIN := .venv/bin
PEERS := benchmarks/peers/requirements
PEERS_READY := .bench/.ready
LARGE := tests/large/requirements
LARGE_READY := .large/.ready
ORACLES := tests/oracles/requirements
ORACLES_READY := .oracles/.ready
# Once somebody has installed the sentence model, the environment keeps it.
SUGGESTIONS := suggestions
SUGGESTIONS_READY := .venv/.suggestions

.DEFAULT_GOAL := help
.PHONY: help run test test-quick test-large test-oracles suggestions bench lint types docs requirements lock golden clean

help: ## list what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "make %-14s %s\n", $$1, $$2}'

.boot/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Commonpool needs Python 3.11 or newer. Try: make PYTHON=python3.11 run"; exit 1; }
	@$(PYTHON) -m venv .boot || { echo "Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@.boot/bin/pip install -q --disable-pip-version-check uv==0.13.9

$(READY): requirements.lock pyproject.toml .boot/bin/uv
	@test -x $(BIN)/python || $(UV) venv -q --python $(PYTHON) .venv
	@$(UV) pip sync -q --require-hashes -p $(BIN)/python requirements.lock $(if $(wildcard $(SUGGESTIONS_READY)),$(SUGGESTIONS).lock)
	@$(UV) pip install -q -p $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(PEERS_READY): $(PEERS).lock .boot/bin/uv
	@test -x .bench/bin/python || $(UV) venv -q --python $(PYTHON) .bench
	@$(UV) pip sync -q --require-hashes -p .bench/bin/python $(PEERS).lock
	@touch $@

$(LARGE_READY): requirements.lock $(LARGE).lock pyproject.toml .boot/bin/uv
	@test -x .large/bin/python || $(UV) venv -q --python $(PYTHON) .large
	@$(UV) pip sync -q --require-hashes -p .large/bin/python requirements.lock $(LARGE).lock
	@$(UV) pip install -q -p .large/bin/python --no-deps --no-build-isolation -e .
	@touch $@

$(ORACLES_READY): $(ORACLES).lock .boot/bin/uv
	@test -x .oracles/bin/python || $(UV) venv -q --python $(PYTHON) .oracles
	@$(UV) pip sync -q --require-hashes -p .oracles/bin/python $(ORACLES).lock
	@touch $@

$(SUGGESTIONS_READY): $(SUGGESTIONS).lock $(READY)
	@$(UV) pip install -q --require-hashes --no-deps -p $(BIN)/python -r $(SUGGESTIONS).lock
	@touch $@

run: $(READY) ## set everything up, fill it with the invented region, open the site on 127.0.0.1:8000
	@COMMONPOOL_DEMO=1 $(BIN)/commonpool demo run

test: $(READY) ## run everything: both databases, a real browser; says at the end what was left out
	@$(BIN)/python -m tests.run

test-quick: $(READY) ## run the suite once, on SQLite, without a browser
	@$(BIN)/python -m pytest -q -m "not browser"

test-large: $(LARGE_READY) ## run each metric on DuckDB and on a local Spark server (needs Java 17)
	@.large/bin/python -m pytest -q tests/large

test-oracles: $(READY) $(ORACLES_READY) ## compare agreement statistics with packages that need an environment of their own
	@$(BIN)/python -m pytest -q tests/oracles

suggestions: $(SUGGESTIONS_READY) ## install the sentence model (83 MB), so that suggestions compare meaning as well as wording
	@echo "Suggestions compare meaning as well as wording from now on. The site says on its pages which passages are still to be read."

bench: $(READY) $(PEERS_READY) ## measure speed and memory against named peers and limits
	@$(BIN)/python -m benchmarks

lint: $(READY) ## style and the order of rooms
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

types: $(READY) ## check every type
	@$(BIN)/mypy commonpool

docs: $(READY) requirements ## build the documentation into site/
	@$(BIN)/zensical build

requirements: $(READY) ## write docs/requirements.md: each requirement with the tests that carry it
	@$(BIN)/python -m pytest -q --collect-only --requirements-table=docs/requirements.md > /dev/null && echo "Wrote docs/requirements.md"

golden: $(READY) ## rewrite the golden files from what the code says now; read the diff before committing
	@$(BIN)/python -m pytest -q tests --rewrite-golden -k golden

lock: .boot/bin/uv ## resolve the dependencies again into requirements.lock
	@$(UV) pip compile -q --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --group dev pyproject.toml -o requirements.lock --upgrade
	@$(UV) pip compile -q --universal --generate-hashes --no-annotate --no-header --python-version 3.11 $(PEERS).in -o $(PEERS).lock --upgrade
	@$(UV) pip compile -q --universal --generate-hashes --no-annotate --no-header --python-version 3.11 -c requirements.lock $(LARGE).in -o $(LARGE).lock --upgrade
	@$(UV) pip compile -q --universal --generate-hashes --no-annotate --no-header --python-version 3.11 $(ORACLES).in -o $(ORACLES).lock --upgrade
	@$(UV) pip compile -q --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --no-deps $(SUGGESTIONS).in -o $(SUGGESTIONS).lock --upgrade
	@! grep -nE '://|--index|--extra-index|--find-links' requirements.lock $(PEERS).lock $(LARGE).lock $(ORACLES).lock $(SUGGESTIONS).lock || { echo "A lock names an address."; exit 1; }

clean: ## remove what was made here, the data in var/ excepted
	@rm -rf .venv .bench .large .oracles .boot site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
