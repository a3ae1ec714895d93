# flaskfast's commands; `make help` lists them.
#
# They work in a virtual environment of the tree's own, $(VENV), which is made when it is first
# needed and brought up to date when the lock file or a source of the compiled kernels changes.

PYTHON ?= python3
VENV ?= .venv
APP ?= notes:create_app()
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 1
SUITE ?= flask
MAPS ?= 1000000
# Which benchmarks, by comma (none: all of them), which one to profile, and where charts go.
ONLY ?=
SCENARIO ?= hello
CHARTS ?= build/bench
# Which of pyproject.toml's extras tests need; `unit` is enough for `make test-fast`.
EXTRAS ?= test
# Everything else that pytest, the conformance runner or the benchmarks should be told.
ARGS ?=

PY := $(abspath $(VENV))/bin/python
# What pip says goes to a log, which is shown when it fails.
PIP := sh -c '$(PY) -m pip "$$@" >$(VENV)/pip.log 2>&1 || { cat $(VENV)/pip.log >&2; exit 1; }' pip
LOCK := requirements/ci.lock
INSTALLED := $(VENV)/.installed
BUILT := $(VENV)/.built
BENCH := $(VENV)/.bench
KERNEL_SOURCES := setup.py $(wildcard csrc/*.[ch] flaskfast/_native/*.p[yx]* flaskfast/_py/*.py flaskfast/_version.py)
FLAVOURS ?= native python
FAST := not served and not slow and not install

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-fast test-slow test-c fuzz \
	conformance conformance-quick conformance-all \
	served agents journeys integration differential \
	soak-routing lint build clean \
	bench bench-served bench-elsewhere bench-startup bench-gate bench-ratchet bench-publish bench-pages profile

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  Variables: PYTHON=$(PYTHON) VENV=$(VENV) APP='$(APP)' HOST=$(HOST) PORT=$(PORT)"
	@echo "             WORKERS=$(WORKERS) SUITE=$(SUITE) ONLY=hello,json SCENARIO=$(SCENARIO) ARGS=..."

# --- the environment

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.10 or \
	newer, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "$(PYTHON) is older \
	than 3.10. Name a newer one: make PYTHON=/path/to/python3 VENV=another/folder" >&2; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "No virtual environment \
	can be made: Debian and Ubuntu have that in a package, python3-venv." >&2; exit 1; }
	@touch $@

# The lock is of one version of Python; others get the ranges of pyproject.toml.
$(INSTALLED): $(VENV)/.made pyproject.toml $(LOCK)
	@echo "Installing what flaskfast needs into $(VENV)"
	@version=$$($(PY) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	if grep -q "(Python $$version)" $(LOCK); then $(PIP) install -q -r $(LOCK); \
	else $(PIP) install -q build setuptools "Cython>=3.1,<4"; fi
	@FLASKFAST_BUILD=python $(PIP) install -q -e ".[$(EXTRAS)]"
	@touch $@

$(BUILT): $(INSTALLED) setup.py $(KERNEL_SOURCES)
	@echo "Building the compiled kernels"
	@$(PY) -W ignore setup.py -q build_ext --inplace
	@if ls flaskfast/_native/*.so >/dev/null 2>&1; then touch $@; fi  # else try again next time

$(BENCH): $(BUILT)
	@FLASKFAST_BUILD=python $(PIP) install -q -e ".[bench]"
	@touch $@

# --- what people come for

demo: $(BUILT)  ## serve the example on 127.0.0.1:8000 (PORT=8001, APP=httpbin:app)
ifeq ($(APP),notes:create_app())
	@cd examples && $(PY) -m flaskfast --app notes init-db --sample
	@echo "Log in as demo, password demo, or register."
endif
	@echo "Ctrl-C stops the server. Another port: make demo PORT=8001. Another app: APP=module:name."
	@cd examples && exec $(PY) -m flaskfast serve '$(APP)' \
	  --host $(HOST) --port $(PORT) --workers $(WORKERS)

test: $(BUILT) test-c  ## run the tests, on the compiled kernels and on the Python ones
	FLASKFAST_KERNELS=native $(PY) -m pytest -m "not slow" $(ARGS)
	FLASKFAST_KERNELS=python $(PY) -m pytest -m "not slow and not install and not flavourless" $(ARGS)

test-fast: $(BUILT)  ## the same without servers, installs and C: while working (FLAVOURS=native)
	set -e; also=; for flavour in $(FLAVOURS); do FLASKFAST_KERNELS=$$flavour \
	$(PY) -m pytest -m "$(FAST)$$also" $(ARGS); also=" and not flavourless"; done

test-slow: $(BUILT)  ## what `make test` leaves out: all servers, long sweeps (many minutes)
	set -e; for flavour in $(FLAVOURS); do \
	FLASKFAST_KERNELS=$$flavour $(PY) -m pytest -m slow $(ARGS); \
	FLASKFAST_KERNELS=$$flavour $(PY) -m pytest tests/verify tests/doctor tests/differential; done

test-c:  ## test the C kernels alone, under address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory -C tests/csrc test

fuzz:  ## fuzz each C kernel for FUZZ_SECONDS=10, under the same sanitizers (needs clang)
	@$(MAKE) --no-print-directory -C tests/csrc fuzz

lint: $(BUILT)  ## ruff, formatting, mypy --strict
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m mypy --strict examples/notes

build: $(INSTALLED)  ## compile the kernels anew; wheel and sdist into dist/
	$(PY) -W ignore setup.py -q build_ext --inplace --force
	@touch $(BUILT)
	$(PY) -m build

# --- other projects' judgement

conformance: $(BUILT)  ## run another project's test-suite on flaskfast (SUITE=flask)
	$(PY) -m tests.conformance $(SUITE) $(ARGS)

conformance-quick: SUITE = extensions-quick
conformance-quick: conformance  ## run the extensions' suites that take seconds

conformance-all: SUITE = all
conformance-all: ARGS += --document docs/extensions.md
conformance-all: conformance  ## run all of them, and write the table in docs/extensions.md

served: $(BUILT)  ## compare apps on five servers with genuine Flask, answer by answer, both flavours
	$(PY) -m pytest tests/served $(ARGS)

agents: $(BUILT)  ## compare what tracing agents record with what they record of genuine Flask
	$(PY) -m pytest tests/agents $(ARGS)

journeys: $(BUILT)  ## visit real applications on both; one visit by a browser (Debian: chromium)
	$(PY) -m pytest tests/journeys $(ARGS)

integration: $(BUILT)  ## Celery, SQLAlchemy, sessions: on real Redis and PostgreSQL servers
	$(PY) -m pytest tests/integration $(ARGS)

differential: $(BUILT)  ## compare thousands of made-up apps with genuine Flask (ARGS=10000)
	FLASKFAST_KERNELS=native $(PY) -m tests.differential $(ARGS)
	FLASKFAST_KERNELS=python $(PY) -m tests.differential $(ARGS)

soak-routing: $(BUILT)  ## compare a million made-up URL maps with Werkzeug's, both flavours (MAPS=1000)
	set -e; for flavour in $(FLAVOURS); do FLASKFAST_KERNELS=$$flavour \
	FLASKFAST_ROUTING_MAPS=$(MAPS) $(PY) -m pytest -n auto --dist load $(ARGS) \
	  tests/routing/test_like_werkzeug.py; done

# --- speed

bench: $(BENCH)  ## measure everything against Flask and its peers (ONLY=hello,kernel)
	@mkdir -p $(CHARTS)
	$(PY) -m benchmarks run --only '$(ONLY)' --save $(CHARTS)/results.json \
	  --markdown $(CHARTS)/table.md --charts $(CHARTS) $(ARGS)

bench-served: $(BENCH)  ## load real servers by wrk: requests/s, p50, p99, errors
	$(PY) -m benchmarks served --only '$(ONLY)' $(ARGS)

bench-elsewhere: $(BUILT)  ## compare views that nothing was tuned by with Flask (ONLY=nested)
	$(PY) -m benchmarks elsewhere --only '$(ONLY)' $(ARGS)

bench-startup: $(BUILT)  ## measure imports, memory, and the registration of 10,000 rules
	$(PY) -m benchmarks startup --only '$(ONLY)' $(ARGS)

bench-gate: $(BUILT)  ## fail where a request takes more instructions than budgeted (valgrind)
	$(PY) -m benchmarks gate --only '$(ONLY)' $(ARGS)

bench-ratchet: $(BUILT)  ## write what was gained into the budget
	$(PY) -m benchmarks ratchet --only '$(ONLY)' $(ARGS)

bench-publish: $(BENCH)  ## measure everything, put it into README, docs/performance.md, docs/charts
	@mkdir -p $(CHARTS)
	-$(PY) -m benchmarks run --only '$(ONLY)' --save $(CHARTS)/results.json $(ARGS)
	-$(PY) -m benchmarks served --rounds 2 --seconds 2 --markdown $(CHARTS)/served.md
	-$(PY) -m benchmarks startup --markdown $(CHARTS)/startup.md
	$(MAKE) --no-print-directory bench-pages

bench-pages: $(BENCH)  ## the same, of what was measured last
	$(PY) -m benchmarks publish $(CHARTS)/results.json \
	  --table "On real servers" $(CHARTS)/served.md --table "Start-up" $(CHARTS)/startup.md

profile: $(BUILT)  ## instructions per Python and native function of SCENARIO=hello (valgrind)
	$(PY) -m benchmarks profile '$(SCENARIO)' $(ARGS)

clean:  ## remove what builds and runs leave behind, except the environment
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis flaskfast/_native/*.so
	rm -f $(BUILT)
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +
