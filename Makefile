# `make` alone lists what there is. Every target that needs something prepared prepares it first (`make setup`).
# Works with GNU make 3.81, which macOS ships.

.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

PROGRAM := .venvs/program/bin/python
POLICY := .venvs/policy/bin/python
CLOUD := .venvs/cloud/bin/python
NPM_PRISMA := build/bin/npm --prefix functions/prisma_read run --silent
SETUP = python=$$(sh tools/python.sh) && "$$python" -m tools.setup

# One place for the environment of everything that is started from here.
export PATH := $(CURDIR)/build/bin:$(PATH)
export PULUMI_SKIP_UPDATE_CHECK := true
export CHECKPOINT_DISABLE := 1
# gRPC would talk about every process that is started beside it.
export GRPC_ENABLE_FORK_SUPPORT := false
export GRPC_VERBOSITY := ERROR

PROGRAM_CODE := __main__.py settings components functions/mock_read functions/rollback_guard functions/release_check \
	canary rehearsal localaws tools tests benchmarks package examples/other-read-path
IN_OTHER_ENVIRONMENTS := ^(localaws/cloud|localaws/tests/cloud|tests/on_localaws|tests/policy)/
CLOUD_TESTS := localaws/tests/cloud metric_math/tests tests/on_localaws
PYTHON_CODE := .
# Named with hyphens; measuring.py is what they share.
BENCHMARKS := $(subst _,-,$(filter-out measuring,$(basename $(notdir $(wildcard benchmarks/[a-z]*.py)))))

# WSL sets a NAME of its own: only one that was typed counts.
ifneq ($(origin NAME),command line)
unexport NAME
endif

##@ Try it
.PHONY: help
help: ## this list
	@awk -f tools/help.awk $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: ## prepare everything once; other targets do it by themselves
	@$(SETUP)

.PHONY: rehearse
rehearse: want-rehearsal ready ## play the three-hour beta; SCENARIO=late-failure TRAFFIC=access.log FACTOR=72 KEEP=1
	@$(PROGRAM) -m rehearsal $${SCENARIO:+--scenario "$$SCENARIO"} $${TRAFFIC:+--traffic "$$TRAFFIC"} \
		$${FACTOR:+--factor "$$FACTOR"} $${KEEP:+--keep}

.PHONY: preview
preview: want-stack ready ## what the engine would do, under the policies, without an account; STACK=beta|prod JSON=1
	@$(PROGRAM) -m rehearsal.preview "$$STACK" $${JSON:+--json}

.PHONY: policy
policy: want-state ready ## judge what `pulumi stack export` wrote: STATE=export.json, with the levels of STACK (default prod)
	@$(PROGRAM) -m tools.exported_state "$$STATE"
	@build/bin/pulumi policy analyze --policy-pack policy \
		--policy-pack-config "policy-config.$${STACK:-prod}.json" --file "$$STATE"

.PHONY: bench
bench: want-benchmark ready ## measure; NAME=request, all without it; CHECK=1 fails on a missed mark
	@for file in $${NAME:-$(BENCHMARKS)}; do \
		$(PROGRAM) "benchmarks/$$(echo $$file | tr - _).py" $${CHECK:+--check} || exit 1; done

##@ Change it
.PHONY: check
check: lint types test ## what CI runs

.PHONY: test
test: test-program test-cloud test-policy mutants test-functions test-live test-rehearsal ## all tests, a rehearsal included

.PHONY: fuzz
fuzz: ready ## every fuzz test with all its examples and a new seed; CI runs a tenth of them
	@FUZZ=all $(PROGRAM) -m pytest $(PROGRAM_TESTS) $(addprefix --ignore ,$(APART)) -m fuzz $(BY_TWO) $(PYTEST)
	@FUZZ=all $(POLICY) -m pytest tests/policy -m fuzz $(BY_TWO) $(PYTEST)

.PHONY: coverage
coverage: ready ## branches of the product's Python that no test takes: build/coverage/index.html
	@$(PROGRAM) -m pytest $(PROGRAM_TESTS) $(addprefix --ignore ,$(APART)) $(BY_TWO) --cov --cov-report= $(PYTEST)
	@$(PROGRAM) -m coverage html --quiet
	@$(PROGRAM) -m coverage report --skip-covered --sort=cover

.PHONY: lint
lint: ready ## ruff: rules and format; import-linter: the walls between the rooms
	@$(PROGRAM) -m ruff check $(PYTHON_CODE)
	@$(PROGRAM) -m ruff format --check $(PYTHON_CODE)
	@PYTHONPATH=functions .venvs/program/bin/lint-imports --no-cache > build/walls.txt || { cat build/walls.txt; exit 1; }

