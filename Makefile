# All set-up is done by the targets themselves: Python 3.11+ and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check bench torture pictures clean

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; say: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (first time only) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $(READY)

demo: $(READY)  ## The bot against a local Slack and a local Sentry, in your browser.
	@$(BIN)/triage demo

test: $(READY)  ## Everything that this machine can run; the last line names what was left out.
	@$(BIN)/python -m tests

check: $(READY)  ## Lint, format, types, floors.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/python -m pytest -q tests/test_layers.py

bench: $(READY)  ## Speed and memory, as ratios side by side in one run.
	@$(BIN)/python -m bench

torture: $(READY)  ## The fault harnesses at full size.
	@$(BIN)/python -m tests --torture

pictures: $(READY)  ## The README's screenshots, made from the demo; needs a Chromium.
	@$(BIN)/python docs/pictures/make.py

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .hypothesis
