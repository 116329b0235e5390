# Every target sets up what it needs and can be run twice, from any folder: make -C /path/to/it demo
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test campaign crashpoints long-file killed-intake transports histories bugs mutants check fast fmt bench stop clean lock generate
# Make's own functions cut a path at its blanks; the shell does not.
ROOT := $(shell cd "$$(dirname -- "$$(sed 's/^ *//' <<<'$(MAKEFILE_LIST)')")" && pwd)
$(if $(ROOT),,$(error The path of this folder cannot be read; it must hold no quotation mark))
BIN := $(ROOT)/.venv/bin
# A relative path is meant from where the person stands, also under `make -C`.
export CALLER := $(or $(PWD),$(CURDIR))
# What a person gives reaches the recipes as it is, by the environment.
export KEEP INPUT ADAPTER TIME SEED MEBIBYTES KILLS
# Bytecode lies beside the sources, where git does not see it: the next run starts sooner.
export PYTHONDONTWRITEBYTECODE :=

help: ## print every target
	@grep -hE '^[a-z-]+:.*## ' "$(ROOT)/Makefile" | sort | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: ## make the virtual environment from the hash-locked list
	@"$(ROOT)/setup/venv.sh"

demo: setup ## run the main job: native files in, signed messages through the broker, native files out [KEEP=1 INPUT=path ADAPTER=name]
	@"$(ROOT)/setup/rabbitmq.sh"
	@case "$${INPUT:-}" in ''|/*) ;; *) INPUT="$$CALLER/$$INPUT" ;; esac; \
	cd "$(ROOT)"; exec "$(BIN)/iarms" demo run --state .state/demo $${KEEP:+--keep} $${INPUT:+--input "$$INPUT"} $${ADAPTER:+--adapter "$$ADAPTER"}

stop: ## stop a demo that was left running with KEEP=1
	@cd "$(ROOT)"; if [ -x "$(BIN)/iarms" ]; then "$(BIN)/iarms" demo stop --state .state/demo; fi

test: setup ## run every test: units, real broker, SQLite and PostgreSQL, real processes, foreign peers
	@"$(ROOT)/setup/rabbitmq.sh"
	@"$(ROOT)/setup/postgresql.sh"
	@"$(ROOT)/setup/softhsm.sh"
	@$(MAKE) --no-print-directory -C "$(ROOT)" fast
	@cd "$(ROOT)" && "$(BIN)/pytest" -q -n 2 tests/unit
	@cd "$(ROOT)" && "$(BIN)/pytest" -q -n 2 --dist loadfile --no-loadscope-reorder tests --ignore=tests/unit --durations=10

campaign: setup ## break real brokers, databases, lines and processes under load, and judge what came of it [TIME=300 SEED=n]
	@"$(ROOT)/setup/rabbitmq.sh"
	@"$(ROOT)/setup/postgresql.sh"
	@"$(ROOT)/setup/campaign.sh"
	@cd "$(ROOT)"; exec "$(BIN)/iarms" campaign run --state .state/campaign --time "$${TIME:-300}" $${SEED:+--seed "$$SEED"}

crashpoints: setup ## end each real process with SIGKILL at each step of each message type (under 30 min)
	@cd "$(ROOT)" && CRASH_POINTS=all "$(BIN)/pytest" -q -n 2 --durations=5 tests/walk/test_crash_points.py tests/walk/test_hits_killed_in_every_state.py tests/walk/test_traces_killed_in_every_state.py

transports: setup ## hold every transport to the contract of all, against real databases, web, SFTP and mail servers
	@"$(ROOT)/setup/postgresql.sh"
	@cd "$(ROOT)" && "$(BIN)/pytest" -q -n 2 --durations=5 tests/contract/transports

histories: setup ## live simulated worlds on both cores, from seed SEED [COUNT=5000 SEED=0]
	@cd "$(ROOT)" && "$(BIN)/iarms" simulate --jobs 2 --count "$${COUNT:-5000}" --seed "$${SEED:-0}"

bugs: setup ## plant every known defect of the core and find it, with the time that each takes
	@cd "$(ROOT)" && "$(BIN)/iarms" simulate bugs
	@cd "$(ROOT)" && "$(BIN)/pytest" -q --durations=0 --durations-min=0.1 tests/unit/walk/test_gap_defects.py
	@cd "$(ROOT)" && IARMS_TESTS=quick "$(BIN)/python" -m bench.mutants --by-hand

mutants: setup ## change the core by rule, one place at a time, and print what no world and no test notices [TIME=300 SEED=0]
	@cd "$(ROOT)" && "$(BIN)/python" -m bench.mutants --time "$${TIME:-300}" --seed "$${SEED:-0}"

check: setup ## the fast one: lint, types, import rules, generated code, unit tests but the slow (under 60 s)
	@$(MAKE) --no-print-directory -C "$(ROOT)" fast
	@cd "$(ROOT)" && IARMS_TESTS=quick "$(BIN)/pytest" -q -n 2 -m "not slow" tests/unit

fast:
	@cd "$(ROOT)" && "$(BIN)/ruff" check -q . && "$(BIN)/ruff" format -q --check . && echo "lint: clean"
	@cd "$(ROOT)" && "$(BIN)/mypy"
	@cd "$(ROOT)" && "$(BIN)/lint-imports" --no-logo --no-cache 2>&1 | tail -n 4
	@cd "$(ROOT)" && "$(BIN)/python" -m gateway.payload.generate --check
	@cd "$(ROOT)" && "$(BIN)/python" -m gateway.cli.reference --check

fmt: setup ## format the code
	@cd "$(ROOT)" && "$(BIN)/ruff" check -q --fix . ; "$(BIN)/ruff" format -q "$(ROOT)"

generate: setup ## write anew what is generated: payload types from schemas/xsd, the reference from the program
	@cd "$(ROOT)" && "$(BIN)/python" -m gateway.payload.generate
	@cd "$(ROOT)" && "$(BIN)/python" -m gateway.cli.reference

long-file: setup ## take a long file through a node that is killed at random [MEBIBYTES=100 KILLS=3]
	@cd "$(ROOT)" && "$(BIN)/python" -m bench.long_file --mebibytes "$${MEBIBYTES:-100}" --kills "$${KILLS:-3}"

killed-intake: setup ## files of every format through an intake that is killed at random [TIME=120 SEED=1]
	@cd "$(ROOT)" && "$(BIN)/python" -m bench.killed_intake --seconds "$${TIME:-120}" --seed "$${SEED:-1}"

bench: setup ## print the ratios that the README and the notes quote, as tables and JSON
	@"$(ROOT)/setup/rabbitmq.sh"
	@"$(ROOT)/setup/postgresql.sh"
	@"$(ROOT)/setup/bench.sh"
	@cd "$(ROOT)" && .bench/bin/python -m bench

lock: setup ## resolve the locked lists anew (names, versions and hashes only)
	@cd "$(ROOT)/setup" && for list in requirements requirements-uv; do "$(BIN)/uv" pip compile --generate-hashes --no-header --no-annotate --python-version 3.11 -q -U -o $$list.lock $$list.in; done
	@cd "$(ROOT)/setup" && "$(BIN)/uv" pip compile --generate-hashes --no-header --no-annotate --python-version 3.11 -q -U -c requirements.lock -o requirements-bench.lock requirements-bench.in

clean: ## stop what runs and remove everything that the targets made
	@cd "$(ROOT)"; if [ -x "$(BIN)/iarms" ]; then "$(BIN)/iarms" demo stop --state .state/demo --remove; fi
	@rm -rf "$(ROOT)/.venv" "$(ROOT)/.bench" "$(ROOT)/.state" "$(ROOT)/.mypy_cache" "$(ROOT)/.ruff_cache" "$(ROOT)/.import_linter_cache" "$(ROOT)/.hypothesis"
