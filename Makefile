# The one place that knows how to install, run, test and measure. `make` alone lists what there is.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-load bench-model demo screenshots requirements clean

help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

run: $(VENV)/installed ## Install what is missing, then start web and worker; PORT and HABIT_COACH_DATA choose where
	@python -m habit_coach prepare
	@honcho start; code=$$?; [ $$code -eq 130 ] || exit $$code  # Ctrl-C is how it is meant to end

demo: $(VENV)/installed ## Add an account with a believable year: demo@example.com
	@python -m habit_coach migrate
	@python -m habit_coach demo

test: $(VENV)/installed-dev ## Run every test, a real browser included
	@scripts/browser
	@pytest

check: $(VENV)/installed-dev ## Linters, types, layer contracts
	ruff check .
	ruff format --check .
	mypy
	lint-imports

bench: $(VENV)/installed-dev ## Measure the app against its floors, and write docs/performance.md
	@scripts/browser
	@python -m bench

bench-load: $(VENV)/installed-dev ## Put open pages and scripts on PostgreSQL and Redis, for a minute; docs/load.md
	@python -m bench.load

bench-model: $(VENV)/installed-dev ## Measure the predictions on a long table: DATA=path
	@PYTHONPATH=. python bench/model.py $(DATA) --exclude-category wear

screenshots: $(VENV)/installed-dev ## Write every page of a demo account into screenshots/
	@scripts/browser
	@python scripts/screenshots

requirements: $(VENV)/installed-dev ## Pin what pyproject.toml asks for
	@scripts/requirements

clean: ## Remove everything that was built or installed; data/ stays
	rm -rf $(VENV) .web .states .mypy_cache .pytest_cache .ruff_cache

$(VENV)/installed: requirements.txt
	@$(PYTHON) scripts/install.py requirements.txt $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(PYTHON) scripts/install.py requirements-dev.txt $@
