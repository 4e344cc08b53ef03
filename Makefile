# Folkmoot. `make` alone lists what there is.
PORT ?= 8000
# One more than two cores: many tests wait for a server or a browser.
WORKERS ?= 3
PYTHON := .venv/bin/python
TESTS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check bench shots lock format clean setup setup-tests

help:  ## Say what there is
	@echo "Folkmoot. What make can do:"
	@sed -n 's/^\([a-z][a-z-]*\):.*  ## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

setup:
	@python="$$(sh scripts/find_python.sh)" && "$$python" scripts/bootstrap.py run

setup-tests:
	@python="$$(sh scripts/find_python.sh)" && "$$python" scripts/bootstrap.py run test

run: setup  ## Set everything up, load the demo and serve it: make run [PORT=8000]
	@exec $(PYTHON) scripts/run.py --port $(PORT)

test: setup-tests  ## Run every test, in the browser and on PostgreSQL and Valkey too: make test [TESTS=tests/forum]
	@exec sh scripts/test.sh $(WORKERS) $(TESTS)

check: setup-tests  ## Lint, types, import contracts, migrations, templates, dependencies
	@exec $(PYTHON) scripts/check.py

format: setup-tests  ## Put Python and templates in the shape `check` wants
	@$(PYTHON) scripts/check.py --fix

bench: setup-tests  ## Measure speed against the goals: make bench [BENCH_SCALE=20000]
	@exec $(PYTHON) -m bench

shots: setup-tests  ## Save pictures of every main page to var/shots/
	@exec $(PYTHON) scripts/shots.py

lock: setup-tests  ## Choose the newest allowed versions and write them down (needs uv)
	@sh scripts/lock.sh

clean:  ## Remove what was installed and made, but not the data in var/
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/static var/tests var/stamps.json
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Gone. The site's own data is still in var/; remove that folder to start afresh."
