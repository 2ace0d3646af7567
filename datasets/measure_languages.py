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
import tempfile

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


def number(value, digits=3):
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def within(record, name):
    low, high = record["intervals"][name]
    return f"{number(record[name])} [{number(low)}, {number(high)}]"


def kept(evaluation):
    return " ".join(number(evaluation["targets"][target]["accuracy"], 2) for target in TARGETS)


def english(program):
    """The default model on the English of the parallel statements."""
    all_rows = rows("datasets/diplomatic/statements.csv")
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, next(iter(all_rows.values())))
        writer.writeheader()
        writer.writerows(all_rows[id] for id in rows("datasets/fr/parallel.csv"))
        file.flush()
        return evaluated(program, "models/default.detente", file.name)


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
        lines.append(
            f"| {code} | {len(first):,} | {' '.join(number(a, 2) for a in alphas)} | {within(pooled, 'f_avg')} "
            f"| {within(tone, 'macro_f1')} | {within(pooled, 'log_loss')} | {within(pooled, 'ece')} "
            f"| {kept(parallel)} |"
        )
    print("\n".join(lines))
    print(f"\nEnglish of the parallel statements: {kept(english(program))}")


if __name__ == "__main__":
    main()
