# `make run` and `make test` work on a bare machine. They need Python 3.11 to 3.13 and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MESSAGES := --all --no-location --no-obsolete --no-wrap --ignore tests --ignore benchmarks
CATALOGS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

# The tests of one file share expensive fixtures, so they run in one process. Tests often wait for other
# programs, such as a training process or a browser, so four processes keep two cores busy.
SIDE_BY_SIDE := --dist loadfile --no-loadscope-reorder

# requirements/ is the lock: versions with checksums, for every platform.
INSTALL = $(BIN)/python -m pip install --quiet --no-compile --require-hashes --requirement
COMPILE = $(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
    --only-binary :all: --no-emit-index-url --custom-compile-command "make lock"

.PHONY: run test test-fast fuzz audit sbom check check-python check-scripts check-templates format clean catalogs messages settings lock

# Empty, so that Python keeps compiled modules: these targets start many processes.
run test test-fast fuzz: export PYTHONDONTWRITEBYTECODE =

run: $(VENV)/installed $(CATALOGS)
	$(BIN)/python manage.py serve

test: $(VENV)/installed-test $(CATALOGS)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --numprocesses 4

test-fast: $(VENV)/installed-test $(CATALOGS)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --numprocesses auto --maxprocesses 4 -m "not slow and not browser"

# The tests with random input, for half an hour instead of a minute. A failure prints how to repeat it.
fuzz: $(VENV)/installed-test $(CATALOGS)
	$(BIN)/python -m pytest tests/fuzz --numprocesses auto --hypothesis-profile long

check: check-python check-scripts check-templates

check-python: $(VENV)/installed-check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run

# Scripts and style sheets.
check-scripts: $(VENV)/installed-check
	$(BIN)/node node_modules/@biomejs/biome/bin/biome lint --error-on-warnings

check-templates: $(VENV)/installed-check
	$(BIN)/djlint templates --lint --quiet

# Known vulnerabilities of all locked packages. Fails if there is one, and if PyPI's data about a package cannot be had.
audit: $(VENV)/installed-audit
	for lock in site test check; do \
	    $(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements/$$lock.txt || failed=1; \
	done; test -z "$$failed"

# Bills of materials in CycloneDX's format: the packages of the two images.
sbom: sbom/web.cdx.json sbom/worker.cdx.json

sbom/web.cdx.json: requirements/web.txt
sbom/worker.cdx.json: requirements/site.txt
sbom/%.cdx.json: pyproject.toml | $(VENV)/installed-audit
	mkdir -p sbom
	$(BIN)/cyclonedx-py requirements --output-reproducible --pyproject pyproject.toml --output-file $@ $(filter requirements/%,$^)

format: $(VENV)/installed-check
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

catalogs: $(CATALOGS)

# Updates locale/*/LC_MESSAGES/*.po with the texts of the source. For developers; needs GNU gettext.
messages: $(VENV)/installed
	$(BIN)/python manage.py makemessages $(MESSAGES)
	$(BIN)/python manage.py makemessages $(MESSAGES) --domain djangojs

# Writes the list of settings (digitsite/variables.py) into README.md, .env.example and docker-compose.yml.
settings: $(VENV)/installed
	$(BIN)/python manage.py settings --write

# Renews the lock: the newest versions within the ranges of requirements.txt and pyproject.toml.
# `make lock UPGRADE=` changes only what a changed range requires. The site's packages are resolved first,
# and constrain the others.
lock: UPGRADE = --upgrade
lock: $(VENV)/pip
	$(BIN)/python -m pip install --quiet uv==0.13.9
	$(COMPILE) requirements.txt --output-file requirements/site.txt
	$(COMPILE) requirements.txt --excludes requirements/not-in-web.txt --constraint requirements/site.txt --output-file requirements/web.txt
	$(COMPILE) --group test --constraint requirements/site.txt --output-file requirements/test.txt
	$(COMPILE) --group check --constraint requirements/site.txt --constraint requirements/test.txt --output-file requirements/check.txt
	$(COMPILE) --group audit --constraint requirements/site.txt --constraint requirements/test.txt --constraint requirements/check.txt --output-file requirements/audit.txt
	$(COMPILE) --group peers --constraint requirements/site.txt --constraint requirements/test.txt --constraint requirements/check.txt --output-file requirements/peers.txt

%.mo: %.po | $(VENV)/installed
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

clean:
	rm -rf $(VENV) node_modules

$(VENV)/pip:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/installed: requirements/site.txt | $(VENV)/pip
	$(INSTALL) $<
	touch $@

$(VENV)/installed-test: requirements/test.txt $(VENV)/installed
	$(INSTALL) $<
	touch $@

$(VENV)/installed-audit: requirements/audit.txt $(VENV)/installed
	$(INSTALL) $<
	touch $@

$(VENV)/installed-check: requirements/check.txt package-lock.json $(VENV)/installed
	$(INSTALL) $<
	$(BIN)/npm ci --ignore-scripts --no-audit --no-fund --silent
	touch $@
