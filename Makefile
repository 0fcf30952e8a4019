# Straight after a clone, `make demo` and `make test` do everything: they make .venv and install what they need.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= 4
# The tests start hundreds of interpreters: what they all import is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test search fuzz audit crash faults soak check lint format typecheck layers bench pages screenshots tour \
	snapshots clean

demo: $(VENV)/.demo
	$(BIN)/musetui demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

check: lint typecheck layers test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

typecheck: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

search: $(VENV)/.dev
	MUSETUI_SEARCH=$(or $(TIMES),20) $(BIN)/python -m pytest -n $(WORKERS) -m hypothesis

crash: $(VENV)/.dev
	$(BIN)/python -m tests.crash

faults: $(VENV)/.dev
	MUSETUI_FAULTS=all $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup tests/faults

soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak $(or $(MINUTES),10)

fuzz: $(VENV)/.fuzz
	$(BIN)/python -m fuzz --seconds $(or $(SECONDS),20) $(TARGETS)

audit: $(VENV)/.audit
	@$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip 2>$(VENV)/audit.txt || { \
	  if grep -q 'ConnectionError\|ConnectTimeout\|ReadTimeout' $(VENV)/audit.txt; \
	  then echo 'Nothing was audited: what is known of vulnerabilities cannot be asked from here.'; \
	  else cat $(VENV)/audit.txt; exit 1; fi; }

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

pages: $(VENV)/.dev
	$(BIN)/python -m screenshots.pages

screenshots: $(VENV)/.dev
	$(BIN)/python -m screenshots.take

tour: $(VENV)/.dev
	$(BIN)/python -m screenshots.tour

snapshots: $(VENV)/.dev
	$(BIN)/python -m pytest tests/snapshots --snapshot-update

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "musetui needs Python 3.11 or newer: install it, or name one with 'make PYTHON=/path/to/python'."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.demo: $(VENV)/.python pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.python pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	touch $@ $(VENV)/.demo

$(VENV)/.audit: $(VENV)/.dev
	$(PIP) install --constraint constraints.txt --editable '.[dev,audit]'
	touch $@

$(VENV)/.fuzz: $(VENV)/.dev
	$(PIP) install --constraint constraints.txt --editable '.[dev,fuzz]'
	touch $@
