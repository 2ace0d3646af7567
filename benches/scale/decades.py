"""Writes a large classification task: statements of UN General Debate speeches, with the decade of the speech.

python3.11 benches/scale/decades.py un_general_debate_1200.jsonl.gz out.csv --detente target/release/detente --rows 500000

Columns speech, text, decade and split: one speech of five, by a hash of its name, is `test`. The first rows are the
statements themselves, speech by speech; with more --rows, rounds of pairs follow, each of two statements of one speech that
are drawn with --seed and joined. Pairs come from speeches of split `train` alone. The same arguments give the same bytes.
"""

import argparse
import csv
import hashlib
import io
import itertools
import random
import subprocess


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("speeches", help="articles with ids and dates, as JSON Lines")
    parser.add_argument("output")
    parser.add_argument("--detente", default="detente", help="the program, which finds the statements")
    parser.add_argument("--rows", type=int, default=0, help="rows to write; 0: the statements alone")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    command = [arguments.detente, "score", "--format", "csv", arguments.speeches]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    scored = csv.DictReader(io.TextIOWrapper(process.stdout, "utf-8", newline=""))
    rows = [(row["id"], row["text"], row["date"][:3] + "0s") for row in scored]
    if process.wait() != 0:
        raise SystemExit("detente failed")
    speeches = [list(group) for _, group in itertools.groupby(rows, key=lambda row: row[0])]

    with open(arguments.output, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["speech", "text", "decade", "split"])
        n_left = arguments.rows or len(rows)
        for speech in speeches:
            split = split_of(speech[0][0])
            for row in speech[:n_left]:
                writer.writerow([*row, split])
            n_left -= len(speech[:n_left])
        training = [s for s in speeches if split_of(s[0][0]) == "train" and len(s) > 1]
        for round_of_pairs in itertools.count():
            for speech in training:
                if n_left == 0:
                    return
                name, _, decade = speech[0]
                draw = random.Random(f"{arguments.seed} {round_of_pairs} {name}")
                for _ in range(min(n_left, len(speech))):
                    first, second = draw.sample(speech, 2)
                    writer.writerow([name, f"{first[1]} {second[1]}", decade, "train"])
                    n_left -= 1


def split_of(speech):
    return "test" if hashlib.md5(speech.encode()).digest()[0] % 5 == 0 else "train"


if __name__ == "__main__":
    main()
