# Two commands on a bare machine: `make run` and `make test`. They need Python 3.11 to 3.13 and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MESSAGES := --all --no-location --no-obsolete --no-wrap --ignore tests --ignore benchmarks
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

# Tests of a file share what is dear to make: they stay together. Each process may train and browse;
# where they do they often wait for other programs, so that three keep two cores busy.
SIDE_BY_SIDE := --dist loadfile --no-loadscope-reorder

.PHONY: run test test-fast check format clean catalogues messages

# Programs are started again and again: Python is to keep what it compiles, which is what is imported.
run test test-fast: export PYTHONDONTWRITEBYTECODE =

run: $(VENV)/installed $(CATALOGUES)
	$(BIN)/python manage.py serve

test: $(VENV)/installed-test $(CATALOGUES)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --numprocesses 3

test-fast: $(VENV)/installed-test $(CATALOGUES)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --numprocesses auto --maxprocesses 4 -m "not slow and not browser"

check: $(VENV)/installed-check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run

format: $(VENV)/installed-check
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

catalogues: $(CATALOGUES)

# What the source says into locale/*/LC_MESSAGES/*.po: for developers, who need GNU gettext.
messages: $(VENV)/installed
	$(BIN)/python manage.py makemessages $(MESSAGES)
	$(BIN)/python manage.py makemessages $(MESSAGES) --domain djangojs

%.mo: %.po | $(VENV)/installed
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

clean:
	rm -rf $(VENV)

$(VENV)/pip:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	touch $@

$(VENV)/installed: requirements.txt | $(VENV)/pip
	$(BIN)/python -m pip install --quiet --no-compile --requirement requirements.txt
	touch $@

$(VENV)/installed-test: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --quiet --no-compile --group test
	touch $@

$(VENV)/installed-check: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --quiet --no-compile --group check
	touch $@
