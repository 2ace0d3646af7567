#!/usr/bin/env bash
# Writes docs/evaluation.md: every way to measure a model, with what it printed. Run it again whenever
# the default model or a report changes.
#
#   docs/evaluation.sh                    builds the program, then takes about two minutes
#   DATA=/elsewhere docs/evaluation.sh    where unscon_dev.csv and newsmtsc_train.csv lie
#   DETENTE=/some/detente docs/evaluation.sh
#
# The two corpora are not part of the repository (licences: docs/evaluation.md). It needs python3 for
# one of them, whose articles have no column of their own.
set -euo pipefail
repo=$(cd "$(dirname "$0")/.." && pwd)
data=${DATA:-$repo/../shared/data}
for name in unscon_dev.csv newsmtsc_train.csv; do
  if [ ! -f "$data/$name" ]; then
    echo "$data/$name is not there; say where it is with DATA=FOLDER" >&2
    exit 1
  fi
done
data=$(cd "$data" && pwd)
if [ -z "${DETENTE:-}" ]; then
  (cd "$repo" && cargo build --release --locked --quiet)
  DETENTE=${CARGO_TARGET_DIR:-$repo/target}/release/detente
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$(realpath "$DETENTE")" "$work/bin/detente"
ln -s "$repo/datasets" "$work/datasets"
ln -s "$data/unscon_dev.csv" "$work/unscon_dev.csv"
export PATH="$work/bin:$PATH"
cd "$work"
out=$work/evaluation.md

say() { cat >>"$out"; }

# Runs a command as a reader would type it, and shows it with what it printed.
show() {
  printf '\n```console\n$ %s\n' "$1" >>"$out"
  bash -o pipefail -c "$1" >>"$out" 2>&1
  printf '```\n' >>"$out"
}

# Runs a command without showing what it printed.
prepare() {
  printf '\n```sh\n%s\n```\n' "$1" >>"$out"
  bash -o pipefail -c "$1" >/dev/null 2>&1
}

say <<'END'
# Measuring a model

This page shows what `detente` prints when a model is measured, and how to read it. `docs/evaluation.sh` writes it from
real runs: every number below is what the program said.

Three bodies of text are used:

| here | what | rows | documents |
| --- | --- | --- | --- |
| `datasets/diplomatic/statements.csv` | our own invented statements; `split=test` was never used for a choice | 1,520 of 8,398 | 130 |
| `unscon_dev.csv` | sentences of four UN Security Council debates, marked for verbal dispute. UNSCon (Zaczynska, Bourgonje, Stede 2024), CC BY-SA 4.0; not in this repository | 1,558 | 63 speeches |
| `news.csv` | political news with the sentiment toward a named person or party. NewsMTSC (Hamborg and Donnay 2021), MIT; not in this repository; made from `newsmtsc_train.csv` below | 8,739 | articles |

Three habits hold everywhere:

- **Documents, not rows.** Sentences of one document resemble each other. So intervals draw whole documents with
  replacement (2,000 times, seed 42, percentiles 2.5 and 97.5). Tests exchange whole documents, and folds never cut
  one in two. Name the column with `--group`.
- **Undefined is `-`, never 0.** F1 of a label that neither occurs nor is given does not exist.
- **The same input gives the same bytes**, whatever the order of the rows and the number of threads.

Every HTML report ends with how each figure is computed, with its reference. So do the docs of the crate
`detente-metrics`.

## A model on labelled data: `evaluate`

### The default model on our own test split
END
show 'detente evaluate datasets/diplomatic/statements.csv --where split=test --group document \
    --by register --errors errors.csv --report report.html'
say <<'END'

How to read it, from the top:

1. *Warnings* come before the first number. First contamination: rows or documents that the model was trained on. The
   model has a hash of each training text and group; near-duplicates are found by MinHash sketches. Then the rows that
   were left out, and why. Then drift: the share of words that the model does not know, beside the same share inside
   training (each fold by the others), and how many of the commonest words differ in frequency (chi-square divided
   by the design effect of documents; Rao and Scott 1984).
