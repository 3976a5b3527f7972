# Doorstep. A fresh machine needs Python >= 3.11 (with venv) and make; everything else is installed here.
# `make` alone lists what there is to do.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
DATA_DIR ?= data
export DATA_DIR
# The first Python that is new enough; name another one with `make PYTHON=…`.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# One more than there are processors: tests wait for databases, servers and browsers.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(8, len(os.sched_getaffinity(0)) + 1))' 2>/dev/null || echo 2)
# Programs that some tests ask for; without apt and root those tests are skipped, each by name.
SYSTEM_PACKAGES := curl poppler-utils openssl redis-server chromium fonts-noto-cjk libnss3-tools
# The same browser without windows: half the time, where there is a package of it.
LIGHT_BROWSER := chromium-headless-shell
# Node.js builds the screens: the system's if it is new enough, else one from a wheel.
NODE := $(shell command -v npm >/dev/null 2>&1 && node -e 'process.exit(+process.versions.node.split(".")[0] < 20)' 2>/dev/null && echo system)
WEB_TOOLS := $(if $(NODE),$(VENV)/.installed,$(VENV)/.node)

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# -- running -------------------------------------------------------------------------------------

.PHONY: run
run: $(VENV)/.installed ## Start Doorstep with its demo organisation (LAN=1: for phones in the same network too)
	@$(MAKE) web || echo "The API starts without screens."
	@exec $(BIN)/doorstep demo $(if $(LAN),--lan $(LAN))

.PHONY: web
web: $(WEB_TOOLS) ## Build the screens, if their sources changed
	@$(BIN)/doorstep web

.PHONY: walkthrough
walkthrough: $(VENV)/.installed ## Carry one real visit from an address file to a verified bundle
	@exec $(BIN)/doorstep walkthrough

.PHONY: road
road: $(VENV)/.dev ## Serve the roads of Baltimore by a real OSRM on port 5000; tests use it from then on
	@exec $(BIN)/python -m tests.simulators.osrm

.PHONY: reset
reset: $(VENV)/.installed ## Remove the demo's data (database, objects, secrets) after asking
	@exec $(BIN)/doorstep reset

# -- checking ------------------------------------------------------------------------------------

.PHONY: test
test: check system pytest ## Everything CI runs: the quick half, then every test

.PHONY: check
check: $(VENV)/.dev $(WEB_TOOLS) ## The quick half: format, lint, types, import contracts, dependencies, spelling
	@$(MAKE) -j 2 --output-sync=target check-types check-web check-style check-imports

.PHONY: check-types check-web check-style check-imports
check-types:
	$(BIN)/mypy
check-style:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell
check-imports:
	$(BIN)/lint-imports
	$(BIN)/deptry .
check-web:
	@$(BIN)/doorstep web --check || { [ ! -f web/node_modules/.installed ] && \
		echo "SKIPPED: the types of the screens were not checked, their packages cannot be had here."; }

.PHONY: pytest
pytest: $(VENV)/.dev
	@$(BIN)/python -c 'import routing.search.local' & \
	$(MAKE) web || echo "SKIPPED: the screens cannot be built here, so they are not tested."; wait
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations=10
	$(BIN)/python -m pytest tests/e2e/screens -n $(WORKERS) --dist worksteal --durations=5 --reruns 2 -rR

.PHONY: soak
soak: $(VENV)/.dev web system ## The long runs: every screen in every look, new random examples, thousands of days
	$(BIN)/python -m pytest tests/e2e/screens -n $(WORKERS) --every-look --kills 50
	$(BIN)/python -m pytest tests/property tests/unit -n $(WORKERS) --hypothesis-profile soak
	$(BIN)/python -m pytest tests/api/test_lawful_days.py -n $(WORKERS) --days 10000
	$(BIN)/python -m pytest tests/property/test_random_days.py -n $(WORKERS) --problems 10000
	$(BIN)/python -m pytest tests/property/test_lawful_plans.py -n $(WORKERS) --plans 10000
	$(BIN)/python -m pytest tests/server/test_network_cut.py --every-byte
	$(BIN)/python -m pytest tests/api/test_sync_fleet.py -n $(WORKERS) --fleets 10000

# Measuring makes the tests half as slow again, so it is asked for.
.PHONY: coverage
coverage: $(VENV)/.dev system ## Run the tests once more, and tell which lines and branches none of them reaches
	@mkdir -p build
	$(BIN)/coverage erase
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=
	$(BIN)/coverage report

.PHONY: system
system: # What the tests ask of the operating system, where it can be had
	@if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		for package in $(SYSTEM_PACKAGES); do dpkg -s $$package >/dev/null 2>&1 || missing="$${missing:-} $$package"; done; \
		if [ -n "$${missing:-}" ]; then \
			(apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing) >/dev/null 2>&1 \
			|| echo "These packages could not be installed:$$missing. Tests that need them are skipped by name."; \
		fi; \
		dpkg -s $(LIGHT_BROWSER) >/dev/null 2>&1 \
			|| DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(LIGHT_BROWSER) >/dev/null 2>&1 || true; \
	else echo "Without apt and root, tests that need one of ($(SYSTEM_PACKAGES)) may be skipped by name."; fi

.PHONY: fix
fix: $(VENV)/.dev ## Format, and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench
bench: $(VENV)/.dev ## Print the performance ratios against the raw limit of the same run
	$(BIN)/python -m benchmarks

# -- generated files -----------------------------------------------------------------------------

.PHONY: openapi
openapi: $(VENV)/.dev $(WEB_TOOLS) ## Write openapi.yaml anew, and the types that the screens have of it
	$(BIN)/doorstep openapi --write openapi.yaml
	$(BIN)/doorstep web --types

.PHONY: screens
screens: $(VENV)/.dev web system ## Renew the pictures in docs/screens
	@mkdir -p docs/screens
	$(BIN)/python -m pytest tests/e2e/screens/test_pictures.py -p no:randomly --pictures docs/screens

.PHONY: reference
reference: $(VENV)/.dev ## Write the pages that are made from data anew
	$(BIN)/doorstep reference

# Extras are kept: with hashes, pip takes `coverage[toml]` for another package than a pinned `coverage`.
.PHONY: lock
lock: ## Resolve the dependencies anew (needs uv on the path)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--no-emit-index-url --no-header --no-annotate -o requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--no-emit-index-url --no-header --no-annotate -c requirements.lock -o requirements-dev.lock
	uv pip compile --group web --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--no-emit-index-url --no-header --no-annotate -o requirements-web.lock

# -- installing ----------------------------------------------------------------------------------

.PHONY: python
python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Doorstep needs Python 3.11 or newer. Install it (Debian: apt-get install python3 python3-venv) and call make again." >&2; exit 1; fi
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python has no venv module. Install it (Debian: apt-get install python3-venv) and call make again." >&2; exit 1; }

$(BIN)/python: | python
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Doorstep needs (once; about a minute) …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.node: requirements-web.lock $(VENV)/.installed
	@echo "Installing Node.js, which builds the screens (once) …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-web.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need (once) …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-dev.lock
	@touch $@
