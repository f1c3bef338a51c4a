# The two commands are `make run` and `make test`; both set up what they need.
PY := .venv/bin/python
STAMP := .venv/.installed

.PHONY: run test train bench bench-nlu lint setup clean
.DEFAULT_GOAL := run

$(STAMP): requirements.lock pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh

setup: $(STAMP)

run: $(STAMP)
	@.venv/bin/muhafiz run

train: $(STAMP)
	@.venv/bin/muhafiz train

test: $(STAMP)
	@sh scripts/test-packages.sh
	@.venv/bin/muhafiz train
	@$(PY) -m pytest

bench: $(STAMP)
	@$(PY) -m benchmarks.run

bench-nlu: $(STAMP)
	@$(PY) -m benchmarks.nlu

lint: $(STAMP)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@sh scripts/validate-data.sh

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache
