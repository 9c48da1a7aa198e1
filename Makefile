# lakeseed: `make demo` shows what it does, `make test` proves it.

SHELL := /bin/bash
BUILD := build
JOBS ?= $(shell nproc)
LAKESEED := $(BUILD)/lakeseed
export LAKESEED_VOCAB := $(CURDIR)/$(BUILD)/vocab

.PHONY: demo test build build-tests bootstrap vocab bench bench-quick format check docs clean

demo: build
	$(LAKESEED) generate retail_oltp_small --target-rows 100000 --output demo \
	  --output-mode parquet --if-exists overwrite --validate
	.venv/bin/python scripts/show_demo.py demo/Files/synthetic_data/retail_oltp_small

test: build-tests check
	scripts/run_tests

build: vocab
	@cmake --preset release -DLAKESEED_TESTS=ON > $(BUILD)/configure.log || { cat $(BUILD)/configure.log; exit 1; }
	cmake --build $(BUILD) -j $(JOBS) --target lakeseed

build-tests: vocab
	@cmake --preset release -DLAKESEED_TESTS=ON > $(BUILD)/configure.log || { cat $(BUILD)/configure.log; exit 1; }
	cmake --build $(BUILD) -j $(JOBS)

bootstrap:
	@scripts/bootstrap

vocab: bootstrap
	@mkdir -p $(BUILD)
	@scripts/build_vocab $(BUILD)/vocab

bench: build
	.venv/bin/python bench/compare.py --output docs/benchmarks

bench-quick: build
	.venv/bin/python bench/compare.py --quick

format:
	git ls-files '*.cc' '*.h' | xargs clang-format -i

check: build
	git ls-files '*.cc' '*.h' | xargs clang-format --dry-run --Werror
	.venv/bin/python scripts/check_layers.py
	.venv/bin/python scripts/check_sizes.py
	.venv/bin/python scripts/check_docs.py

docs: build
	.venv/bin/python scripts/check_docs.py --write

clean:
	rm -rf $(BUILD)