2. *Measures.* For stance targets look at **F avg** first: the mean of F1(favor) and F1(against). `none` is left out
   because it is the easy majority. For classes look at macro-F1. Log-loss and Brier judge probabilities (lower is
   better). ECE says how far confidence is from the share that is right. `pooled` takes all rows of the three stance
   targets together. If two intervals overlap, nothing follows from that; use `compare`.
3. *Labels.* How often a label is true (support), how often it was given, precision, recall, F1, and what it is mostly
   taken for.
4. *Baselines* from the training shares and from the lexicon alone. A model that does not beat them has learned
   nothing from words.
5. *Slices.* Every measure again for each value of a column. `less the rest` is macro-F1 inside the slice minus outside,
   both from the same resampled documents. `p` is corrected for all slices of the target (Holm 1979). "Below the rest"
   stands only where that p is at most .05; "few rows" where there are fewer than 30.

`--errors` wrote the wrong answers, the most confident first, with the features that gave them:
END
show 'head -n 4 errors.csv'
say <<'END'

`--report` wrote one HTML file with the same and with plots: confusion matrices, reliability, risk and coverage,
score distributions, slices as dots with intervals, the worst errors with their words marked. It needs no network. It
can be printed, has a dark theme, fits a phone, and works with a screen reader.

`--all` shows every measure, the accuracy when only the most confident rows are answered, whether prediction sets hold
the gold label as often as promised, and the shares of labels, counted and corrected:
END
show 'detente evaluate datasets/diplomatic/statements.csv --where split=test --group document --all | sed -n "/^More/,\$p"'
say <<'END'

*Prediction sets* are split conformal (Vovk, Gammerman and Shafer 2005): at a risk of 10 %, the set should hold the gold
label in 90 % of rows like those of training. `answered` is the share whose set is the one label given; `score --max-risk`
defers the others.

How common is a label? Counting answers is biased toward the mix of the training rows. *Adjusted* shares correct that by
the confusions out of fold (Forman 2008), *corrected* ones by expectation-maximisation over the probabilities (Saerens,
Latinne and Decaestecker 2002).

### The same for a paper
`--format latex` (with `booktabs`), `--format markdown`, `--format csv` (one number a line), `--format json`:
END
show 'detente evaluate datasets/diplomatic/statements.csv --where split=test --group document --format latex | sed -n "1,/end{table}/p"'
show 'detente evaluate datasets/diplomatic/statements.csv --where split=test --group document --by region --format csv | head -n 5'
say <<'END'

### The default model on another task: news
The labels of NewsMTSC are about one person in a sentence; the model's are about the whole sentence. So this shows
what it costs to use a model for another task. It is no test on new text: the model has learned from nearly all of these
sentences, with labels for the whole sentence (`datasets/real`). The article is the id without its last parts.
END
prepare "python3 - $data/newsmtsc_train.csv <<'PY'
import csv, re, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='')))
with open('news.csv', 'w', newline='') as file:
    out = csv.writer(file)
    out.writerow(['id', 'article', 'text', 'sentiment'])
    for row in rows:
        article = re.match(r'(?:allsides_\d+|[a-z]+_v1_\d+)_-?\d+', row['id'])
        out.writerow([row['id'], article[0], row['text'], row['polarity']])
PY"
sed -i "s|$data/||" "$out"
show 'detente evaluate news.csv --group article'
say <<'END'

Read the lines at the top first. If the share of unknown words or the number of changed words is high, the text is not
what the model learned from, and the measures below say how much that costs. Then read the baselines: if the lexicon
alone is as good, the model has nothing to add on such text.

