# Every task has one line of help; `make` alone prints them.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench lock clean

help: ## Print this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.run ## Set up .venv, giving .venv/bin/hecha

run: setup ## Start the sandbox province with its console
	$(BIN)/hecha up

test: .venv/.test ## Set up what the tests need and run them all
	@bash tests/prepare.sh
	$(BIN)/pytest -q -n 2 --dist loadgroup -m "not chain and not browser"
	$(BIN)/pytest -q -m "chain or browser"

check: .venv/.test ## Lint, types, layers, documents
	$(BIN)/ruff check src tests benchmarks hatch_build.py
	$(BIN)/ruff format --check src tests benchmarks hatch_build.py
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/docs

bench: .venv/.bench ## Measure against peers, as ratios within one run
	@bash benchmarks/prepare.sh
	$(BIN)/python -m benchmarks

lock: ## Renew the hashed requirement files (needs uv)
	for f in run test bench; do uv pip compile -q --upgrade --python-version 3.11 --generate-hashes --no-annotate --no-header --universal -o requirements/$$f.txt requirements/$$f.in; done

clean: ## Remove what was set up and the sandbox's data
	rm -rf .venv build dist var

.venv/bin/python:
	$(PYTHON) -m venv .venv || { echo "Python 3.11 with venv is needed: apt-get install python3-venv"; exit 1; }

.venv/.run: requirements/run.txt pyproject.toml hatch_build.py | .venv/bin/python
	$(BIN)/pip install -q --require-hashes -r requirements/run.txt
	$(BIN)/pip install -q --no-deps -e .
	@touch $@

.venv/.test: requirements/test.txt .venv/.run
	$(BIN)/pip install -q --require-hashes -r requirements/test.txt
	@touch $@

.venv/.bench: requirements/bench.txt .venv/.test
	$(BIN)/pip install -q --require-hashes -r requirements/bench.txt
	@touch $@
