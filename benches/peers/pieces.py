"""Writes a CSV of short pieces of sentences with two labels, for measuring how fast models are trained.

Each piece is a run of 8 to 29 words of a sentence of the UN General Debate (JSON Lines, gzip), both drawn by a
seed; its label says whether the speech was held before 1995 or later. 294,192 pieces are 32 MB, as many and as
long as the film-review sentences that other programs are measured on.

    python3.11 benches/peers/pieces.py un_general_debate_1200.jsonl.gz pieces.csv --rows 294192
"""

import argparse
import csv
import gzip
import json
import random
import re


def sentences(path: str) -> list[tuple[str, str, list[str]]]:
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            speech = json.loads(line)
            era = "early" if int(speech["id"].rsplit("_", 1)[1]) < 1995 else "late"
            text = " ".join(speech["text"].split())
            for sentence in re.split(r"(?<=[a-z]{3}[.!?]) (?=[A-Z])", text):
                words = sentence.split()
                if len(words) >= 8:
                    found.append((speech["id"], era, words))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("speeches")
    parser.add_argument("out")
    parser.add_argument("--rows", type=int, default=294_192)
    parser.add_argument("--seed", type=int, default=42)
    arguments = parser.parse_args()
    found = sentences(arguments.speeches)
    draw = random.Random(arguments.seed)
    with open(arguments.out, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["speech", "text", "era"])
        for _ in range(arguments.rows):
            speech, era, words = draw.choice(found)
            n_words = min(draw.randint(8, 29), len(words))
            first = draw.randint(0, len(words) - n_words)
            rows.writerow([speech, " ".join(words[first : first + n_words]), era])


if __name__ == "__main__":
    main()
