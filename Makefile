# make run: install (once) and start. make test: install (once) and run every check. The plain lines stand in README.md.
.PHONY: run test test-extras lint bench bench-long screenshots bank clean
ARGS ?=
# Tests run in so many processes at a time; make test WORKERS=0 runs them in one.
WORKERS ?= 2

run:
	@scripts/prepare.sh run
	@.venv/bin/esc-tui $(ARGS)

test: lint
	@.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile

# What needs an extra that the program itself does not: Ray, for runs on a cluster.
test-extras:
	@scripts/prepare.sh extras
	@.venv/bin/python -m pytest tests/extras

lint:
	@scripts/prepare.sh dev
	@.venv/bin/ruff check --no-cache .
	@.venv/bin/mypy --cache-dir=.venv/.mypy_cache
	@PYTHONPATH=. .venv/bin/lint-imports --no-cache

bench:
	@scripts/prepare.sh dev
	@.venv/bin/python -m benchmarks

bench-long:
	@scripts/prepare.sh dev
	@.venv/bin/python -m benchmarks --long

screenshots:
	@scripts/prepare.sh dev
	@.venv/bin/python -m scripts.screenshots

bank:
	@scripts/prepare.sh run
	@.venv/bin/esc-tui bank build

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
