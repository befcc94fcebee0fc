# Everything here works from a fresh clone with nothing but Python 3.11 or later; `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help demo test prepared lint format bench calibrate docs neo4j wheel clean run-env dev-env

# A made-up market's size as a part of the real one: 1 is 2 million referrals and 3 million invoices.
SCALE ?= 0.1
SEED ?= 20080228
# Simulated markets a line of the calibration's table.
MARKETS ?= 1000
# More for pytest, such as ARGS="-k payment" or ARGS=--no-skips.
ARGS ?=

BIN := .venv/bin
DEMO := demo

help: ## this list
	@sed -n 's/^\([a-z0-9]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

demo: run-env ## a made-up market, loaded and swept, and its report to open
	@rm -rf $(DEMO)
	@$(BIN)/chaingraph demo $(DEMO)/market
	@$(BIN)/chaingraph --market $(DEMO)/.chaingraph load $(DEMO)/market
	@$(BIN)/chaingraph --market $(DEMO)/.chaingraph sweep --format html -o $(DEMO)/report.html
	@$(BIN)/python -c 'from pathlib import Path; print("\nOpen", Path("$(DEMO)/report.html").resolve().as_uri())'

# The types are checked while the server's artifacts come over the network.
test: dev-env ## lint, types and every test, on both engines
	@$(MAKE) --no-print-directory -j 2 lint prepared
	$(BIN)/pytest -n 2 $(ARGS)

prepared: dev-env
	@scripts/prepare-neo4j

lint: dev-env ## style, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@git ls-files -z 2>/dev/null | xargs -0 $(BIN)/python scripts/hygiene.py

format: dev-env ## put the code into its format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: dev-env ## load and sweep timed beside DuckDB and Neo4j (SCALE=0.1; NEO4J=no leaves the server out)
	$(if $(filter no,$(NEO4J)),,@scripts/prepare-neo4j)
	$(BIN)/python benchmarks/bench.py --scale $(SCALE) $(if $(filter no,$(NEO4J)),,--neo4j)

calibrate: dev-env ## error rates of the statistical rules on simulated markets (MARKETS=1000 SEED=20080228)
	$(BIN)/python benchmarks/calibrate.py --markets $(MARKETS) --seed $(SEED) -o docs/calibration.md

docs: dev-env ## the generated pages, written anew
	$(BIN)/python -m scripts.docs

neo4j: dev-env ## a Neo4j server on this machine, to work against
	@scripts/prepare-neo4j
	$(BIN)/python tools/neo4j/server.py start

wheel: dev-env ## the wheel, in dist/
	$(BIN)/python -m hatchling build -t wheel

clean: ## remove whatever make made, the environment too
	rm -rf .venv $(DEMO) build dist .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

run-env:
	@scripts/bootstrap run

dev-env:
	@scripts/bootstrap dev
