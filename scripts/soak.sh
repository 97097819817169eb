#!/usr/bin/env bash
# The tests that kill things, again and again for MINUTES: property tests and the simulator with CASES random
# workflows each, then the crash harness on the real binary (turns, workflows, takeover on MariaDB and PostgreSQL).
# Fails if anything was lost or done twice, or any of the tests failed.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
export HEARTH_TEST_REQUIRE_SERVICES="${HEARTH_TEST_REQUIRE_SERVICES:-1}"
minutes="${MINUTES:-10}"
cases="${CASES:-1000}"

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
export HEARTH_TEST_TALLY="$scratch/tally"
touch "$HEARTH_TEST_TALLY"

if [ -z "${HEARTH_BIN:-}" ]; then
  cargo build --profile ci -p server
  HEARTH_BIN="$CARGO_TARGET_DIR/ci/hearth"
fi
export HEARTH_BIN

# The end of a log is enough to see what failed: the seed of a property, the run that was lost.
try() {
  local what="$1"
  shift
  if "$@" >"$scratch/log" 2>&1; then
    return 0
  fi
  printf '\nFAILED in round %s: %s\n' "$round" "$what"
  tail -n 60 "$scratch/log"
  return 1
}

began=$SECONDS
round=0
failed=0
while [ "$failed" -eq 0 ] && { [ "$round" -eq 0 ] || [ $((SECONDS - began)) -lt $((minutes * 60)) ]; }; do
  round=$((round + 1))
  PROPTEST_CASES="$cases" try "property tests and simulator" cargo test -q -p flow -p engine --lib || failed=1
  try "crash harness" cargo test -q -p hearth-tests --test crash -- --nocapture --test-threads=1 || failed=1
  printf 'round %s, %s s\n' "$round" $((SECONDS - began))
done

awk -v rounds="$round" -v seconds=$((SECONDS - began)) -v failed="$failed" '
  BEGIN { split("runs kills lost doubled", names, " ") }
  {
    if (!($1 in seen)) { seen[$1] = 1; order[++parts] = $1 }
    for (i = 2; i <= NF; i++) { split($i, pair, "="); sum[$1, pair[1]] += pair[2]; all[pair[1]] += pair[2] }
  }
  function line(name, runs, kills, lost, doubled) { printf "%-20s %10s %10s %6s %8s\n", name, runs, kills, lost, doubled }
  END {
    printf "\n%d rounds in %d s\n", rounds, seconds
    line("part", "runs", "kills", "lost", "doubled")
    for (i = 1; i <= parts; i++) line(order[i], sum[order[i], "runs"], sum[order[i], "kills"], sum[order[i], "lost"], sum[order[i], "doubled"])
    line("all", all["runs"] + 0, all["kills"] + 0, all["lost"] + 0, all["doubled"] + 0)
    bad = failed || all["lost"] + all["doubled"] > 0 || parts == 0
    print bad ? "FAILED" : "nothing was lost, nothing was done twice"
    exit bad ? 1 : 0
  }' "$HEARTH_TEST_TALLY"
