#!/usr/bin/env bash
# The server (debug build) and Vite beside it; both end together.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -d web/node_modules ] || (cd web && npm install --no-save --no-audit --no-fund)
cargo build -p server
LISTEN_ADDR="${LISTEN_ADDR:-127.0.0.1:8888}" "${CARGO_TARGET_DIR:-target}/debug/hearth" serve &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
cd web && npm run dev
