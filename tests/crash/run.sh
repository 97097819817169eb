#!/usr/bin/env bash
# The crash test against the binary named by HEARTH_BIN (default: the one of PROFILE=ci, built here).
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
if [ -z "${HEARTH_BIN:-}" ]; then
  cargo build --profile ci -p server
  HEARTH_BIN="$CARGO_TARGET_DIR/ci/hearth"
fi
export HEARTH_BIN
# One after the other: each of them loads the machine on purpose.
cargo test -p hearth-tests --test crash -- --nocapture --test-threads=1
