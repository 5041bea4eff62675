# The book and its tests. `make help` lists the commands.
# Needs Python 3.11 or later, git and make; everything else is installed into .venv.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
ONLY ?=
CHAPTERS ?=
# Together a minute of one processor; what they leave to `make test` builds the book, compiles
# for WebAssembly, waits for limits of time or sweeps widely.
QUICK := $(patsubst %,tests/test_%.py,arguments chapters exercises golden methods models notebooks \
  outputs problems record restarts run schedules stored_figures theory)
# A test that waits, for a page, a notebook or a limit of time, leaves its processor to another.
JOBS ?= 3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input -c constraints.txt

# pip's many lines, as a few that show that it is still at work.
PROGRESS := awk '/^ *Collecting /{ if (++n % 25 == 0) print "  " n " packages found"; fflush() } \
  /^Installing collected/{ print "  installing " n " packages"; fflush() } /^ERROR/'

.PHONY: book test test-slow check test-peers test-machines bench mutants lab serve notebooks studies covers student grade lint format \
  constraints clean help

book: $(VENV)/book.stamp ## build the book into _build/html
	@echo "Building the book ..."
	@$(BIN)/jupyter-book build . --quiet >/dev/null
	@$(BIN)/python -c 'from pathlib import Path; page = Path("_build/html/index.html").absolute(); \
	  print("Open it in a browser:", page.as_uri())'

# What Numba compiled stays for the next time: it knows when a source changes.
test test-slow check test-peers: export NUMBA_CACHE_DIR := $(CURDIR)/_build/numba
# Processes that share the processors get one thread each for products of matrices; what they
# import is compiled once.
test test-slow check: export OPENBLAS_NUM_THREADS ?= 1
test test-slow check: export PYTHONDONTWRITEBYTECODE :=

