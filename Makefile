# make lab     read the book in JupyterLab          make lab ARGS="--no-browser --port 8901"   TORCH=no   EXTRAS=tensorflow
# make test    run every test                       make notebooks   build the notebooks whose source changed (CHECK=1, ALL=1)
# make book    the book as web pages                make bench       measure against PyTorch and the others
# make book-pdf  and one PDF of it, book/_build/bpedu.pdf (printed by Chromium)
# make lint    ruff                                 make help        this text
# Each makes .venv when it is missing; nothing outside this folder is touched.

PYTHON ?= python3
TORCH ?= yes
EXTRAS ?=
ARGS ?=
JOBS ?= 2

BIN := .venv/bin
LAB_EXTRAS := $(if $(filter no NO No 0,$(TORCH)),,torch) $(EXTRAS)
DEV_EXTRAS := $(LAB_EXTRAS) dev grade dask book
READY = @$(PYTHON) tools/environment.py

# One thread for each process: they run side by side, and small arrays gain nothing from more.
test units grading notebooks nbval book-test browser: export OMP_NUM_THREADS := 1
test units grading notebooks nbval book-test browser: export OPENBLAS_NUM_THREADS := 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.PHONY: help lab dev test lint units grading notebooks notebooks-check nbval book book-pdf book-test browser bench
.NOTPARALLEL:

help:
	@sed -n '/^#/!q;s/^# //p' Makefile

lab:
	$(READY) $(LAB_EXTRAS)
	@$(BIN)/bpedu lab $(ARGS)

dev:
	$(READY) $(DEV_EXTRAS)

test: lint units grading notebooks-check nbval book-test browser
	@echo "Everything passes."

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

units: dev
	$(BIN)/pytest -n $(JOBS) --dist loadscope -rs tests --ignore=tests/browser --ignore=tests/grading --ignore=tests/book

grading: dev
	$(BIN)/pytest -rs tests/grading

browser: dev
	$(BIN)/pytest -rs tests/browser

notebooks: dev
	$(BIN)/python book/build_notebooks.py $(if $(CHECK),--check) $(if $(ALL),--all) $(ARGS)

notebooks-check: dev
	$(BIN)/python book/build_notebooks.py --check

nbval: dev
	$(BIN)/pytest --nbval -n $(JOBS) --dist loadscope -p no:cacheprovider chapters solutions

bench: dev
	$(BIN)/python benchmarks/engine.py $(ARGS)

book:
	$(READY) book
	$(BIN)/python book/make_book.py $(ARGS)

book-pdf: dev
	$(BIN)/python book/make_book.py --pdf

book-test: dev
	$(BIN)/python book/make_book.py
	BPEDU_BOOK=built $(BIN)/pytest -n $(JOBS) -rs tests/book
