# The front door of ndview. Every target is a short list of plain commands; what needs more than
# that is a script in tools/, which can be called by hand just as well. `make help` lists them.
#
# Variables: CC, CXX, CFLAGS, PYTHON, QUICK=1 (short benchmarks), BENCHFLAGS and PEERS_ROOT (see
# docs/performance.md), PREFIX, DESTDIR and LIBDIR (install), and cargo's own CARGO_TARGET_DIR and
# CARGO_BUILD_TARGET.

PYTHON ?= python3
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
LIBDIR ?= lib
export CC PYTHON PREFIX DESTDIR LIBDIR

# Everything built here goes under build/; what uses the library finds it in the stage, laid out
# as an installation would be.
STAGE  := build/stage
BUILT  := $(or $(CARGO_TARGET_DIR),target)$(CARGO_BUILD_TARGET:%=/%)/release

# How any C program is compiled against the stage.
COMPILE = $(CC) -std=c99 $(CFLAGS) -Wall -Wextra -Wpedantic -I$(STAGE)/include
LINK    = -L$(STAGE)/lib -lndview -lpthread -lm -Wl,-rpath,$(abspath $(STAGE)/lib)

EXAMPLES := $(patsubst %.c,build/%,$(wildcard examples/*.c))
BENCHES  := $(patsubst %.c,build/%,$(wildcard bench/*.c))

# What `make test` and `make check` run, in this order; tools/steps.sh says what each one is.
TEST_STEPS  := cargo-tests c-tests checked differential header-matrix symbols readme pages examples \
               pictures consumers-quick
CHECK_STEPS := fmt clippy $(TEST_STEPS) docs abi consumers cross cffi valgrind asan tsan

.PHONY: stage install uninstall dist demo examples pictures test quick check consumers cross valgrind asan \
        tsan soak bench differential mutations header docs notices abi fmt clean help
.DEFAULT_GOAL := stage

stage: ## Build the library and lay it out in build/stage (the default)
	cargo build --release --locked --lib --package ndview
	tools/stage.sh $(BUILT) $(STAGE)

# As root after a plain `make` these build nothing, so that cargo need not run as root.
install: $(if $(wildcard $(BUILT)/*ndview.*),,stage) ## Install what is built, under PREFIX (/usr/local)
	tools/install.sh install $(BUILT)

uninstall: $(if $(wildcard $(BUILT)/*ndview.*),,stage) ## Remove what `make install` installed there
	tools/install.sh uninstall $(BUILT)

dist: stage ## Pack the library as build/dist/ndview-<version>-<target>.tar.gz
	@tools/dist.sh $(BUILT)

demo: examples ## Build and run the examples
	build/examples/tour
	build/examples/apply
	build/examples/tiles
	build/examples/photo examples/data/photo.ppm build/examples/photo-out.ppm \
	    build/examples/photo-out.npy
	build/examples/npy_info build/examples/photo-out.npy "::100, ::200, 0"
	build/examples/pictures --garden
	build/examples/pictures --garden build/garden.svg

examples: $(EXAMPLES) ## Build the programs in examples/

test: stage ## Run every test: Rust, C, differential, headers, symbols, consumers, pages
	tools/steps.sh $(TEST_STEPS)

quick: stage ## Run the quick tests: Rust, C, a part of the differential ones
	NDVIEW_PROGRAMS=1500 tools/steps.sh cargo-tests c-tests differential

check: stage ## Run every test, the linters, and everything in C under valgrind
	tools/steps.sh $(CHECK_STEPS)

consumers: stage ## Build programs against the library in every way that is offered
	tools/consumers.sh

cross: ## Compile for other platforms, and test on one of 32 bits
	tools/cross.sh

valgrind: stage examples ## Run the C tests and the examples under valgrind
	tools/valgrind.sh

asan: stage ## Run the C tests under the address and undefined behaviour sanitizers
	tools/asan.sh

tsan: stage ## Run the C tests of threads under the thread sanitizer, with a nightly Rust
	tools/tsan.sh

soak: stage ## Run the test of leases on random views for SECONDS (60), with eight threads
	tools/c_tests.sh build
	NDVIEW_SOAK=$(or $(SECONDS),60) build/c_tests/bin/test_leases \
	    no_two_threads_touch_a_byte_that_one_writes

bench: $(BENCHES) ## Measure ndview beside its peers (QUICK=1: two minutes; docs/performance.md)
	for program in $(BENCHES); do $$program || exit 1; done
	bench/peers/build.sh $(STAGE) build/bench/peers
	PYTHONPATH=$$(tools/bootstrap.sh numpy) $(PYTHON) bench/peers/compare.py \
	    --libraries build/bench/peers $(if $(filter-out 0,$(QUICK)),--quick) $(BENCHFLAGS)
	PYTHONPATH=$$(tools/bootstrap.sh numpy) $(PYTHON) bench/temporaries.py

differential: stage ## Run N random programs (200000) and as many of the other cases on NumPy and ndview
	PYTHONPATH=$$(tools/bootstrap.sh numpy) $(PYTHON) tests/differential/run.py --programs $(or $(N),200000)

mutations: ## Show that the quick tests catch the faults put into the library on purpose
	$(PYTHON) tools/mutations.py

header: ## Regenerate include/ndview.h from the Rust sources
	$(PYTHON) tools/header.py

pictures: build/examples/pictures ## Draw the pictures of docs/pictures.md again
	$(PYTHON) tools/pictures.py update

notices: ## Write THIRD-PARTY, the notices of the crates that are linked in
	tools/notices.py

docs: ## Build the documentation site, build/docs/html/index.html, with doxygen
	$(PYTHON) tools/docs.py

abi: stage ## Write down the ABI in abi/, after showing what changes
	tools/symbols.sh update
	tools/abi.sh update

fmt: ## Format the Rust sources
	cargo fmt --all

clean: ## Remove everything that was built
	cargo clean
	rm -rf build

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# One C file, one program.
$(EXAMPLES) $(BENCHES): build/%: %.c stage
	@mkdir -p $(@D)
	$(COMPILE) $< -o $@ $(LINK)
