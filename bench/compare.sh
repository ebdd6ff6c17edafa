#!/usr/bin/env bash
# Compares the benchmarks of two commits, built apart and run in turn, so that a
# machine's moods hit both alike.
#
#   bench/compare.sh BASE [HEAD [BENCH [PACKAGES]]]
#
# HEAD is the current commit, BENCH all benchmarks, PACKAGES ./bench if not given or
# empty. COUNT (10) is how often each is run, BENCHTIME (1s) how long; SHORT=1 takes
# the small lists. What is not committed is not measured.
set -euo pipefail

GO=${GO:-go}
BENCHSTAT=golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
base=${1:-}
if [ -z "$base" ]; then
  echo 'usage: bench/compare.sh BASE [HEAD [BENCH [PACKAGES]]] (make bench-compare BASE=main~5)' >&2
  exit 64
fi
head=${2:-HEAD} bench=${3:-.} packages=${4:-./bench}
count=${COUNT:-10} benchtime=${BENCHTIME:-1s}

cd "$(git rev-parse --show-toplevel)"
base=$(git rev-parse --verify "$base^{commit}")
head=$(git rev-parse --verify "$head^{commit}")
tmp=$(mktemp -d)
tidy() {
  for side in base head; do
    git worktree remove --force "$tmp/$side" 2>/dev/null || true
  done
  rm -rf "$tmp"
}
trap tidy EXIT

# Each side: a work tree, and beside it a test program for each package that has tests.
for side in base head; do
  git worktree add --quiet --detach "$tmp/$side" "${!side}"
  mkdir "$tmp/$side.tests"
  (
    cd "$tmp/$side"
    # Packages that one side alone has are left out by the other.
    # shellcheck disable=SC2086
    $GO list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.Dir}}{{end}}' $packages | while read -r dir; do
      name=${dir#"$tmp/$side"}
      $GO test -c -o "$tmp/$side.tests/${name//\//@}.test" "$dir"
    done
  )
done

for i in $(seq "$count"); do
  # Who goes first takes turns too.
  sides='base head'
  [ $((i % 2)) = 1 ] || sides='head base'
  for test in "$tmp"/head.tests/*.test; do
    name=$(basename "$test" .test)
    for side in $sides; do
      [ -x "$tmp/$side.tests/$name.test" ] || continue
      echo "round $i of $count: $side${name//@//}" >&2
      (
        cd "$tmp/$side${name//@//}"
        "$tmp/$side.tests/$name.test" -test.run '^$' -test.bench "$bench" -test.benchmem \
          -test.benchtime "$benchtime" -test.timeout 0 ${SHORT:+-test.short}
      ) >>"$tmp/$side.txt"
    done
  done
done

$GO run "$BENCHSTAT" base="$tmp/base.txt" head="$tmp/head.txt"
