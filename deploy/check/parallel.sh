#!/bin/sh
# A long check by GNU parallel, one part of the schedules after the other on every core; then the whole. What is said behind the command goes
# to every part: deploy/check/parallel.sh fencing --ttl 10s
# Several machines that have leasehold: PARALLEL='--sshlogin one,two' deploy/check/parallel.sh
# Where it is no command: LEASEHOLD='npx leasehold', or LEASEHOLD='node dist/src/cli/main.js'
set -eu
: "${LEASEHOLD:=leasehold}" "${SEED:=7}" "${RUNS:=100000}" "${SHARDS:=16}" "${RESULTS:=shards}"
fail() {
  echo "$1" >&2
  exit "$2"
}
command -v parallel >/dev/null || fail "GNU parallel is missing: apt-get install parallel" 4
parallel --version 2>/dev/null | grep -q '^GNU parallel' ||
  fail "this parallel is not GNU's, or PARALLEL is not as it takes it: apt-get install parallel" 4
$LEASEHOLD --version >/dev/null 2>&1 || fail "LEASEHOLD does not run: $LEASEHOLD" 4
case $SHARDS in '' | 0 | *[!0-9]*) fail "SHARDS must be a whole number from 1 on, not '$SHARDS'" 2 ;; esac
mkdir -p "$RESULTS" || fail "RESULTS cannot be made: $RESULTS" 4
rm -f "$RESULTS"/1/*/stderr

parallel=
# Asked once, it waits for the parts that run; asked twice, it ends them.
stop() {
  if [ -n "$parallel" ]; then
    kill -TERM "$parallel" && sleep 1 && kill -TERM "$parallel" && wait "$parallel"
  fi 2>/dev/null || true
  exit "$1"
}
trap 'stop 143' TERM
trap 'stop 130' INT
# A failure of one part ends them all; what a part prints is its file.
seq "$SHARDS" | parallel --quote --halt now,fail=1 --results "$RESULTS" \
  $LEASEHOLD check "$@" --seed "$SEED" --runs "$RUNS" --jobs 1 --shard "{}/$SHARDS" \
  >/dev/null 2>"$RESULTS/parallel.stderr" &
parallel=$!
wait "$parallel" || {
  code=$?
  for said in "$RESULTS"/1/*/stderr; do
    if [ -s "$said" ]; then
      cat "$said" >&2
      exit "$code"
    fi
  done
  cat "$RESULTS/parallel.stderr" >&2
  exit 4
}

# The merge needs the modules that the parts were given, and nothing else of it.
shards=$(seq "$SHARDS")
kept=0
for word in "$@"; do
  shift
  if [ "$kept" = 1 ]; then set -- "$@" "$word" && kept=0 && continue; fi
  case $word in
  --variant | --property | --fault) set -- "$@" "$word" && kept=1 ;;
  --variant=* | --property=* | --fault=*) set -- "$@" "$word" ;;
  esac
done
for shard in $shards; do set -- "$@" "$RESULTS/1/$shard/stdout"; done
exec $LEASEHOLD merge "$@"