### A model of your own on rows it never saw: the Security Council
Trained on the debates before 2016, tested on the one of 2016. `--where` takes one value, so the training rows are
cut out first.
END
prepare 'grep -v ",11 March 2016," unscon_dev.csv > before.csv
detente train before.csv --targets dispute --group speech_id -o dispute.detente'
show 'detente evaluate unscon_dev.csv --model dispute.detente --group speech_id --where "date=11 March 2016"'
say <<'END'

Compare the accuracy with `majority`: if one label is this common, macro-F1 and the labels tell more. One debate has few
documents, and the intervals say so. Measured on all rows, the same model looks better than it is, and the first line
says why:
END
show 'detente evaluate unscon_dev.csv --model dispute.detente --group speech_id | head -n 6'
say <<'END'

## A recipe instead of a model: `cross-validate`
Every training part goes through the whole of `train`. It chooses the penalty, the temperature and the decision by
folds *inside* that part (nested cross-validation; Varma and Simon 2006). The rows tested influence nothing.

### Plain: folds by document, balanced by label
`--learning-curve 4` also trains on a quarter, a half and three quarters of every fold's documents.
END
show 'detente cross-validate unscon_dev.csv --targets dispute --group speech_id \
    --predictions full.csv --learning-curve 4 --report unscon.html'
say <<'END'

The interval is that of all answers together, resampled by document. `folds` is the mean and the standard deviation
over folds; folds share training rows, so it is no standard error. `majority` always gives the commonest label of the
training rows. If the learning curve still rises at its end, more documents would help.

### The past and the future: `--time`
END
show 'detente cross-validate unscon_dev.csv --targets dispute --group speech_id --time date --folds 3'
say <<'END'

Each window is tested by a model of everything before it; the first dates only train. The difference from the plain
figure is what a change of topic over time costs.

### One value at a time: `--leave-out`
Each debate by a model of the three others:
END
show 'detente cross-validate unscon_dev.csv --targets dispute --group speech_id --leave-out date'
say <<'END'

### News
END
show 'detente cross-validate news.csv --targets sentiment --group article --folds 3'
say <<'END'

### Our own statements, each region by a model of the others
`--l2 0.1` fixes the penalty instead of choosing it in every part. That saves time.
END
show 'detente cross-validate datasets/diplomatic/statements.csv --where split=train --targets peace --group document \
    --leave-out region --l2 0.1 --mask-parties --decision-metric log-loss'
say <<'END'

## Is one better than another: `compare`

### Models
A second recipe, without characters and without the lexicon, on the same training rows as the default model:
END
prepare 'detente train datasets/diplomatic/statements.csv --where split=train --group document --mask-parties \
  --decision-metric log-loss --l2 0.1 --char-max 0 --no-lexicon -o words.detente'
show 'detente compare default words.detente --data datasets/diplomatic/statements.csv --where split=test --group document'
say <<'END'

The sentences are the verdict. For each measure there are both values, the difference with its interval (paired bootstrap
by document), and two tests. *McNemar* (exact if fewer than 25 answers differ) takes rows as independent. *Shuffled* is
approximate randomisation, which exchanges the answers of whole documents (Noreen 1989; Yeh 2000). For accuracy the
larger p counts. `p Holm` corrects over all measures, targets and pairs at once. An interval without 0 beside a `p Holm`
above .05 is no contradiction, since the interval is that of one difference. A model that was trained on rows of the data
is named at the top, since it looks better than it is.

### Files of predictions
Any program that writes `id,target,gold,predicted` (and `p_<label>`) can be compared, not only `detente`. Here are two
recipes by the same folds; `--data` says which rows are one document:
END
prepare 'detente cross-validate unscon_dev.csv --targets dispute --group speech_id --char-max 0 --no-lexicon \
  --predictions words.csv'
show 'detente compare full.csv words.csv --data unscon_dev.csv --group speech_id'
show 'detente compare full.csv words.csv --data unscon_dev.csv --group speech_id --format markdown'

cp "$out" "$repo/docs/evaluation.md"
echo "wrote $repo/docs/evaluation.md" >&2
