#!/usr/bin/env bash
# Writes the tables of models/README.md, between its markers, from what the program says of the default
# model. Run it whenever the model has changed, then read the sentences between the tables again.
#
#   models/card.sh                     builds the program, measures, runs the behavioural suite
#   DATA=/elsewhere models/card.sh     where real_statements_dev.csv lies; without it that table stays
#   DETENTE=/some/detente models/card.sh
set -euo pipefail
cd "$(dirname "$0")/.."
card=models/README.md
data=${DATA:-../shared/data}
if [ -z "${DETENTE:-}" ]; then
  cargo build --release --locked --quiet
  DETENTE=${CARGO_TARGET_DIR:-target}/release/detente
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Puts standard input between `<!-- begin NAME -->` and `<!-- end NAME -->`.
put() {
  cat >"$work/part"
  if [ ! -s "$work/part" ]; then
    echo "error: nothing was said for the part \`$1\` of $card" >&2
    exit 1
  fi
  if ! grep -qx "<!-- begin $1 -->" "$card" || ! grep -qx "<!-- end $1 -->" "$card"; then
    echo "error: $card has no markers for the part \`$1\`" >&2
    exit 1
  fi
  awk -v name="$1" -v part="$work/part" '
    $0 == "<!-- end " name " -->" { inside = 0 }
    !inside { print }
    $0 == "<!-- begin " name " -->" { inside = 1; while ((getline line < part) > 0) print line }
  ' "$card" >"$work/card"
  cp "$work/card" "$card"
}

# The tables with these captions, of an evaluation in Markdown.
tables() {
  awk -v wanted="$1" '
    /^\*\*/ { caption = $0; gsub(/\*/, "", caption); inside = index("," wanted ",", "," caption ",") > 0 }
    inside { print }
  ' "$work/evaluation.md" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

{
  echo '```console'
  echo '$ detente inspect'
  "$DETENTE" inspect
  echo '```'
} | put inspect

"$DETENTE" evaluate datasets/diplomatic/statements.csv --where split=test --group document \
  --by register,region --all --format markdown >"$work/evaluation.md"
tables Measures,Labels,Baselines | put scores
tables "Prediction sets of a bounded risk" | put sets
tables Slices | put slices

if [ -f "$data/real_statements_dev.csv" ]; then
  "$DETENTE" evaluate "$data/real_statements_dev.csv" --all --format markdown >"$work/evaluation.md"
  tables "Measures,Labels,Prediction sets of a bounded risk" | put real
else
  echo "note: $data/real_statements_dev.csv is not there; that table stays as it was" >&2
fi
if [ -f "$data/real_news_dev.csv" ]; then
  "$DETENTE" evaluate "$data/real_news_dev.csv" --all --format markdown >"$work/evaluation.md"
  tables "Measures,Labels,Prediction sets of a bounded risk" | put news
else
  echo "note: $data/real_news_dev.csv is not there; that table stays as it was" >&2
fi

# Ten wrong answers of our own test splits, whose texts are ours to print.
for file in statements modern news; do
  "$DETENTE" evaluate "datasets/diplomatic/$file.csv" --where split=test --targets peace,cooperation,conflict \
    --errors "$work/errors-$file.csv" >/dev/null
done
python3 - "$work"/errors-*.csv <<'PYTHON' | put wrong
import csv, hashlib, sys
rows = [row for path in sys.argv[1:] for row in csv.DictReader(open(path, encoding="utf-8"))]
rows.sort(key=lambda row: hashlib.sha1((row["target"] + row["text"]).encode()).hexdigest())
print("| sentence | target | gold | given |\n| --- | --- | --- | --- |")
seen = set()
for row in rows:
    if row["text"] not in seen and len(seen) < 10:
        seen.add(row["text"])
        given = f"{row['predicted']} ({float(row['p_' + row['predicted']]):.2f})"
        print(f"| {row['text']} | {row['target']} | {row['gold']} | {given} |")
PYTHON

# The test says what the card shall say when it says something else.
if cargo test --locked --quiet --test main families_pass_as_the_model_card_says >"$work/test" 2>&1; then
  echo "note: the table of the behavioural suite is as it was" >&2
else
  {
    echo '| family | passed |'
    echo '| --- | --- |'
    grep -E '^\| [a-z]+ \| [0-9]+ of [0-9]+ \|$' "$work/test"
  } >"$work/families" || { cat "$work/test" >&2; exit 1; }
  put behaviour <"$work/families"
fi
awk '/^\| countries \| [0-9]+ of/ { printf "One country for another changes a label in %d of %d cases.\n", $6 - $4, $6 }' "$card" |
  put swaps
echo "wrote $card" >&2
