#!/usr/bin/env python3
"""Compares programs on the PDFs of this folder: `compare.py NAME='COMMAND {}' ...`, with {} for the file.

    compare.py pdftotext='pdftotext {} -' detente='target/release/detente text {}'

The number is twice the words that two texts have in common in their order (the longest common subsequence), over the
words of both.
"""
import pathlib, shlex, subprocess, sys

HERE = pathlib.Path(__file__).resolve().parent


def n_common(a, b):
    """The length of the longest common subsequence, in bits of one number (Hyyrö 2004)."""
    places = {}
    for at, word in enumerate(a):
        places[word] = places.get(word, 0) | 1 << at
    full = (1 << len(a)) - 1
    open_places = full
    for word in b:
        here = open_places & places.get(word, 0)
        open_places = ((open_places + here) | (open_places - here)) & full
    return len(a) - bin(open_places).count("1")


def share(command, pdf, wanted):
    words = [part.replace("{}", str(pdf)) for part in shlex.split(command)]
    run = subprocess.run(words, capture_output=True, timeout=120)
    if run.returncode != 0:
        return None
    found = run.stdout.decode("utf-8", "replace").split()
    return 2 * n_common(wanted, found) / (len(wanted) + len(found))


def main():
    programs = dict(argument.split("=", 1) for argument in sys.argv[1:])
    print("| file | " + " | ".join(programs) + " |")
    sums = dict.fromkeys(programs, 0.0)
    expected = sorted((HERE / "expected").glob("*.txt"))
    for path in expected:
        shares = {name: share(command, HERE / f"{path.stem}.pdf", path.read_text().split()) for name, command in programs.items()}
        for name, value in shares.items():
            sums[name] += value or 0.0
        print(f"| {path.stem} | " + " | ".join("fails" if value is None else f"{value:.3f}" for value in shares.values()) + " |")
    print("| mean | " + " | ".join(f"{value / len(expected):.3f}" for value in sums.values()) + " |")


main()
