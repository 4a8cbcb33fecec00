# The front door. `make demo` and `make test` do all the set-up themselves.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-from-lock
# On all cores, at most eight: each worker imports the framework once, and may need 3 GB. The slowest are named.
# Compiled files are kept even where the environment says otherwise: workers and their children start sooner.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n logical --maxprocesses 8 --dist worksteal --durations 20 --durations-min 2

# The first Python from 3.11 to 3.13 that really starts (a version manager's shim may not).
FITS = -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p $(FITS) 2>/dev/null && { echo $$p; break; }; done)

.PHONY: setup demo test test-all test-shuffled check bench docs lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) $(FITS) || \
		{ echo "Lentigo needs Python 3.11, 3.12 or 3.13; found: $$(python3 --version 2>&1). Install one, or: make PYTHON=/path/to/python3.12 demo"; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup
	$(BIN)/lentigo demo --out demo

test: setup
	$(PYTEST)

test-all: setup
	$(PYTEST) -m ""

# In another order each time; the seed it prints repeats one: make test-shuffled SEED=123
test-shuffled: setup
	$(PYTEST) -v -p randomly $(if $(SEED),--randomly-seed $(SEED))

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# All that need no data; search_trainings.py wants images and an evening.
bench: setup
	@for script in $(filter-out %/search_trainings.py,$(wildcard benchmarks/*.py)); do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# The site lies in build/site: any web server can give it, and it asks no other address for anything.
docs: setup
	$(BIN)/python docs/generate.py
	$(BIN)/python -m sphinx -b html -q -W --keep-going -d build/doctrees docs build/site
	@echo "open build/site/index.html"

# Needs `uv` on the path; writes versions and hashes, no index address.
lock:
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra dev \
		--custom-compile-command "make lock" --upgrade pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) demo build .pytest_cache .mypy_cache .ruff_cache
