# Two commands matter: `make serve` and `make test`. Everything they need goes into .venv.
# PyTorch's index for one kind of machine: make serve PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
# Some shells and conda's compilers export HOST as this machine's name; from the environment we take only an address.
ifeq ($(origin HOST),environment)
HOST := $(or $(filter localhost 0% 1% 2% 3% 4% 5% 6% 7% 8% 9% ::%,$(HOST)),127.0.0.1)
endif
PY = .venv/bin/python
# What the package asks of torch is open at the top; what we run and test with is in constraints.txt.
PIP_INSTALL = $(PY) -m pip install --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL = help
.PHONY: help serve test exhaustive integrations test-cuda test-deploy test-cluster coverage check format bench load prove

help: ## say what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

serve: .venv/serve.stamp ## start Roll Call on 127.0.0.1:8000; HOST= and PORT= change that, OPEN=1 opens a browser
	@# Ctrl+C reaches make, this shell and the server: a server that it ended did what it was asked to do.
	@trap : INT; \
	.venv/bin/rollcall serve --host $(HOST) --port $(PORT) $(if $(filter-out 0,$(OPEN)),--open) || { code=$$?; [ $$code -eq 130 ] || exit $$code; }

test: .venv/dev.stamp ## run all tests in three processes, those in a browser included; ARGS="-k scan" chooses
	$(if $(findstring not browser,$(ARGS)),,@$(PY) tests/browser_binary.py --install || echo "All other tests run first.")
	@# Three, also on two cores: much of it waits, as for time limits and for pages.
	@$(PY) -m pytest --numprocesses=3 --dist=worksteal $(ARGS)

exhaustive: ## run all tests with every row of every large table, in twice the time
	@$(MAKE) --no-print-directory test ARGS='--exhaustive $(ARGS)'

integrations: .venv/dev.stamp ## install transformers, which is large, and run the tests of its callback
	@$(PIP_INSTALL) --editable '.[dev,integrations]'
	@$(PY) -m pytest -m integrations

test-cuda: ## run what needs a GPU with the Python of a machine that has one; it installs nothing
	@$(PYTHON) tests/gpu/run.py

test-deploy: .venv/dev.stamp ## try docs/deploy for real, nginx before two servers; says what to install where it is missing
	@$(PY) -m pytest tests/deploy

test-cluster: .venv/dev.stamp ## install Ray, and try a cluster of three nodes on this machine
	@$(PIP_INSTALL) --editable '.[dev,cluster]'
	@$(PY) -m pytest tests/cluster

coverage: ## run all tests, and fail where too few branches of the code are run by them
	@$(MAKE) --no-print-directory test ARGS='--cov $(ARGS)'

check: .venv/dev.stamp ## look for mistakes without running anything: ruff, mypy, import-linter, djlint
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/djlint --lint --quiet templates
	@.venv/bin/djlint --check templates

format: .venv/dev.stamp ## put code and templates in the shape that check wants
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format
	@.venv/bin/djlint --reformat --quiet templates

bench: .venv/dev.stamp ## measure how fast the pages are
	@$(PY) tests/bench/run.py $(ARGS)

load: .venv/dev.stamp ## a crowd before one server, with nginx between them and without; says what to install where it is missing
	@$(PY) tests/load/run.py

prove: .venv/dev.stamp ## try for real what the server promises; fails where a promise breaks; ARGS=fairness chooses
	@$(PIP_INSTALL) --editable '.[dev,prove]'
	@$(PY) tests/prove/run.py $(ARGS)

# A stamp is younger than pyproject.toml and constraints.txt when what they ask for is installed.
.venv/serve.stamp: pyproject.toml constraints.txt $(PY)
	@echo "Installing Roll Call into .venv. The first time this downloads PyTorch, which takes minutes."
	@$(PIP_INSTALL) --editable .
	@touch $@

.venv/dev.stamp: pyproject.toml constraints.txt $(PY)
	@echo "Installing Roll Call and what its tests need into .venv. The first time this downloads PyTorch."
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch .venv/serve.stamp $@

# Debian keeps ensurepip in a package of its own, and without it venv leaves half an environment behind.
$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or newer, or name one as in make serve PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Roll Call needs Python 3.11 or newer, and this is $$($(PYTHON) --version). Name another as in make serve PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv --clear .venv
