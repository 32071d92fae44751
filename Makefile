# The commands of the house. `make demo` and `make test` set up what they need themselves.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: help setup system demo test ordinary lint type build lab lock clean

help:  ## list these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY)  ## make .venv with everything: student, staff and tools

$(READY): requirements.txt pyproject.toml packaging/staff/pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e . -e packaging/staff
	touch $(READY)

system:  ## install Debian's packages for the browser tests and the second sandbox (needs root)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		bubblewrap chromium fonts-dejavu-core postgresql

demo: setup  ## build, grade a sample class, write feedback, show what was recognised
	$(BIN)/chainrule demo

test: setup  ## run the whole test suite
	$(BIN)/python -m pytest -n auto $(ARGS)

ordinary: setup  ## as root: run the attacks, the accidents and the engine's tests as `nobody`
	.ci/as-user $(BIN)/python -m pytest -p no:cacheprovider -n auto \
		tests/hostile tests/fairness tests/split $(ARGS)

lint: setup  ## ruff, spelling, and the arrows between the packages
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell authoring docs README.md CONTRIBUTING.md CHANGELOG.md
	$(BIN)/lint-imports

type: setup  ## mypy, strictly
	$(BIN)/mypy

build: setup  ## make source/, release/, notebooks/ and the facts; run all gates
	$(BIN)/chainrule build

lab: setup  ## open JupyterLab on the students' notebooks
	$(BIN)/chainrule lab

lock: setup  ## pin requirements.txt anew
	$(BIN)/python packaging/lock.py

clean:  ## remove what the commands above have made
	rm -rf .venv demo dist .pytest_cache .mypy_cache .ruff_cache
