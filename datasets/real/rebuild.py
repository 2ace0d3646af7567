#!/usr/bin/env python3
"""Rebuilds the labelled texts of `labels.csv` from public sources; only Python's standard library is needed.

    python3 datasets/real/rebuild.py SOURCES... -o real.csv

SOURCES are files that hold the documents: JSON Lines (`.jsonl`, also `.gz`) with `id` and `text`, or CSV with `id` and
`text` (NewsMTSC, UNSCon). README.md beside this script says where each source is published and what its ids are. A
statement is cut at its offsets (in characters), or is the sentence with its number; runs of white space become one
blank, and the SHA-1 of the result must be that of `labels.csv`. What is not found, or differs, is counted and left out.
"""

import argparse
import csv
import gzip
import hashlib
import json
import os
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
FIELDS = ["id", "text", "peace", "cooperation", "conflict", "sentiment", "source", "document", "sha1"]


def texts_of(path):
    """The documents of a file: pairs of id and text."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8", newline="")
    with opened as file:
        if ".jsonl" in path.suffixes:
            for line in file:
                record = json.loads(line)
                yield str(record["id"]), record["text"]
        else:
            csv.field_size_limit(1 << 30)
            for record in csv.DictReader(file):
                yield record["id"], record["text"]


def collapsed(text):
    return re.sub(r"\s+", " ", text).strip()


def sha1(text):
    return hashlib.sha1(text.encode("utf-8")).hexdigest()


def statement(text, place, expected):
    """The statement at a place of its document, or None unless its SHA-1 begins as expected."""
    found = re.fullmatch(r"(\d+)-(\d+)", place)
    if found:
        candidates = [text[int(found[1]):int(found[2])]]
    else:
        # A short document is a statement as a whole, or its sentences are numbered.
        candidates = [text, *re.split(r"(?<=[.!?])\s+", text)]
    for candidate in map(collapsed, candidates):
        if sha1(candidate).startswith(expected):
            return candidate
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("sources", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    with open(HERE / "labels.csv", encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file))
    wanted = {row["key"] for row in labels}
    documents = {}
    for path in arguments.sources:
        documents.update((key, text) for key, text in texts_of(path) if key in wanted)
    rows, missing, other = [], 0, 0
    for row in labels:
        text = documents.get(row["key"])
        if text is None:
            missing += 1
            continue
        cut = statement(text, row["place"], row["sha1"])
        if cut is None:
            other += 1
            continue
        identity = f"{row['source']}/{row['document']}/{row['place']}"
        rows.append({**{name: row[name] for name in FIELDS if name in row}, "id": identity, "text": cut})
    temporary = arguments.output.with_suffix(".part")
    with open(temporary, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(temporary, arguments.output)
    print(f"{len(rows)} of {len(labels)} statements rebuilt; {missing} without their document, {other} with another text",
          file=sys.stderr)
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
