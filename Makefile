# Two commands for a newcomer: `make demo` and `make test`. The environment makes itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock"
OLDEST ?= out/oldest
FUZZ_SECONDS ?= 600
FUZZ_SEED ?= 0
SIDE_BY_SIDE := -n logical --dist loadfile --no-loadscope-reorder
TEST_TOOLS := geoparquet-validator hypothesis ipykernel "moto[server,s3]" nbclient nbformat openpyxl psutil pytest pytest-randomly pytest-socket pytest-timeout pytest-xdist rio-cogeo s3fs websockets

.PHONY: help demo test check gates oldest bench whole power fuzz faults services jupyterlab docs references lock clean

help: ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

demo: $(VENV)/runtime.stamp ## Screen the Atacama: ranked targets, a map, files for GIS
	$(BIN)/prospector screen layers/atacama --out out/atacama

test: $(VENV)/dev.stamp ## Run the tests
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

check: gates test ## Run every gate and the tests

gates: $(VENV)/dev.stamp ## Run the gates: lint, format, types, imports, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

oldest: ## Run the tests, without browsers, with the oldest versions that are claimed
	$(PYTHON) -m venv $(OLDEST)
	$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --prefer-binary -r tests/oldest.txt $(TEST_TOOLS)
	$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	$(OLDEST)/bin/python -m pytest $(SIDE_BY_SIDE) --ignore=tests/browser -W ignore::DeprecationWarning -W ignore::FutureWarning

bench: $(VENV)/dev.stamp ## Run the benchmarks: ratios within one run, about an hour
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	$(BIN)/python tests/benchmarks/bench_distance.py tests/benchmarks/distance.json
	$(BIN)/python tests/benchmarks/bench_screening.py tests/benchmarks/screening.json
	$(BIN)/python tests/benchmarks/bench_map.py tests/benchmarks/map.json
	$(BIN)/python tests/benchmarks/bench_outputs.py tests/benchmarks/outputs.json
	$(BIN)/python tests/benchmarks/bench_concessions.py tests/benchmarks/concessions.json
	$(BIN)/python tests/benchmarks/bench_national.py tests/benchmarks/national.json
	$(BIN)/python tests/benchmarks/bench_validation.py tests/benchmarks/validation.json
	$(BIN)/python tests/benchmarks/bench_estimators.py tests/benchmarks/estimators.json

whole: $(VENV)/dev.stamp ## Screen 333 million cells with 20 evidence layers to the end, about forty minutes on two cores
	$(BIN)/python tests/benchmarks/bench_screening.py tests/benchmarks/screening.json whole

power: $(VENV)/dev.stamp ## Simulate what a test of skill can see, about half an hour; the table goes to prospector/validation/power_table.py
	OMP_NUM_THREADS=1 $(BIN)/python tests/power.py prospector/validation/power_table.py

fuzz: $(VENV)/dev.stamp ## Read 330 malformed inputs, and more until FUZZ_SECONDS are over
	$(BIN)/python tests/fuzz.py --seed $(FUZZ_SEED) --seconds $(FUZZ_SECONDS)

faults: $(VENV)/dev.stamp ## Kill, fill, damage and limit runs, about an hour; the counts go to tests/faults.json
	$(BIN)/python tests/faults.py --write tests/faults.json

services: $(VENV)/dev.stamp ## Fetch from stand-ins of services with every fault, and large layers, some minutes
	SERVICES=long $(BIN)/python -m pytest -p no:randomly tests/sources

jupyterlab: $(VENV)/dev.stamp ## Install JupyterLab and open the map in it, about a minute
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --prefer-binary jupyterlab
	$(BIN)/python -m pytest -p no:randomly tests/browser/test_jupyterlab.py

docs: $(VENV)/dev.stamp ## Build the documents as a site that works offline: out/site/index.html
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --jobs auto -b html -c docs . out/site

references: $(VENV)/dev.stamp ## Write the tables of docs/ that are made from the code
	PYTHONPATH=tests $(BIN)/python tests/reference/made_pages.py
	PYTHONPATH=tests $(BIN)/python tests/sources/made_tables.py
	PYTHONPATH=tests $(BIN)/python tests/region/law_tables.py

lock: $(VENV)/dev.stamp ## Resolve the dependencies again
	$(BIN)/pip install --quiet uv
	$(COMPILE) --upgrade pyproject.toml -o requirements.txt
	$(COMPILE) --upgrade pyproject.toml --group dev -o requirements-dev.txt
	$(COMPILE) --upgrade pyproject.toml --group bench -o requirements-bench.txt

clean: ## Remove the environment and the outputs
	rm -rf $(VENV) out

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		(echo "prospector needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 2)
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