test: $(VENV)/dev.stamp ## run the tests, and every cell of every chapter; the slowest are test-slow's
	@mkdir -p "$$NUMBA_CACHE_DIR"
	@echo "Tests of the library, of the book and of its pages in a browser;"
	@echo "and every cell of every chapter, run again and compared with what is stored ..."
	@# To read the asserts, so that they tell what they compared, takes each process six seconds.
	@run="$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup --no-loadscope-reorder"; \
	all="tests momentumlib extensions tools"; few="not peers and not slow"; \
	$$run --assert=plain --durations=10 -m "$$few" --nbval $$all chapters/*.ipynb || { \
	  echo "What failed outside of the chapters, once more, with what its asserts compared:"; \
	  $$run -m "$$few" --last-failed --last-failed-no-failures none $$all; exit 1; }

test-slow: $(VENV)/dev.stamp ## tests that start programs, compile from nothing, or try one more of each kind
	@mkdir -p "$$NUMBA_CACHE_DIR"
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup --no-loadscope-reorder -m "slow and not peers" tests momentumlib

check: lint ## lint, the library's quick tests and the chapters that changed: about a minute
	@mkdir -p "$$NUMBA_CACHE_DIR"
	@base=$$(git merge-base HEAD origin/main 2>/dev/null || git merge-base HEAD main 2>/dev/null || echo HEAD); \
	changed=$$({ git diff --name-only --diff-filter=d $$base -- 'chapters/*.ipynb'; \
	  git ls-files --others --exclude-standard -- 'chapters/*.ipynb'; } | sort -u); \
	echo "The library's quick tests; chapters that changed: $${changed:-none} ..."; \
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup --no-loadscope-reorder --nbval \
	  -m "not peers and not browser and not slow" $(QUICK) $$changed

test-machines: $(VENV)/dev.stamp ## rerun the chapters as other processors would: make test-machines ONLY=nehalem,generic
	@$(BIN)/python tools/machines.py --only "$(ONLY)" $(CHAPTERS)

test-peers: $(VENV)/peers.stamp ## compare the library with PyTorch, Keras, optax and JAX
	@mkdir -p "$$NUMBA_CACHE_DIR"
	@echo "Tests against PyTorch and optax ..."
	@$(BIN)/python -m pytest -q -m peers tests

bench: $(VENV)/peers.stamp ## measure beside PyTorch, JAX and NumPy: make bench ONLY=small,grid
	@$(BIN)/python benchmarks/bench.py --only "$(ONLY)"

mutants: $(VENV)/dev.stamp ## edit the library at random and list the edits that no test notices
	@$(BIN)/python tools/mutants.py --sample $${SAMPLE:-100} --seed $${SEED:-0}

lab: $(VENV)/dev.stamp ## open the chapters in JupyterLab
	@# What is trusted shows its stored figures before it runs; their scripts come from tools/lab.py.
	@cd chapters && ../$(BIN)/jupyter trust *.ipynb >/dev/null && ../$(BIN)/jupyter lab --config=../tools/lab.py

serve: book ## build the book and serve it on this machine
	@echo "The book is at http://localhost:$(PORT)/ (Ctrl+C ends it)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

notebooks: $(VENV)/book.stamp ## run every chapter again and store its outputs
	@$(BIN)/python tools/notebooks.py

studies: $(VENV)/book.stamp ## compute the chapters' stored trainings anew: minutes
	@$(BIN)/python tools/studies.py

covers: $(VENV)/dev.stamp ## draw the chapters' pictures for the landing page and for shared links
	@$(BIN)/python tools/covers.py

student: $(VENV)/book.stamp ## write the chapters without solutions into student/
	@$(BIN)/python tools/student.py

grade: $(VENV)/book.stamp ## grade notebooks and pages' files in FOLDER, as CSV: make grade FOLDER=... JOBS=4
	@[ -n "$${FOLDER:-}" ] || { echo "Name the folder of answers: make grade FOLDER=..." >&2; exit 2; }
	@$(BIN)/python tools/grade.py "$$FOLDER" --jobs "$${JOBS:-2}" --seconds "$${LIMIT:-600}" \
	  --cell-seconds "$${CELL_LIMIT:-60}"

lint: $(VENV)/dev.stamp ## check style and format of all code, the notebooks' too
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@echo "Code style: nothing to mend."

format: $(VENV)/dev.stamp ## mend style and format
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

constraints: $(VENV)/dev.stamp ## renew the pins of indirect dependencies
	@$(BIN)/python -m pip install --quiet uv
	@{ sed -n '/^#/!q;p' constraints.txt; \
	grep -hv -e '^-' -e '^torch' requirements.txt requirements-dev.txt requirements-peers.txt \
	| $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links -; } > constraints.new
	@mv constraints.new constraints.txt

clean: ## remove what was built and installed
	@rm -rf _build build *.egg-info $(VENV) .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{ printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What is installed; a stamp is newer than the list that it was installed from. What they say goes
# where errors do: `make grade > points.csv` is a table.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The book needs Python 3.11 or later, and $(PYTHON) is older: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Creating $(VENV) ..." >&2
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing (Debian: python3-venv)"; exit 1; }

$(VENV)/book.stamp: requirements.txt constraints.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the book needs (the first time takes a minute or two) ..." >&2
	@$(PIP) -r requirements.txt | $(PROGRESS) >&2
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/book.stamp
	@echo "Installing what the tests need ..." >&2
	@$(PIP) -r requirements-dev.txt | $(PROGRESS) >&2
	@# JupyterLab would ask other hosts for news and updates.
	@$(BIN)/jupyter labextension disable --level=sys_prefix @jupyterlab/apputils-extension:announcements 2>/dev/null
	@touch $@

$(VENV)/peers.stamp: requirements-peers.txt $(VENV)/dev.stamp
	@echo "Installing PyTorch and optax (PyTorch is large) ..." >&2
	@$(PIP) -r requirements-peers.txt | $(PROGRESS) >&2
	@touch $@
