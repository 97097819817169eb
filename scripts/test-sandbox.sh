#!/usr/bin/env bash
# The suites of the sandbox (conformance, escapes, network, load) as an ordinary user: the jail is built in another
# way then. The unit tests before this run them as whoever calls. What a host forbids the suites skip and say.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"

if [ "$(id -u)" != 0 ]; then
  echo "SKIPPED: these were run as $(id -un) already; as root they would be run as both."
  exit 0
fi
# The build's directory may be closed to others.
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
chmod 755 "$place"
cargo test -p sandbox --tests --no-run --message-format=json |
  sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | sort -u | while read -r program; do
  install -m 755 "$program" "$place/"
done
for suite in conformance escapes network load; do
  printf '\n--- %s as nobody\n' "$suite"
  (cd / && env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/ HEARTH_TEST_SANDBOX_WORKER="$place/sandbox-worker" \
    HEARTH_TEST_REQUIRE_SERVICES="${HEARTH_TEST_REQUIRE_SERVICES:-0}" \
    setpriv --reuid=65534 --regid=65534 --clear-groups -- "$place/$suite"-* --test-threads=2 --nocapture)
done
