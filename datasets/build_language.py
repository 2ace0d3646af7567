#!/usr/bin/env python3
"""Turns the statements of a language, as its writers left them, into a table that models are trained from.

    python3 datasets/build_language.py CODE FOLDER [OUT]

FOLDER holds `part-*.txt`, UTF-8; OUT is by default `datasets/CODE/statements.csv`. A part is

    # d0001 | security_council | africa | ceasefire in the Sahel | 2019 | own
    +.-n Text of the statement
    &+..p A minimal pair of the line before it

- A line that starts with `# ` begins a document: its id, register (general_assembly, security_council, news, communique,
  interview, resolution, opinion, ministry, offtopic), region (africa, americas, asia, europe, middle_east, oceania, global),
  topic in English, year, and whether it is `own` or `translated`.
- Every other line is a statement: three signs for peace, cooperation and conflict (`+` favor, `-` against, `.` none), one for
  the sentiment (p positive, n negative, u neutral), a blank, the text.
- `&` before the signs: a minimal pair of the line before. A chain of them is one pair.

The table has the columns of `datasets/diplomatic/statements.csv` (holder and counterpart empty) and `origin`. A document keeps
its id with the code before it (`fr-d0001`), its statements are numbered (`fr-d0001-01`), a pair has the
number of its first statement (`fr-d0001-p1`). Documents are split by a hash of their id: 70 % train, 10 % dev, 20 % test. Lines that are no statement, and texts
that stand twice, are left out and counted.
"""
import argparse
import collections
import csv
import hashlib
import pathlib
import re
import sys

COLUMNS = (
    "id text peace cooperation conflict sentiment holder counterpart register region topic document split year pair origin"
).split()
STANCES = {"+": "favor", "-": "against", ".": "none"}
SENTIMENTS = {"p": "positive", "n": "negative", "u": "neutral"}
STATEMENT = re.compile(r"(&?)([-+.]{3})([pnu]) (\S.*)")


def split_of(document):
    place = int.from_bytes(hashlib.sha256(document.encode()).digest()[:8], "big") % 100
    return "train" if place < 70 else "dev" if place < 80 else "test"


def header_of(line):
    fields = [field.strip() for field in line[2:].split("|")]
    return fields if len(fields) == 6 and fields[0] else None


def rows_of(code, paths):
    texts, left_out = set(), collections.Counter()
    n_statements = collections.Counter()
    header, before = None, None
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                header, before = header_of(line), None
                left_out["headers"] += header is None
                continue
            found = STATEMENT.fullmatch(line.strip())
            if not line.strip():
                continue
            if not found or header is None:
                left_out["lines"] += 1
                before = None
                continue
            name, register, region, topic, year, origin = header
            ampersand, signs, sentiment, text = found.groups()
            text = " ".join(text.split())
            if text in texts:
                left_out["doubles"] += 1
                before = None
                continue
            texts.add(text)
            document = f"{code}-{name}"
            n_statements[document] += 1
            row = dict.fromkeys(COLUMNS, "")
            row.update(
                id=f"{document}-{n_statements[document]:02}", text=text, register=register, region=region, topic=topic,
                document=document, split=split_of(document), year=year, origin=origin, sentiment=SENTIMENTS[sentiment],
            )
            row.update(zip(("peace", "cooperation", "conflict"), (STANCES[sign] for sign in signs)))
            if ampersand and before is not None:
                before["pair"] = before["pair"] or f"{document}-p{n_statements[document] - 1}"
                row["pair"] = before["pair"]
            before = row
            yield row
    print({name: n for name, n in left_out.items() if n} or "nothing left out", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("code", help="of the language, as in `fr`")
    parser.add_argument("folder", type=pathlib.Path, help="holds the parts")
    parser.add_argument("out", type=pathlib.Path, nargs="?", help="default datasets/CODE/statements.csv")
    arguments = parser.parse_args()
    code, folder = arguments.code, arguments.folder
    out = arguments.out or pathlib.Path(__file__).resolve().parent / code / "statements.csv"
    rows = list(rows_of(code, sorted(folder.glob("part-*.txt"))))
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    splits = collections.Counter(row["split"] for row in rows)
    n_documents = len({row["document"] for row in rows})
    print(f"{out}: {len(rows)} rows in {n_documents} documents; {dict(splits)}", file=sys.stderr)


if __name__ == "__main__":
    main()
