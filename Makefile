# JetBridge: every target with a line of help is meant for people; `make help` lists them.
VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
ARGS ?=
# Tests start Python some hundred times: what it compiled is kept, in a place that leaves the tree clean.
KEPT := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/$(VENV)/pycache

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run worker beat test test-kill check house bench soak screenshots

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)$$/  make \1\t\2/' | expand -t 22

setup: $(STAMP) ## Make .venv with what the panel runs on (requirements.lock)

setup-dev: $(DEV_STAMP) ## Add the tools for tests and checks (requirements-dev.lock)

$(STAMP): requirements.lock
	@sh .ci/make-venv $(VENV) requirements.lock
	@touch $(STAMP)

# A virtualenv that was made anew has lost its tools with its stamps: they follow the first stamp.
$(DEV_STAMP): requirements-dev.lock $(STAMP)
	@sh .ci/make-venv $(VENV) requirements-dev.lock
	@touch $(DEV_STAMP)

run: setup ## Start the panel, its worker and Jet's sandbox (ARGS="--port 8000 ...")
	@exec $(PYTHON) manage.py up $(ARGS)

worker: setup ## Start a worker alone
	@$(PYTHON) manage.py migrate --check >/dev/null || { echo "The database is not up to date: run $(PYTHON) manage.py migrate."; exit 1; }
	@exec $(PYTHON) manage.py worker

beat: setup ## Start the schedule alone
	@exec $(PYTHON) -m celery -A jetbridge beat -l INFO --pidfile=

test: setup-dev ## Run the tests in parallel (ARGS="-n 0 tests/core" for some; DATABASE_URL and REDIS_URL choose servers)
	@$(KEPT) $(PYTHON) -m pytest -m "not kill" -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

test-kill: setup-dev ## Run the long tests that kill processes between two lines
	@$(KEPT) $(PYTHON) -m pytest -m kill $(ARGS)

check: setup-dev ## Lint, types, import contracts, missing migrations, the house's ceilings
	@status=0; \
	$(VENV)/bin/ruff check . || status=1; \
	$(VENV)/bin/ruff format --check . || status=1; \
	$(VENV)/bin/mypy || status=1; \
	$(VENV)/bin/lint-imports || status=1; \
	$(PYTHON) manage.py makemigrations --check --dry-run || status=1; \
	$(PYTHON) .ci/house.py --check || status=1; \
	exit $$status

house: setup-dev ## Measure the house against its ceilings (ARGS=--verbose: what is behind each)
	@$(PYTHON) .ci/house.py $(ARGS)

bench: setup-dev ## Run every benchmark, one after the other
	@status=0; for file in $$(ls bench/*.py | grep -v soak); do echo "== $$file"; $(PYTHON) $$file || status=$$?; done; exit $$status

soak: setup-dev ## Let a compressed week pass in 20 minutes and show what grows
	@$(PYTHON) bench/soak.py

screenshots: setup-dev ## Draw docs/images from a running demo with Chromium
	@$(PYTHON) manage.py screenshots $(ARGS)
