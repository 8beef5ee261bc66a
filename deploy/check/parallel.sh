#!/bin/sh
# A long check by GNU parallel, one part of the schedules after the other on every core; then the whole. What is said behind the command goes
# to every part: deploy/check/parallel.sh fencing --ttl 10s
# Several machines that have leasehold: PARALLEL='--sshlogin one,two' deploy/check/parallel.sh
# Where it is no command: LEASEHOLD='npx leasehold', or LEASEHOLD='node dist/src/cli/main.js'
set -eu
: "${LEASEHOLD:=leasehold}" "${SEED:=7}" "${RUNS:=100000}" "${SHARDS:=16}" "${RESULTS:=shards}"
command -v parallel >/dev/null || { echo "GNU parallel is missing: apt-get install parallel" >&2; exit 4; }
mkdir -p "$RESULTS"
rm -f "$RESULTS"/1/*/stderr
# A failure of one part ends them all; what a part prints is its file.
seq "$SHARDS" | parallel --quote --halt now,fail=1 --results "$RESULTS" \
  $LEASEHOLD check "$@" --seed "$SEED" --runs "$RUNS" --jobs 1 --shard "{}/$SHARDS" >/dev/null 2>&1 || {
  code=$?
  cat "$RESULTS"/1/*/stderr >&2
  exit "$code"
}
set --
for shard in $(seq "$SHARDS"); do set -- "$@" "$RESULTS/1/$shard/stdout"; done
exec $LEASEHOLD merge "$@"
