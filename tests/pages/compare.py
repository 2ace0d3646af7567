"""How many sentences of the saved pages trafilatura and detente keep, as a table in Markdown.

    python3 -m venv /tmp/tf && /tmp/tf/bin/pip install trafilatura
    cargo build --release
    /tmp/tf/bin/python tests/pages/compare.py target/release/detente
"""

import json
import pathlib
import subprocess
import sys

import trafilatura


def normal(text):
    return " ".join(text.split())


def of_trafilatura(page):
    found = trafilatura.bare_extraction(page.read_text(), include_comments=False, with_metadata=True)
    return found.title, found.date, found.text or ""


def of_detente(page):
    command = [sys.argv[1], "score", str(page), "--format", "jsonl"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    article = json.loads(lines.splitlines()[0])
    body = [s["text"] for s in article["statements"] if not s["title"]]
    return article["title"], article["date"], " ".join(body)


def main():
    folder = pathlib.Path(__file__).parent
    print("| page | sentences | detente | trafilatura | other lines | detente | trafilatura | title, date | title, date |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |")
    sums = [0] * 6
    for page in sorted(folder.glob("*.html")):
        lines = page.with_suffix(".txt").read_text().splitlines()
        title, date = (line.split(": ", 1)[1] for line in lines[:2])
        keep = [line[2:] for line in lines if line.startswith("+ ")]
        junk = [line[2:] for line in lines if line.startswith("- ")]
        row, right = [], []
        for tool in (of_detente, of_trafilatura):
            got_title, got_date, text = tool(page)
            text = normal(text)
            row.append((sum(k in text for k in keep), sum(j in text for j in junk)))
            right.append(", ".join("yes" if a == b else "no" for a, b in ((got_title, title), (got_date, date))))
        cells = [len(keep), row[0][0], row[1][0], len(junk), row[0][1], row[1][1]]
        sums = [a + b for a, b in zip(sums, cells)]
        print("|", " | ".join([page.stem, *map(str, cells), *right]), "|")
    print("|", " | ".join(["all", *map(str, sums), "", ""]), "|")


main()
