#!/usr/bin/env python3
"""Writes the table of docs/languages.md: how right the default model of each language is.

    python3 datasets/measure_languages.py [DETENTE]

DETENTE is the program, by default target/release/detente. Measured on the rows of `datasets/CODE/statements.csv` whose split
is `test`, resampled by document, and on `datasets/CODE/parallel.csv`, English test statements in translation with the labels
of the English. Alpha is Krippendorff's, nominal, of the labels and those of a second, blind reader in `datasets/CODE/second.csv`.
"""
import collections
import csv
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CODES = "fr es ru ar zh".split()
TARGETS = "peace cooperation conflict sentiment".split()


def evaluated(program, model, data, *flags):
    command = [program, "evaluate", "--model", model, data, "--group", "document", "--format", "json", *flags]
    return json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)


def alpha(pairs):
    counts = collections.Counter(label for pair in pairs for label in pair)
    n = sum(counts.values())
    expected = 1 - sum(count * (count - 1) for count in counts.values()) / (n * (n - 1))
    return 1 - (sum(a != b for a, b in pairs) / len(pairs)) / expected


def rows(path):
    with open(ROOT / path, encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "target/release/detente"
    lines = [
        "| | rows | second reader, alpha | F avg, three stances | sentiment, macro-F1 | log-loss | ECE | parallel |",
        "| --- | ---: | --- | --- | --- | --- | --- | --- |",
    ]
    for code in CODES:
        first, second = rows(f"datasets/{code}/statements.csv"), rows(f"datasets/{code}/second.csv")
        alphas = [alpha([(first[id][target], row[target]) for id, row in second.items()]) for target in TARGETS]
        found = evaluated(program, f"models/{code}.detente", f"datasets/{code}/statements.csv", "--where", "split=test")
        parallel = evaluated(program, f"models/{code}.detente", f"datasets/{code}/parallel.csv")
        pooled, tone = found["pooled"], found["targets"]["sentiment"]
        kept = [parallel["targets"][target]["accuracy"] for target in TARGETS]
        number = lambda value: f"{value:.3f}".lstrip("0")
        within = lambda record, name: (
            f"{number(record[name])} [{number(record['intervals'][name][0])}, {number(record['intervals'][name][1])}]"
        )
        lines.append(
            f"| {code} | {len(first):,} | {' '.join(number(a)[:3] for a in alphas)} | {within(pooled, 'f_avg')} "
            f"| {within(tone, 'macro_f1')} | {within(pooled, 'log_loss')} | {within(pooled, 'ece')} "
            f"| {' '.join(number(a)[:3] for a in kept)} |"
        )
    print("\n".join(lines))


if __name__ == "__main__":
    main()
