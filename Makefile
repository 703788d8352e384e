# Two commands a newcomer needs: `make demo` and `make test`. Both install what they need into .venv.
VENV   ?= .venv
PYTHON ?= python3
BIN    := $(VENV)/bin
UV     := $(BIN)/uv

.DEFAULT_GOAL := help
.PHONY: help demo serve worker test test-fast test-postgres test-journeys test-slow test-spark check format bench docs lock

help:  ## Say what each command does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "UntilYes needs Python 3.11 or newer; this is $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Could not create $(VENV). On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt

# The marker files say which lock file the environment was last brought in line with.
$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(UV)
	@test -f $(VENV)/.dev || $(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/runtime.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(UV)
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.runtime $@

demo: $(VENV)/.runtime  ## Load a simulated company and open it at http://localhost:8000
	@$(BIN)/untilyes demo

serve: $(VENV)/.runtime  ## Serve your own workspace (web and worker)
	@$(BIN)/untilyes serve

worker: $(VENV)/.runtime  ## Run the worker alone, for `untilyes serve --without-worker`
	@$(BIN)/untilyes worker

# PostgreSQL first, so that the last line printed tells of the whole suite with its browser journeys.
test: $(VENV)/.dev test-postgres  ## Test everything but the simulations, on PostgreSQL and on SQLite, journeys included
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not slow"

test-fast: $(VENV)/.dev  ## Test on SQLite without browser journeys: the run while you work
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not slow and not journey"

test-postgres: $(VENV)/.dev  ## Test the rooms that touch the database on a PostgreSQL started for the run
	@$(BIN)/python -m tests.postgres -q -n 2 --dist worksteal -m "not slow and not journey" --only-database

test-journeys: $(VENV)/.dev  ## Walk the stories through a real browser
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m pytest -q -m "journey and not slow"

test-slow: $(VENV)/.dev  ## Run the simulations and the killings of the worker
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m slow

# In an environment of its own: Spark is half a gigabyte that nothing else needs.
$(VENV)-spark/.dev: requirements/dev.txt requirements/spark.txt pyproject.toml | $(UV)
	@$(PYTHON) -m venv $(VENV)-spark
	@$(UV) pip sync --quiet --python $(VENV)-spark/bin/python --require-hashes requirements/dev.txt requirements/spark.txt
	@$(UV) pip install --quiet --python $(VENV)-spark/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

test-spark: $(VENV)-spark/.dev  ## Ask Spark what is asked of DuckDB, and hold the answers against each other (needs Java 17)
	@$(VENV)-spark/bin/python -m pytest -q tests/engines

check: $(VENV)/.dev  ## Check format, lint, types and floors
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy src tests bench
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python manage.py makemigrations --check --dry-run

format: $(VENV)/.dev  ## Bring the code into its format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.dev  ## Measure speed and statistics, in ratios to a yardstick of the same run
	@$(BIN)/python -m bench

docs: $(VENV)/.dev  ## Write the generated reference pages anew
	@$(BIN)/python -m untilyes.config.reference docs/reference

lock:  ## Resolve the lock files anew (no index address is written into them)
	@for set in uv spark runtime dev; do \
	  case $$set in uv|spark) src=requirements/$$set.in; extra= ;; runtime) src=pyproject.toml; extra="--group build" ;; dev) src=pyproject.toml; extra="--group build --group dev" ;; esac; \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command "make lock" $$extra $$src -o requirements/$$set.txt || exit 1; done
