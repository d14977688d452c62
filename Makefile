# The two commands are `make demo` and `make test`; each installs what is missing and says so before.
# Everything they make is in .venv, web/node_modules, web/dist and the data folder (GIS_GRID_DATA_DIR).

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
BIN := .venv/bin
INSTALLED := .venv/.installed
PEERS := .venv/.peers
COMPILED := .venv/.compiled
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix web --no-fund --no-audit --no-update-notifier

# Root's private cluster runs as an unprivileged account, which may not be able to enter this folder.
CHECKOUT := $(notdir $(CURDIR))-$(firstword $(shell printf %s "$(CURDIR)" | cksum))
DATA_DIR := $(if $(filter 0,$(shell id -u)),/var/lib/gis-grid/$(CHECKOUT),$(CURDIR)/.data)

PAGES := $(shell find web tiles/styles -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

.PHONY: help demo test test-clients test-benchmarks test-release setup web check audit fmt bench docs lock wheel clean \
	run-packages test-packages client-packages

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 14

demo: setup ## load the sample town and serve it; ARGS=--exit ends after the verdicts
	GIS_GRID_DATA_DIR="$${GIS_GRID_DATA_DIR:-$(DATA_DIR)}" $(BIN)/gis-grid demo $(ARGS)

test: test-packages setup ## every test: pages, program, database, browser; ARGS=-n0 in one process
	@scripts/chromium.sh
	$(NPM) run --silent test
	@$(BIN)/python -m compileall -q gis_grid migrations # once, and not in each process
	$(BIN)/pytest $(if $(findstring no:xdist,$(ARGS)),,-n 4) $(ARGS)

test-clients: client-packages setup ## GDAL, QGIS, OWSLib and made-up requests against the sample town, served
	$(BIN)/pytest tests/clients $(ARGS)

test-benchmarks: test-packages setup ## whether each benchmark that has a test runs, at a small size
	$(BIN)/pytest -n 2 tests/benchmarks $(ARGS)

test-release: test-packages setup ## whether the wheel runs where this repository is not
	$(BIN)/pytest tests/release $(ARGS)

setup: run-packages $(INSTALLED) $(COMPILED) web ## install and build all that the program needs

web: web/dist/index.html ## build the pages

check: setup ## ruff, bandit, types, who may import what and see what, the pages' types, documents against the code
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/test_architecture.py
	$(BIN)/bandit --quiet --configfile pyproject.toml --severity-level medium --recursive gis_grid
	$(NPM) run --silent check
	$(BIN)/python scripts/make_docs.py --check
	@scripts/api_client.sh --check

audit: $(INSTALLED) ## look the pinned packages up in the lists of known faults (needs a network that has them)
	$(BIN)/pip-audit --disable-pip --require-hashes --strict -r requirements/runtime.txt
	$(NPM) audit --omit=dev

fmt: $(INSTALLED) ## format, and mend what ruff can
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

bench: setup $(PEERS) ## print the figures that the documents quote
	@for benchmark in benchmarks/*.py; do echo "== $$benchmark"; $(BIN)/python $$benchmark $(ARGS) || exit 1; done

docs: setup ## write what the code knows better: pages of docs/, the pages' client of the API
	$(BIN)/python scripts/make_docs.py
	@scripts/api_client.sh

wheel: setup ## build the wheel into dist/
	$(BIN)/hatchling build -t wheel

lock: ## pin the newest allowed packages (needs uv)
	scripts/lock.sh

clean: ## remove what make made here; the data folder stays
	rm -rf .venv web/node_modules web/dist dist

run-packages:
	@scripts/system_packages.sh run

test-packages:
	@scripts/system_packages.sh test

client-packages:
	@scripts/system_packages.sh clients

$(INSTALLED): requirements/dev.txt pyproject.toml scripts/virtual_environment.sh | run-packages
	scripts/virtual_environment.sh
	@touch $@

# The first call of each loop would wait for its compiler.
$(COMPILED): $(shell find gis_grid/core -name '*.py') scripts/compile_loops.py gis_grid/patrols/warm.py gis_grid/planning/warm.py | $(INSTALLED)
	@$(BIN)/python scripts/compile_loops.py
	@touch $@

$(PEERS): requirements/bench.txt $(INSTALLED)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json | $(INSTALLED)
	$(NPM) ci
	@touch $@

web/dist/index.html: $(PAGES) web/node_modules/.package-lock.json
	$(NPM) run --silent build -- --logLevel warn
	@touch $@
