#!/usr/bin/env bash
# Runs a conformance folder (HEARTH_CONFORMANCE) against the release binary: fresh data directory,
# mock model, fixtures, pytest with the arguments given; leaves with pytest's status.
#
#   tests/conformance/run.sh -q tests/test_chat.py
#
#   HEARTH_CONFORMANCE  the folder; default ../shared/conformance beside the repository. May be read-only.
#   HEARTH_BIN          the binary; absent: built with `cargo build --profile ci -p server`
#   HEARTH_VENV         where the Python environment is kept; default tests/conformance/.venv
#   HEARTH_KEEP         set: the working directory (logs, fixtures, data) is kept and named
#   Settings of the server (DATABASE_URL, …) are taken from the environment as usual.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=$(cd "${HEARTH_CONFORMANCE:-$root/../shared/conformance}" && pwd)
venv=${HEARTH_VENV:-$here/.venv}
work=$(mktemp -d "${TMPDIR:-/tmp}/hearth-conformance.XXXXXX")
pids=()

finish() {
  local status=$?
  trap - EXIT
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  if [ -n "${keep:-}" ]; then echo "kept: $work" >&2; else rm -rf "$work"; fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# ---- the binary
bin=${HEARTH_BIN:-}
if [ -z "$bin" ]; then
  (cd "$root" && cargo build --quiet --profile ci -p server)
  bin=${CARGO_TARGET_DIR:-$root/target}/ci/hearth
fi
bin=$(realpath -m "$bin")
[ -x "$bin" ] || { echo "no binary at $bin" >&2; exit 2; }

# ---- Python
wanted=$(sha256sum "$folder/requirements.txt" | cut -c1-64)
if [ "$(cat "$venv/.requirements" 2>/dev/null)" != "$wanted" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$folder/requirements.txt"
  echo "$wanted" >"$venv/.requirements"
fi
python=$venv/bin/python
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$here:$folder"

# ---- the model and the server, on ports that were free a moment ago
free_ports() {
  "$python" -c 'import socket,sys
s=[socket.socket() for _ in range(int(sys.argv[1]))]
[x.bind(("127.0.0.1",0)) for x in s]
print(*[x.getsockname()[1] for x in s])' "$1"
}
read -r port ops mock < <(free_ports 3)
base=http://127.0.0.1:$port

"$python" "$folder/mock_llm.py" --port "$mock" >"$work/mock.log" 2>&1 &
pids+=($!)
# The server refuses HEARTH_* variables that it does not know: those of this script are not for it.
unset HEARTH_BIN HEARTH_VENV HEARTH_CONFORMANCE
keep=${HEARTH_KEEP:-}
unset HEARTH_KEEP
export LISTEN_ADDR=127.0.0.1:$port HEARTH_OPS_ADDR=127.0.0.1:$ops HEARTH_DATA_DIR=$work/data
# From the working directory, so that no .env or hearth.toml of the repository is read.
(cd "$work" && exec "$bin" serve) >"$work/hearth.log" 2>&1 &
server=$!
pids+=($server)

answers() { "$python" -c 'import sys,urllib.request as u; u.urlopen(sys.argv[1], timeout=2)' "$1" 2>/dev/null; }
for url in "$base/ready" "http://127.0.0.1:$mock/__requests"; do
  for _ in $(seq 150); do
    answers "$url" && continue 2
    kill -0 "$server" 2>/dev/null || break
    sleep 0.2
  done
  echo "nothing answers at $url" >&2
  tail -n 40 "$work/hearth.log" "$work/mock.log" >&2
  exit 2
done

# ---- fixtures and tests
export FIXTURES=$work/fixtures.json CONFORMANCE_BIN=$bin CONFORMANCE_SESSION=$work/session.json
export CONF_SCORE=${CONF_SCORE:-$work/score.json} CONF_SCORE_JS=${CONF_SCORE_JS:-$work/score-js.json}
(cd "$work" && "$python" "$folder/setup_fixtures.py" --base-url "$base" --mock "http://127.0.0.1:$mock" --admin hearth_admin --out "$FIXTURES")

cd "$folder"
status=0
"$python" -m pytest -p no:cacheprovider --basetemp="$work/pytest" "$@" || status=$?
if [ "$status" -gt 1 ] || ! kill -0 "$server" 2>/dev/null; then tail -n 40 "$work/hearth.log" >&2; fi
exit "$status"