.PHONY: format
format: ready ## ruff: mend what can be mended
	@$(PROGRAM) -m ruff check --fix --show-fixes $(PYTHON_CODE)
	@$(PROGRAM) -m ruff format $(PYTHON_CODE)

.PHONY: types
types: ready ## mypy strict, tsc strict
	@$(MAKE) --no-print-directory -j2 types-program types-cloud types-policy types-functions

.PHONY: lock
lock: ready ## choose the newest allowed versions anew: tools/requirements/*.txt
	@$(PROGRAM) -m tools.lock

.PHONY: clean
clean: ## end a cloud that was kept up, remove build/
	@if [ -x $(PROGRAM) ]; then $(PROGRAM) -m rehearsal --end; fi
	rm -rf build .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: distclean
distclean: clean ## also remove environments and npm packages (the CLI's cache stays: it is shared between clones)
	rm -rf .venvs functions/prisma_read/node_modules functions/prisma_read/dist functions/prisma_read/generated \
		localaws/cloud/functions/node_runtime/node_modules

##@ Parts of the above
# Tests that measure times have the machine for themselves; all others run by two processes, long files first.
BY_TWO := --numprocesses 2 --dist loadfile --no-loadscope-reorder
ALONE := tests/mock_read/test_comparison_cost.py tests/mock_read/test_sandbox.py tests/cli/test_interrupts.py \
	tests/prisma_read/test_prisma_migrate.py tests/prisma_read/test_database_gone_and_back.py
POLICY_ALONE := tests/policy/test_duration.py
APART := $(ALONE) tests/on_localaws tests/policy tests/live
PROGRAM_TESTS := tests localaws/tests/provider localaws/tests/insights

.PHONY: test-program
test-program: ready ## the program, the functions in Python, the verdict, the rehearsal
	@$(PROGRAM) -m pytest $(PROGRAM_TESTS) $(addprefix --ignore ,$(APART)) $(BY_TWO) $(PYTEST)
	@$(PROGRAM) -m pytest $(ALONE) $(PYTEST)

.PHONY: test-cloud
test-cloud: ready ## the local AWS
	@$(CLOUD) -m pytest $(CLOUD_TESTS) $(BY_TWO) $(PYTEST)

.PHONY: test-policy
test-policy: ready ## the policy pack
	@$(POLICY) -m pytest tests/policy --ignore $(POLICY_ALONE) $(BY_TWO) $(PYTEST)
	@$(POLICY) -m pytest $(POLICY_ALONE) $(PYTEST)

.PHONY: mutants
mutants: ready ## weaken beta and prod in every way: each must be caught by the rule meant for it
	@PYTHONPATH=policy $(POLICY) -m tests.policy.mutants

.PHONY: test-live
test-live: ready ## the command line and every command of the documents, on a stack that is up
	@$(PROGRAM) -m pytest tests/live $(PYTEST)

.PHONY: test-rehearsal
test-rehearsal: ready ## the beta, played whole
	@$(PROGRAM) -m rehearsal

.PHONY: test-functions
test-functions: ready ## the function in TypeScript
	@$(NPM_PRISMA) test

.PHONY: types-program types-cloud types-policy types-functions
types-program: ready
	@$(PROGRAM) -m mypy $(PROGRAM_CODE) --exclude '$(IN_OTHER_ENVIRONMENTS)'
types-cloud: ready
	@$(CLOUD) -m mypy localaws/cloud localaws/tests/cloud metric_math tests/on_localaws
types-policy: ready
	@$(POLICY) -m mypy policy tests/policy
types-functions: ready
	@$(NPM_PRISMA) typecheck

# Prepared, without a word when it already is. Bad arguments are named before any work starts.
SCENARIOS := $(filter-out --init--,$(subst _,-,$(basename $(notdir $(wildcard rehearsal/scenarios/*.py)))))
.PHONY: ready want-rehearsal want-stack want-state want-benchmark
ready:
	@$(SETUP) --quiet
want-rehearsal:
	@sh tools/want.sh file-if-given TRAFFIC
	@sh tools/want.sh one-of-if-given SCENARIO $(SCENARIOS)
	@sh tools/want.sh something-if-given FACTOR
	@sh tools/want.sh one-of-if-given KEEP 1
want-stack:
	@sh tools/want.sh one-of STACK beta prod
	@sh tools/want.sh one-of-if-given JSON 1
want-state:
	@sh tools/want.sh file STATE
	@sh tools/want.sh one-of-if-given STACK beta prod rehearsal
want-benchmark:
	@sh tools/want.sh one-of-if-given NAME $(BENCHMARKS)
	@sh tools/want.sh one-of-if-given CHECK 1
