# Everything here needs Python 3.11 or newer and make; the rest is fetched and made below.
#
#   make demo    a school to try, at http://127.0.0.1:8000   (PORT=8123 BIND=0.0.0.0 change the address)
#   make test    every test                                  (ARGS="-k register" narrows them)
#   make setup   what the tests need, and nothing more
#   make lint    linters, types, the one-way street, missing migrations, the production settings
#   make lock    the lock files anew, from pyproject.toml and static/package.json
#   make clean   remove what make made, but never the data in var/

SHELL := /bin/sh
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test setup lint lock clean system-demo system-test

# Where the environment forbids kept bytecode, every server and worker that is started would compile all of Django anew.
unexport PYTHONDONTWRITEBYTECODE

BIND ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
ARGS ?=

BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes
PIP_COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header

help:
	@sed -n 's/^#   //p' Makefile

# --- what people run ----------------------------------------------------------------------------------------------
demo: export PASTORAL_DEMO = 1
demo: system-demo .venv/.base-ready static/node_modules/.ready
	@exec $(BIN)/python manage.py demo --bind "$(BIND)" --port "$(PORT)"

# The tests' servers live apart from the demo's, and do not wait for the disk.
test lint: export PASTORAL_VAR ?= var/test
test lint: export PASTORAL_THROWAWAY = 1
test: setup
	@exec $(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

setup: system-test .venv/.dev-ready static/node_modules/.ready

lint: .venv/.dev-ready static/node_modules/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	@echo 'manage.py check --deploy, with the production settings'
	@DJANGO_SETTINGS_MODULE=pastoral.settings.production \
	  SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	  DATABASE_URL=postgres://nobody@localhost/nothing REDIS_URL=redis://localhost \
	  ALLOWED_HOSTS=pastoral.school.example SITE_URL=https://pastoral.school.example MAIL_HOST=localhost \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

# --- what that needs ----------------------------------------------------------------------------------------------
system-demo: $(BIN)/python
	@$(BIN)/python .ci/system_packages.py pango

system-test: $(BIN)/python
	@$(BIN)/python .ci/system_packages.py pango chromium

$(BIN)/python:
	@for python in $$PYTHON python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    $$python .ci/system_packages.py venv || exit 1; \
	    echo "Making .venv with $$($$python --version)"; \
	    exec $$python -m venv --clear .venv; \
	  fi; \
	done; \
	echo 'Python 3.11 or newer is needed, and none was found. Type: make PYTHON=/path/to/python3.11' >&2; exit 1

.venv/.base-ready: requirements/base.txt | $(BIN)/python
	@echo 'Installing the Python packages (about a minute, once)'
	@$(PIP_INSTALL) -r $<
	@touch $@

# dev.txt holds all of base.txt too, at the same versions.
.venv/.dev-ready: requirements/dev.txt | $(BIN)/python
	@echo 'Installing the Python packages, those for development too (about a minute, once)'
	@$(PIP_INSTALL) -r $<
	@touch .venv/.base-ready $@

static/node_modules/.ready: static/package.json static/package-lock.json static/.npmrc | .venv/.base-ready
	@echo 'Fetching the static packages'
	@cd static && ../.ci/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# --- housekeeping -------------------------------------------------------------------------------------------------
lock: .venv/.dev-ready
	$(PIP_COMPILE) pyproject.toml --output-file requirements/base.txt
	$(PIP_COMPILE) pyproject.toml --extra dev --constraint requirements/base.txt --output-file requirements/dev.txt
	cd static && ../.ci/npm install --package-lock-only --ignore-scripts --loglevel=error

clean:
	rm -rf .venv static/node_modules staticfiles test-results
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
