#!/usr/bin/env python3
"""Puts together the rows that the model of relations learns from.

usage: rows.py DATA > rows.csv

DATA is the folder with `real_statements_train.csv` and `newsmtsc_train.csv`, whose texts are no part of the repository.
Own rows (train and dev) count once, real rows (train) twice. A text whose sha1 differs from the one labelled is an error.
"""
import csv
import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = ["id", "text", "target_text", "relation", "event", "root", "document", "source", "weight"]


def texts(data):
    found = {}
    with open(data / "real_statements_train.csv", newline="") as rows:
        for row in csv.DictReader(rows):
            found[row["id"]] = row["text"]
    with open(data / "newsmtsc_train.csv", newline="") as rows:
        for row in csv.DictReader(rows):
            found.setdefault("newsmtsc/" + row["id"], row["text"])
    return found


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    known = texts(Path(sys.argv[1]))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    with open(HERE / "relations.csv", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["split"] in ("train", "dev"):
                row.update(source="own", weight="1")
                out.writerow([row[column] for column in COLUMNS])
    with open(HERE / "relations-real.csv", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["split"] != "train":
                continue
            text = known.get(row["id"])
            if text is None or hashlib.sha1(text.encode()).hexdigest()[:12] != row["sha1"]:
                sys.exit(f"error: the text of {row['id']} is not there, or another than the one that was labelled")
            row.update(text=text, root=row["event"], source="real", weight="2")
            out.writerow([row[column] for column in COLUMNS])


if __name__ == "__main__":
    main()
