#!/usr/bin/env python3
"""Copies the lexicon and the table of parties of a language into the crates that carry them.

    python3 datasets/language_tables.py CODE FOLDER

FOLDER holds `lexicon.tsv` (entry, category, weight) and `parties.tsv` (canonical, kind, name) of the language CODE
(ar, es, fr, ru or zh), with or without their header; either may be missing. The rows are sorted; doubles, rows of unknown
kinds or categories, parties that the English table does not know, and Chinese names of one character are left out and
counted. A name of two parties stays with the first of: state, capital, body, group, region, seat, leader, demonym.
"""
import collections
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FEATURES = ROOT / "crates/detente-model/src/features"
TEXT = ROOT / "crates/detente-text/src"
KINDS = "state capital body group region seat leader demonym".split()


def rows(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("\t")] for line in lines if line.strip()]
    return [row for row in cells if row[0] not in ("entry", "canonical")]


def is_entry(row, categories):
    if len(row) != 3 or row[1] not in categories:
        return False
    words = row[0].split(" ")
    if not 1 <= len(words) <= 6 or any(word in ("", "*") for word in words):
        return False
    try:
        return 0.001 <= float(row[2]) <= 1000
    except ValueError:
        return False


def lexicon(code, path):
    categories = {row[1] for row in rows(FEATURES / "lexicon.tsv")}
    kept, left_out = {}, 0
    for row in rows(path):
        if is_entry(row, categories) and (row[1], row[0].lower()) not in kept:
            kept[row[1], row[0].lower()] = row[2]
        else:
            left_out += 1
    lines = [f"{entry}\t{category}\t{weight}" for (category, entry), weight in sorted(kept.items())]
    (FEATURES / f"lexicon.{code}.tsv").write_text("\n".join(["entry\tcategory\tweight", *lines]) + "\n", "utf-8")
    print(f"lexicon.{code}.tsv: {len(lines)} entries; {left_out} left out")


def parties(code, path):
    known = {row[0] for row in rows(TEXT / "parties.tsv")}
    of_name, left_out = collections.OrderedDict(), collections.Counter()
    ordered = sorted(rows(path), key=lambda row: KINDS.index(row[1]) if len(row) == 3 and row[1] in KINDS else 99)
    for row in ordered:
        if len(row) != 3 or row[1] not in KINDS or not row[2]:
            left_out["no row"] += 1
        elif row[0] not in known:
            left_out[f"unknown `{row[0]}`"] += 1
        elif code == "zh" and len(row[2]) < 2:
            left_out["one character"] += 1
        elif row[2] in of_name:
            left_out["doubles"] += 1
        else:
            of_name[row[2]] = (row[0], row[1])
    table = sorted((canonical, kind, name) for name, (canonical, kind) in of_name.items())
    lines = ["\t".join(row) for row in table]
    (TEXT / f"parties.{code}.tsv").write_text("\n".join(["canonical\tkind\tname", *lines]) + "\n", "utf-8")
    print(f"parties.{code}.tsv: {len(lines)} names; left out: {dict(left_out)}")


def main():
    code, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for name, copy in (("lexicon.tsv", lexicon), ("parties.tsv", parties)):
        if (folder / name).exists():
            copy(code, folder / name)


if __name__ == "__main__":
    main()
