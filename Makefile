# MNIST Studio. `make` alone lists what can be asked for.

# Which build of TensorFlow: `tensorflow`, or on Linux x86-64 also `tensorflow-cpu`.
# Unless told, we stay with the one that is installed.
INSTALLED := $(firstword $(patsubst .venv/installed-%,%,$(wildcard .venv/installed-*)))
TENSORFLOW ?= $(or $(INSTALLED),tensorflow)

# Measured on Linux x86-64 with Python 3.11 and 3.13.
COST_tensorflow := about 750 MB to download, 2.7 GB on disk (less on a Mac)
COST_tensorflow-cpu := about 450 MB to download, 2.2 GB on disk
ifndef COST_$(TENSORFLOW)
$(error TENSORFLOW is tensorflow or tensorflow-cpu, not "$(TENSORFLOW)")
endif

# What is installed: everything down to the last package, each file known by its hash.
LOCK_tensorflow := requirements.lock
LOCK_tensorflow-cpu := requirements-cpu.lock

RUN := .venv/bin/python -m
PIP_INSTALL := $(RUN) pip install --disable-pip-version-check
UV_VERSION := 0.13.9

# One lock for Linux and macOS, and for all three versions of Python.
LOCK = $(RUN) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --annotation-style line \
    --custom-compile-command 'make lock' $(LOCK_ARGS)

# These two files are touched last, so a set-up that was cut short is not taken for done.
APP_READY := .venv/installed-$(TENSORFLOW)
TESTS_READY := .venv/tests-installed

# Ray has an environment of its own, on top of the other: few need it. With MNIST_RAY set
# the app runs in that one.
CLUSTER_READY := .venv-cluster/installed
RUN_CLUSTER := .venv-cluster/bin/python -m
SERVE = $(if $(MNIST_RAY),$(RUN_CLUSTER),$(RUN))
SERVED = $(if $(MNIST_RAY),$(CLUSTER_READY),$(APP_READY))
BENCH = $(if $(findstring cluster,$(ROWS)),$(RUN_CLUSTER),$(RUN))
BENCHED = $(if $(findstring cluster,$(ROWS)),$(CLUSTER_READY))
# Only who has the token may join a cluster or have it do something.
export RAY_AUTH_MODE ?= token
export RAY_USAGE_STATS_ENABLED ?= 0

# What runs together and what runs first, tests/conftest.py says. Of three at a time, on two
# cores, a page and the training that it watches starved each other.
AT_A_TIME := --numprocesses 2 --dist loadscope --no-loadscope-reorder

# Where Python may not keep what it compiled, each of the many processes compiles it anew.
unexport PYTHONDONTWRITEBYTECODE

# Of every 100 lines and branches, so many are run by a test.
FLOOR_mnist_core := 95
FLOOR_pages := 93

.PHONY: help run share serve install cluster test test-cluster coverage parity lint format lock \
    bench fuzz kill load memory soak screenshots clean

help: ## Show this list
	@awk -F ': *[^#]*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  make run TENSORFLOW=tensorflow-cpu     the smaller build, without GPU (Linux)'
	@echo '  make run PYTHON=/path/to/python3.12    another Python than the first that fits'
	@echo '  make share MNIST_READ_ONLY=0           visitors may train, too'
	@echo '  make test PYTEST_ARGS="tests/data -x"  only some of the tests'

run: $(SERVED) ## Start the app; the first time, set it up as well
	@$(SERVE) streamlit run server.py

# Visitors draw and watch; `make share MNIST_READ_ONLY=0` lets everybody train.
share: $(SERVED) ## Start the app for phones in the local network as well
	@MNIST_READ_ONLY=$(or $(MNIST_READ_ONLY),1) $(SERVE) streamlit run server.py \
	    --server.address 0.0.0.0

# On this machine alone, for a proxy; STREAMLIT_SERVER_ADDRESS=0.0.0.0 lets others in.
serve: $(SERVED) ## Start the app with an HTTP endpoint for programs
	@MNIST_API=1 MNIST_READ_ONLY=$(or $(MNIST_READ_ONLY),1) $(SERVE) streamlit run server.py

install: $(SERVED) ## Set up .venv without starting the app

cluster: $(CLUSTER_READY) ## Start a cluster of three nodes here, to try one
	@$(RUN_CLUSTER) mnist_core.training.local_cluster

test: lint ## Check the code, and run all tests
	@$(RUN) tests.browser.chromium
	@$(RUN) pytest $(AT_A_TIME) $(PYTEST_ARGS)

test-cluster: $(CLUSTER_READY) $(TESTS_READY) ## Test a cluster of three nodes
	@$(RUN_CLUSTER) pytest tests/cluster $(PYTEST_ARGS)

# Tracing takes half as long again. What the browser's journeys run, other tests run, too.
coverage: $(TESTS_READY) ## See which lines and branches the tests run
	@$(RUN) coverage erase
	@$(RUN) coverage run -m pytest $(AT_A_TIME) --ignore tests/browser
	@$(RUN) coverage combine --quiet
	@$(RUN) coverage report --include='mnist_core/*' --fail-under=$(FLOOR_mnist_core)
	@$(RUN) coverage report --include='pages/*' --fail-under=$(FLOOR_pages)

