# make run      install, make sample scans, send them through the whole job, then watch (Ctrl-C ends)
# make test     install what the tests need and run them
# make install  set up alone; afterwards .venv/bin/sohoa works from any folder
# make bench    sohoa and OCRmyPDF side by side on the same pages
# make bench-search  recall, speed and size of the search, both engines
# make accuracy fields and characters against truth
# make check    ruff, mypy, import-linter, documents in step with the code
PY := .venv/bin/python

.PHONY: run test install install-test bench bench-search accuracy check docs clean

run: install
	@$(PY) -m bench.demo

install:
	@scripts/install.sh

install-test:
	@scripts/install.sh --test

check: install-test
	$(PY) -m ruff check pipeline stages bench training tests
	$(PY) -m ruff format --check pipeline stages bench training tests
	$(PY) -m mypy
	.venv/bin/lint-imports

test: check
	$(PY) -m pytest

bench: install-test
	$(PY) -m bench bench $(ARGS)

bench-search: install-test
	$(PY) -m bench search $(ARGS)

accuracy: install-test
	$(PY) -m bench accuracy $(ARGS)

docs: install
	$(PY) -m scripts.documents

clean:
	rm -rf build .venv
