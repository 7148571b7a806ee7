# Every command there is. `make` alone lists them.

BIN := .venv/bin
PORT ?= 8080
SAMVIRKE_DATA ?= $(CURDIR)/var
# Two more than cores: they work while suites under test, and servers, are waited for.
TEST_WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
export PORT SAMVIRKE_DATA EXAMPLE
# What Python has compiled is kept even where somebody's shell says otherwise: processes start by the hundred here.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test test-long test-compose prove mutants mutants-rules bench lint format check up down docs lock

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make the environment for development from the lock file
	@deploy/bootstrap dev

run: ## Start the suite here, without any server: PORT=8080 SAMVIRKE_DATA=./var EXAMPLE=1
	@deploy/bootstrap
	@$(BIN)/samvirke serve

test: setup ## Run every test that needs no image of ours, 3 to 5 minutes on two cores; PYTEST="-k fees -x" is passed on
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup $(PYTEST)

test-long: setup ## Run the long form of the proofs: both ways, more commands, more examples; 6 to 9 minutes
	@PROPERTY_EXAMPLES=40 HOSTILE_THINNING=4 $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup -m "long or sampled" $(PYTEST)

test-compose: setup ## Run the journey through docker-compose.yml
	@$(BIN)/python -m pytest -m compose tests/e2e $(PYTEST)

bench: ## Measure beside peers and limits: SIZE=1000000 ROUNDS=5 ROWS=append,read JSON=run.json PLOTS=folder
	@deploy/bootstrap bench
	@.venv-bench/bin/python -m tests.bench $(if $(SIZE),--size $(SIZE)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(ROWS),--rows $(ROWS)) $(if $(JSON),--json $(JSON)) $(if $(PLOTS),--plots $(PLOTS))

# Without FAULTS each way ends within six minutes; the long run is FAULTS=10000 HEAVY=200.
PROVE = $(BIN)/samvirke prove --faults $(or $(FAULTS),400) $(if $(FAULTS),,--minutes 5) \
	$(if $(SEED),--seed $(SEED)) $(if $(HEAVY),--heavy $(HEAVY))

prove: setup ## Break a spare installation, both ways: FAULTS=400 HEAVY=20 SEED=1 REPORT=folder
	@$(PROVE) $(if $(REPORT),--json $(REPORT)/embedded.json --report $(REPORT)/embedded.md)
	@$(PROVE) --servers $(if $(REPORT),--json $(REPORT)/servers.json --report $(REPORT)/servers.md)

mutants: setup ## Switch every mechanism off in turn and see which test misses it: ONLY=fencing JOBS=2
	@$(BIN)/python -m tests.mutants $(foreach word,$(ONLY),--only $(word)) $(if $(JOBS),--jobs $(JOBS))

mutants-rules: setup ## Change the rules bit by bit and see whether their tests notice: ONLY=fees
	@$(BIN)/python -m tests.mutants.rules $(if $(ONLY),--only "$(ONLY)")

lint: setup ## Check style, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup ## Format the code and mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

check: lint test ## What must be green before a commit; test-long before a change of a mechanism

up: ## Start everything in containers, as in production
	docker compose up -d --build --wait

down: ## Stop the containers; what they stored stays
	docker compose down

docs: setup ## Write docs/events.md and the OpenAPI documents from the code
	@$(BIN)/python -m deploy.samvirke.documents

lock: setup ## Resolve the dependencies of pyproject.toml into the lock files (needs uv)
	uv pip compile pyproject.toml -o requirements.lock $(LOCK)
	uv pip compile pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock $(LOCK)
	uv pip compile pyproject.toml --group bench -c requirements-dev.lock -o requirements-bench.lock $(LOCK)

# For every platform and Python we run on; the file names no download address.
LOCK := -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
