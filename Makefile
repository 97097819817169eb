# What the README's commands call. Logic lives in scripts/ and in the tools themselves.
PROFILE ?= release
SCENARIO ?= start
MINUTES ?= 10
CASES ?= 1000
LISTEN_ADDR ?= 127.0.0.1:8888
CARGO_TARGET_DIR ?= $(CURDIR)/target
BIN = $(CARGO_TARGET_DIR)/$(PROFILE)/hearth
export CARGO_TARGET_DIR

.PHONY: run build web bin dev test soak test-cases check bench reference prepare

## Build what is missing and start Hearth on http://localhost:8888, data in ./data.
run: build
	LISTEN_ADDR=$(LISTEN_ADDR) $(BIN) serve

## Web UI and binary (PROFILE=release for people, PROFILE=ci for tests).
build: web bin

web: web/dist/index.html

web/dist/index.html: $(shell find web/src web/public web/index.html web/package-lock.json web/vite.config.ts -type f 2>/dev/null)
	cd web && npm install --no-save --no-audit --no-fund && npm run build

bin:
	cargo build --profile $(PROFILE) -p server

## Server and Vite with hot reload on http://localhost:5173.
dev:
	scripts/dev.sh

## Everything that can run on this machine; installs what it needs through the package managers.
test: prepare
	scripts/test.sh

prepare:
	scripts/prepare.sh

## The property tests, the simulator and the crash harness for MINUTES=10, each time with CASES=1000 random workflows.
soak: prepare
	MINUTES=$(MINUTES) CASES=$(CASES) scripts/soak.sh

## Canvases of Coze with the results they must give; HEARTH_CASES names another folder of the same form.
test-cases:
	RUST_BACKTRACE=0 HEARTH_CASES="$(abspath $(HEARTH_CASES))" HEARTH_TEST_REQUIRE_SERVICES=1 cargo test -q -p hearth-tests --test cases -- --nocapture

## Formatting, lints, types.
check: web
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cd web && npm run check

## A scenario of benches/: start, chat, web, canvas, sandbox, engine, workflow. Writes benches/results/<scenario>.md.
## SCENARIO=workflow N8N=<folder of `npm install n8n@2`> compares with n8n.
bench: build
	cargo run --release -p hearth-benches -- $(SCENARIO) --bin $(BIN) $(if $(N8N),--n8n $(N8N))

## Write docs/reference and the web client's types again from the code.
reference:
	HEARTH_TEST_UPDATE=1 cargo test -q -p server --lib -- config::tests::the_reference_is_the_structs openapi_tests
	cd web && npm run api
