#!/usr/bin/env bash
# What sentence encoders give beside the n-grams: trains without one and with each of the folders, and prints a row of
# docs/experiments.md for each model and each file of test rows.
#
#   docs/encoders.sh TRAIN.csv TEST.csv[,TEST.csv...] [ENCODER_DIR...]
#
# TARGETS, GROUP, FLAGS and OUT (where models are kept) may be set. TRAIN.csv is that of models/README.md.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
train=$1; IFS=, read -ra tests <<<"$2"; shift 2
TARGETS=${TARGETS:-peace,cooperation,conflict,sentiment}
GROUP=${GROUP:-document}
FLAGS=${FLAGS:---mask-parties --no-curve}
OUT=${OUT:-target/encoders}
cargo build --release --quiet --features encoder
mkdir -p "$OUT"

measure() { # NAME MODEL [--encoder DIR]
  local name=$1 model=$2; shift 2
  for test in "${tests[@]}"; do
    target/release/detente --quiet evaluate "$test" --model "$model" --format json --resamples 0 \
      --targets "$TARGETS" "$@" | python3 -c '
import json, sys
report = json.load(sys.stdin)
pooled, sentiment = report["pooled"], report["targets"].get("sentiment", {})
show = lambda x: "-" if x is None else ("%.3f" % x).lstrip("0")
cells = [pooled.get("f_avg"), pooled.get("log_loss"), pooled.get("ece"), sentiment.get("macro_f1"), sentiment.get("log_loss")]
print("| " + " | ".join([sys.argv[1], sys.argv[2]] + [show(x) for x in cells]) + " |")
' "$name" "$(basename "$test" .csv)"
  done
}

echo "| model | rows | F avg | log-loss | ECE | sentiment macro-F1 | log-loss |"
echo "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
# shellcheck disable=SC2086
for encoder in "" "$@"; do
  name=$([ -n "$encoder" ] && basename "$encoder" || echo none)
  with=(); [ -z "$encoder" ] || with=(--encoder "$encoder")
  target/release/detente train "$train" --targets "$TARGETS" --group "$GROUP" $FLAGS "${with[@]}" \
    -o "$OUT/$name.detente" >"$OUT/$name.txt"
  measure "$name" "$OUT/$name.detente" "${with[@]}"
done