parity: $(TESTS_READY) ## Compare 10,000 readings by the browser with Python's
	@$(RUN) tests.browser.parity

lint: $(TESTS_READY) ## Check style, types, and that imports point down
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@.venv/bin/python .venv/bin/lint-imports

format: $(TESTS_READY) ## Put the style right where a program can
	@$(RUN) ruff check --fix-only .
	@$(RUN) ruff format .

# Pins that still fit stay as they are; `make lock LOCK_ARGS=--upgrade` asks for the newest.
lock: $(APP_READY) ## Write the locks anew, after a change to a requirements file
	$(PIP_INSTALL) --quiet uv==$(UV_VERSION)
	@$(LOCK) requirements.txt -o requirements.lock
	@$(LOCK) requirements.txt requirements-cpu.txt --no-emit-package tensorflow \
	    -c requirements.lock -o requirements-cpu.lock
	@$(LOCK) tests/requirements.txt -c requirements.lock -o tests/requirements.lock
	@$(LOCK) requirements-cluster.txt -c requirements.lock -c tests/requirements.lock \
	    -o requirements-cluster.lock

bench: $(TESTS_READY) $(BENCHED) ## Measure speed and accuracy
	@$(BENCH) benchmarks $(ROWS)

fuzz: $(TESTS_READY) ## Feed odd input to every way in, for an hour
	@$(RUN) reliability fuzz $(and $(MINUTES),--minutes $(MINUTES))

kill: $(TESTS_READY) ## kill -9 at 200 moments: the old is left, or the new
	@$(RUN) reliability kill $(and $(MOMENTS),--moments $(MOMENTS))

load: $(TESTS_READY) ## Fill the room: 30 who draw, then 100 who do nothing
	@$(RUN) reliability load $(and $(MINUTES),--minutes $(MINUTES))

memory: $(TESTS_READY) ## Weigh the server: 20 who draw, 1,000 answers
	@$(RUN) reliability memory $(and $(ANSWERS),--answers $(ANSWERS))

soak: $(TESTS_READY) ## Live through an hour of 8 browsers and 30 other sessions
	@$(RUN) reliability soak $(and $(MINUTES),--minutes $(MINUTES)) \
	    $(and $(BROWSERS),--browsers $(BROWSERS))

screenshots: $(TESTS_READY) ## Take a picture of every page and state, in screenshots/
	@$(RUN) tests.browser.screenshots

clean: ## Remove .venv and caches; your runs and models in var/ stay
	rm -rf .venv .venv-cluster tests/browser/node_modules .coverage .hypothesis .pytest_cache
	rm -rf .ruff_cache .mypy_cache .import_linter_cache
	find . -path ./var -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# A finished .venv is brought up to date; a half-made one, or one with the other build of
# TensorFlow, makes room for a new one: the two builds overwrite each other's files.
# A Python is tried out before it is believed, because version managers leave names on
# the PATH that only print an error.
$(APP_READY): $(LOCK_$(TENSORFLOW))
	@test -f $@ || { \
	    for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	        $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	            2>/dev/null && break; \
	        python=; \
	    done; \
	    if test -z "$$python"; then \
	        echo 'MNIST Studio needs Python 3.11, 3.12 or 3.13, and none was found.'; \
	        echo 'Install one from https://www.python.org/downloads/, or name the one you have:'; \
	        echo '    make $(MAKECMDGOALS) PYTHON=/path/to/python3'; \
	        exit 1; \
	    fi; \
	    echo "Setting up .venv with $$($$python --version) and $(TENSORFLOW):"; \
	    echo '$(COST_$(TENSORFLOW)); pip keeps the downloads in its cache as well.'; \
	    rm -f .venv/*installed*; \
	    $$python -m venv --clear .venv || { \
	        echo 'Python could not make .venv. On Debian and Ubuntu its venv module is a package:'; \
	        echo '    sudo apt install python3-venv'; \
	        exit 1; \
	    }; \
	}
	$(PIP_INSTALL) --require-hashes -r $<
	@touch $@

# What runs exported models in a browser is npm's. Without it a few tests are skipped.
$(TESTS_READY): tests/requirements.lock tests/browser/package-lock.json $(APP_READY)
	$(PIP_INSTALL) --require-hashes -r $<
	@npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund || \
	    echo 'Without npm, exported models are not tried in a browser.'
	@touch $@

# It sees the packages of .venv: only Ray and what that needs are installed.
$(CLUSTER_READY): requirements-cluster.lock $(APP_READY)
	.venv/bin/python -m venv --clear .venv-cluster
	@.venv/bin/python -c "import site; print(*site.getsitepackages())" \
	    > "$$(echo .venv-cluster/lib/python*/site-packages)/app.pth"
	$(RUN_CLUSTER) pip install --disable-pip-version-check --require-hashes -r $<
	@touch $@
