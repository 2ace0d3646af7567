"""Scoring and fitting from Python beside scikit-learn and the program, on the same rows, in one run.

    python benches/speed.py [N_ROWS] [PATH_OF_THE_PROGRAM]

Rows are the shipped statements that are one sentence (the program splits texts), repeated with a number so that none is
met twice. Every task has a process of its own; CPU seconds are those of the work, without what it took to start and to
make the rows, but for the program, of which they are all. Scoring is on four targets everywhere. One thread throughout.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable


def texts(n_rows: int) -> list[str]:
    from detente import load_statements

    rows = [row["text"].rstrip(".") for row in load_statements(kind="list")]
    rows = [row for row in rows if not set(row) & set('.!?;:"\n\u201c\u201d')]
    return [f"{rows[n % len(rows)]}, as number {n} says." for n in range(n_rows)]


def learned() -> tuple[list[str], list[str]]:
    from detente import load_statements

    rows = [row for row in load_statements(kind="list") if row["split"] == "train" and row["peace"]]
    return [row["text"] for row in rows], [row["peace"] for row in rows]


def learned_targets() -> list[list[str]]:
    from detente import load_statements

    rows = [row for row in load_statements(kind="list") if row["split"] == "train" and row["peace"]]
    return [[row[target] or "none" for row in rows] for target in ("peace", "cooperation", "conflict", "sentiment")]


def pipeline() -> object:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import FeatureUnion, Pipeline

    views = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
        ]
    )
    return Pipeline([("views", views), ("regression", LogisticRegression(max_iter=1000))])


def words_pipeline() -> object:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(max_iter=1000))


def fasttext_model(x: list[str], y: list[str]) -> Any:
    """Word 1-2 grams, 10 dimensions, 25 epochs, one thread: what gave it its best here."""
    import fasttext

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for text, label in zip(x, y):
            file.write(f"__label__{label} " + text.replace("\n", " ") + "\n")
        file.flush()
        settings = {"dim": 10, "epoch": 25, "lr": 0.5, "wordNgrams": 2, "thread": 1, "verbose": 0}
        return fasttext.train_supervised(file.name, **settings)


def work_of(name: str, rows: list[str]) -> Callable[[], object]:
    """What a task does after it has got ready."""
    if name.startswith("score-sklearn"):
        from sklearn.base import clone

        x, _ = learned()
        made = (words_pipeline if "words" in name else pipeline)()
        *_, (_, regression) = made.steps  # type: ignore[attr-defined]
        views = made[:-1]  # type: ignore[index]
        matrix = views.fit_transform(x)
        # The texts are made rows once, and each target has its regression.
        regressions = [clone(regression).fit(matrix, labels) for labels in learned_targets()]

        def work() -> object:
            matrix = views.transform(rows)
            return [regression.predict_proba(matrix) for regression in regressions]
    elif name == "score-fasttext":
        x, _ = learned()
        models = [fasttext_model(x, labels) for labels in learned_targets()]
        lines = [row.replace("\n", " ") for row in rows]

        def work() -> object:
            return [model.predict(lines, k=-1) for model in models]
    elif name.startswith("score"):
        from detente import Model

        model = Model.default()
        if name == "score-list":
            data: object = rows
        elif name == "score-pandas":
            import pandas

            data = pandas.Series(rows)
        elif name == "score-polars":
            import polars

            data = polars.Series(rows)
        else:
            import pyarrow

            data = pyarrow.array(rows)

        def work() -> object:
            return model.score(data, threads=1)
    elif name == "fit-fasttext":
        x, y = learned()

        def work() -> object:
            return fasttext_model(x, y)
    elif name == "fit-detente":
        from detente import StanceClassifier

        x, y = learned()

        def work() -> object:
            return StanceClassifier(strength=1.0, threads=1).fit(x, y)
    else:
        x, y = learned()
        made = (words_pipeline if "words" in name else pipeline)()

        def work() -> object:
            return made.fit(x, y)  # type: ignore[attr-defined]

    return work


def task(name: str, n_rows: int) -> None:
    """Does one task and prints what its work took, without what it took to start and to make the rows."""
    os.environ["OMP_NUM_THREADS"] = "1"
    rows = texts(n_rows) if name.startswith("score") else []
    work = work_of(name, rows)
    before = time.process_time()
    work()
    seconds = time.process_time() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_s": round(seconds, 3), "peak_mb": round(memory)}))


def program(path: str, n_rows: int) -> dict[str, float]:
    """The program on the same rows, from JSON Lines to CSV, without parties."""
    with tempfile.TemporaryDirectory() as folder:
        with open(Path(folder) / "rows.jsonl", "w", encoding="utf-8") as file:
            for text in texts(n_rows):
                file.write(json.dumps({"text": text}) + "\n")
        command = [path, "score", "rows.jsonl", "--format", "csv", "-o", "out.csv"]
        command += ["--threads", "1", "--no-parties", "--quiet"]
        process = subprocess.Popen(command, cwd=folder)
        _, _, used = os.wait4(process.pid, 0)
        with open(Path(folder) / "out.csv", newline="", encoding="utf-8") as file:
            import csv

            n_statements = sum(1 for _ in csv.reader(file)) - 1
    seconds = used.ru_utime + used.ru_stime
    return {"cpu_s": round(seconds, 3), "peak_mb": round(used.ru_maxrss / 1024), "n": n_statements}


def main() -> None:
    if len(sys.argv) > 3 and sys.argv[1] == "--task":
        return task(sys.argv[2], int(sys.argv[3]))
    n_rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    print("| task | rows | CPU s | rows/s | peak MB |\n| --- | ---: | ---: | ---: | ---: |")
    names = ["score-list", "score-pandas", "score-polars", "score-arrow"]
    tasks = [(name, n_rows) for name in names]
    tasks += [("score-sklearn-words", n_rows // 10), ("score-sklearn", n_rows // 10), ("score-fasttext", n_rows)]
    tasks += [("fit-detente", 0), ("fit-sklearn-words", 0), ("fit-sklearn", 0), ("fit-fasttext", 0)]
    for name, n in tasks:
        command = [sys.executable, __file__, "--task", name, str(n)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode:
            print(f"note: {name} skipped: {done.stderr.splitlines()[-1]}")
            continue
        took = json.loads(done.stdout)
        n = n or len(learned()[0])
        print(f"| {name} | {n} | {took['cpu_s']} | {n / took['cpu_s']:,.0f} | {took['peak_mb']} |", flush=True)
    if len(sys.argv) > 2:
        took = program(sys.argv[2], n_rows)
        n = took["n"]
        print(f"| program, JSON Lines to CSV | {n} | {took['cpu_s']} | {n / took['cpu_s']:,.0f} | {took['peak_mb']} |")


if __name__ == "__main__":
    main()
