#!/bin/sh
# A long check by GNU parallel, one part of the schedules after the other on every core; then the whole. What is said behind the command goes
# to every part: deploy/check/parallel.sh fencing --ttl 10s
# Several machines that have leasehold: PARALLEL='--sshlogin one,two' deploy/check/parallel.sh
set -eu
: "${LEASEHOLD:=leasehold}" "${SEED:=7}" "${RUNS:=100000}" "${SHARDS:=16}" "${RESULTS:=shards}"
mkdir -p "$RESULTS"
# A failure of one part ends them all; what a part prints is its file.
seq "$SHARDS" | parallel --halt now,fail=1 --results "$RESULTS" \
  "$LEASEHOLD check $* --seed $SEED --runs $RUNS --jobs 1 --shard {}/$SHARDS" >/dev/null
exec $LEASEHOLD merge $(seq -f "$RESULTS/1/%g/stdout" "$SHARDS")
