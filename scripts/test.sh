#!/usr/bin/env bash
# All tests, the cheap ones first. Each part prints its name, so that a failure is found at once.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"

part() { printf '\n=== %s\n' "$1"; }

nextest() {
  if command -v cargo-nextest >/dev/null; then cargo nextest run "$@"; else cargo test "$@"; fi
}

part "web UI: types, lint, unit tests, build"
# Not `npm ci`: it insists on optional packages of other platforms, which a mirror may not hold.
(cd web && npm install --no-save --no-audit --no-fund && npm run check && npm run build)

part "Rust: unit tests, tidy, API on SQLite"
nextest --workspace

part "sandbox as an ordinary user"
scripts/test-sandbox.sh

for database in mysql postgres; do
  part "API on $database"
  HEARTH_TEST_DATABASE=$database nextest -p hearth-tests
done

part "binary for the tests below"
cargo build --profile ci -p server -p hearth-benches
export HEARTH_BIN="$CARGO_TARGET_DIR/ci/hearth"

part "crash test"
tests/crash/run.sh

part "commands of the binary"
tests/commands/run.sh

part "official SDKs"
# The two left out make a dataset first: knowledge bases are not there yet.
tests/conformance/run.sh -q --no-header \
  --deselect tests/test_bots.py::test_knowledge_binding_round_trip \
  --deselect tests/test_auth.py::test_other_users_token_cannot_delete_my_dataset \
  tests/test_auth.py tests/test_users_workspaces.py tests/test_bots.py \
  tests/test_chat.py tests/test_conversations.py tests/test_files.py tests/test_variables.py tests/test_workflows.py

part "browser"
tests/browser/run.sh
