#!/usr/bin/env bash
# The journey of a new user in Chromium against a fresh server, then workflows and their canvas; then the official Python
# SDK asks the same agent and runs the workflow that was published there. Needs web/node_modules, Chromium, and the virtual
# environment of tests/conformance.
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
bin=$(realpath "${HEARTH_BIN:-$CARGO_TARGET_DIR/ci/hearth}")
work=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
ops=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
(cd "$work" && exec env LISTEN_ADDR="127.0.0.1:$port" HEARTH_OPS_ADDR="127.0.0.1:$ops" HEARTH_DATA_DIR="$work/data" "$bin" serve 2>"$work/log") &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$work"' EXIT
export HEARTH_URL="http://127.0.0.1:$port"
for _ in $(seq 100); do
  curl -fs "$HEARTH_URL/ready" >/dev/null 2>&1 && break
  sleep 0.1
done
(cd web && node e2e/journey.mjs) | tee "$work/out" || { tail -20 "$work/log"; exit 1; }
tail -1 "$work/out" >"$work/journey.json"
for journey in workflows canvas canvas-panel canvas-run canvas-around canvas-assist; do
  (cd web && node "e2e/$journey.mjs") || { tail -20 "$work/log"; exit 1; }
done
# It kills its server, one of its own, and mostly waits for it: beside the next.
(cd web && HEARTH_BIN="$bin" node e2e/canvas-crash.mjs) >"$work/crash" 2>&1 &
crash=$!
# Every page and dialog with axe; in English, too: without LANGS.
(cd web && LANGS=zh-CN node e2e/canvas-access.mjs) || { tail -20 "$work/log"; exit 1; }
wait "$crash" && cat "$work/crash" || { cat "$work/crash"; exit 1; }
(cd web && node e2e/canvas-publish.mjs) | tee "$work/out" || { tail -20 "$work/log"; exit 1; }
tail -1 "$work/out" >"$work/workflow.json"
venv="${HEARTH_VENV:-tests/conformance/.venv}"
"$venv/bin/python" tests/browser/same_agent.py "$HEARTH_URL" "$work/journey.json"
"$venv/bin/python" tests/browser/same_workflow.py "$HEARTH_URL" "$work/journey.json" "$work/workflow.json"
