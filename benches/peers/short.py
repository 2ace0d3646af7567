"""Writes a CSV of short sentences, for measuring how fast they are scored.

The sentences are those of 60 to 160 bytes in speeches of the UN General Debate (JSON Lines, gzip), in
an order drawn by a seed, repeated in new orders until there are as many as asked for.

    python3.11 benches/peers/short.py un_general_debate_1200.jsonl.gz short.csv
"""

import argparse
import csv
import gzip
import json
import random
import re


def sentences(path: str) -> list[str]:
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = " ".join(json.loads(line)["text"].split())
            for sentence in re.split(r"(?<=[a-z]{3}[.!?]) (?=[A-Z])", text):
                if 60 <= len(sentence.encode()) <= 160:
                    found.append(sentence)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("speeches")
    parser.add_argument("out")
    parser.add_argument("--rows", type=int, default=288_618)
    parser.add_argument("--seed", type=int, default=42)
    arguments = parser.parse_args()
    found = sentences(arguments.speeches)
    shuffler = random.Random(arguments.seed)
    with open(arguments.out, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", "text"])
        n_rows = 0
        while n_rows < arguments.rows:
            shuffler.shuffle(found)
            for sentence in found[: arguments.rows - n_rows]:
                n_rows += 1
                rows.writerow([n_rows, sentence])


if __name__ == "__main__":
    main()
