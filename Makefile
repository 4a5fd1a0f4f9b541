# The two commands a fresh machine needs: `make demo` and `make test`. `make help` lists the rest.
# uv is used when present and bootstrapped into .uv/ when absent, so Python 3.11+ and make are enough.
SHELL := /bin/bash
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
BIN := .venv/bin
INSTALLED := .venv/.installed
export UV_COMPILE_BYTECODE := 1
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help setup demo test ci-more test-long contracts source lint docs site bench lock sbom clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.uv/bin/uv:
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check uv

$(INSTALLED): requirements.lock pyproject.toml | $(filter .uv/bin/uv,$(UV))
	test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(INSTALLED) ## install the locked packages into .venv

demo: $(INSTALLED) ## a generated town through the whole pipeline, no credentials; ends by naming the files to open
	$(BIN)/kehila demo

test: lint ## lint, types, import rules, then everything CI runs
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q

ci-more: $(INSTALLED) ## what `test` skips on a bare machine: browser, guards, documents, deployment; installs what it can
	$(BIN)/python -m tests.more

test-long: $(INSTALLED) ## the long promises: kill -9 at 200 instants, large corpora, the orchestrator
	$(BIN)/python -m pytest -q -m long

contracts: $(INSTALLED) ## collectors against mock servers of the services' own specifications (needs Node.js 18+)
	$(BIN)/python -m tests.contract.official

source: $(INSTALLED) ## NAME=x: a new service as a copy of the model, with stand-in, case and tests; says what is left
	$(BIN)/python -m tests.new_source $(NAME)

lint: $(INSTALLED) ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(INSTALLED) ## write the generated pages again (a test compares them with the code)
	$(BIN)/kehila docs

bench: $(INSTALLED) ## benchmarks, as ratios to a peer or a limit in the same run
	$(BIN)/python -m tests.bench

lock: $(INSTALLED) ## resolve the dependencies again
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --group dev --upgrade pyproject.toml -o requirements.lock

SBOM_TOOL := cyclonedx-bom==7.5.0
.sbom/$(SBOM_TOOL): | $(filter .uv/bin/uv,$(UV))
	$(UV) venv --quiet --clear --python $(PYTHON) .sbom
	$(UV) pip install --quiet --python .sbom/bin/python $(SBOM_TOOL)
	@touch $@

# The tool has an environment of its own; it reads what is installed here and asks nobody.
site: $(INSTALLED) ## the documentation as a site that needs no network, in docs/_build
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build

sbom: $(INSTALLED) .sbom/$(SBOM_TOOL) ## write kehila.cdx.json, what is locked and installed with its licences (CycloneDX 1.6)
	.sbom/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --short-PURLs --output-reproducible \
	  --spec-version 1.6 --output-file kehila.cdx.json
	$(BIN)/python -m tests.sbom kehila.cdx.json

clean: ## remove what the commands made
	rm -rf .venv .uv .sbom docs/_build kehila.cdx.json demo-town .pytest_cache .mypy_cache .ruff_cache .hypothesis
