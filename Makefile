# run: serve the demo · test: all that CI runs · check: format, lint, types, architecture · bench: speed beside its baselines and peers
.PHONY: run test check bench format

PYTHON := .venv/bin/python
WORKERS ?= 2

run:
	@scripts/setup.sh run
	@exec .venv/bin/geo-service serve --demo

# in the order of the folders: what takes long in one file comes first, and no worker waits for it at the end
test: check
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder --ignore tests/architecture

check:
	@scripts/setup.sh test
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports >.make/lint-imports.txt || { cat .make/lint-imports.txt; exit 1; }
	@$(PYTHON) -m pytest tests/architecture

bench:
	@scripts/setup.sh test
	@scripts/peers.sh
	@$(PYTHON) -m tests.benchmarks --write docs/benchmarks.md

format:
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
