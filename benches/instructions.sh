#!/usr/bin/env bash
# Counts the instructions of the hot paths under valgrind, and fails where one has grown by more than
# a tenth since `instructions.tsv` was written. Unlike time they are nearly the same on every run.
#
#   benches/instructions.sh            compare
#   benches/instructions.sh --write    write a new baseline, with the reason in the commit
#
# Counts of another compiler or processor say nothing: then, and without valgrind, they are passed over.
set -euo pipefail
cd "$(dirname "$0")/.."
baseline=benches/instructions.tsv
binary="${CARGO_TARGET_DIR:-target}/release/detente"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

avx2=$(grep -qsw avx2 /proc/cpuinfo && echo avx2 || echo plain)
made_by="# $(rustc --version), $(uname -m) $avx2"
if ! command -v valgrind >/dev/null; then
  echo "note: no valgrind here, so that no instructions are counted"
  exit
fi
if [ "${1-}" != --write ] && [ "$(head -n 1 "$baseline")" != "$made_by" ]; then
  echo "note: no instructions are counted, since the baseline is of $(head -n 1 "$baseline" | cut -c3-)"
  exit
fi

echo 'We welcome the ceasefire, but they shelled the town again.' > "$work/one.txt"
count() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" "${@:2}" 2>&1 >/dev/null |
    sed -n "s/.*Collected : \([0-9]*\)$/$1\t\1/p"
}

cargo build --release --locked --quiet
{
  count start score --threads 1 "$work/one.txt"
  count score-csv score --threads 1 --format csv datasets/diplomatic/statements.csv
  count score-jsonl score --threads 1 --format jsonl --no-parties datasets/diplomatic/statements.csv
  count score-parties score --threads 1 --format jsonl datasets/diplomatic/statements.csv
} > "$work/counts.tsv"

if [ "${1-}" = --write ]; then
  { echo "$made_by"; cat "$work/counts.tsv"; } > "$baseline"
  exit
fi
join -t $'\t' <(grep -v '^#' "$baseline") "$work/counts.tsv" | awk -F'\t' '
  { change = 100 * ($3 / $2 - 1); printf "%s\t%+.1f %%\t%.0f\n", $1, change, $3; if (change > 10) grown = 1 }
  END { if (NR == 0 || grown) { print "a hot path has grown by more than 10 %" > "/dev/stderr"; exit 1 } }'
