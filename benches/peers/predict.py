"""How fast programs answer: each learns words 1-2 of two classes, then gives probabilities for a CSV.

    python3.11 benches/peers/short.py un_general_debate_1200.jsonl.gz short.csv
    VENV/bin/python benches/peers/predict.py era.csv short.csv --detente target/release/detente

`era.csv` has the columns `text` and `era` with two classes. Of each program the medians of CPU seconds
and peak memory over `--runs` whole processes are printed: start, model, all rows read, all written.
"""

import argparse
import csv
import os
import pathlib
import pickle
import re
import statistics
import subprocess
import sys

WORDS = re.compile(r"\w+")


def texts(path):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["text"], row.get("era")


def plain(text):
    return " ".join(WORDS.findall(text.lower()))


def fit(name, data, work):
    rows = list(texts(data))
    if name == "sklearn":
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            LogisticRegression(max_iter=1000),
        )
        model.fit([text for text, _ in rows], [era for _, era in rows])
        (work / "sklearn").write_bytes(pickle.dumps(model))
    elif name == "fasttext":
        import fasttext

        lines = "".join(f"__label__{era} {plain(text)}\n" for text, era in rows)
        (work / "train.txt").write_text(lines)
        model = fasttext.train_supervised(
            str(work / "train.txt"), thread=1, dim=10, wordNgrams=2, verbose=0
        )
        model.save_model(str(work / "fasttext"))
    else:
        import vowpalwabbit

        classes = sorted({era for _, era in rows})
        lines = (f"{classes.index(era) + 1} | {plain(text)}\n" for text, era in rows)
        (work / "train.vw").write_text("".join(lines))
        flags = f"-d {work}/train.vw -f {work}/vw --oaa {len(classes)} --loss_function logistic"
        vowpalwabbit.Workspace(f"{flags} --probabilities --ngram 2 -b 22 --quiet").finish()


def answer(name, data, work):
    rows = [text for text, _ in texts(data)]
    out = open(work / f"{name}.out", "w")
    if name == "sklearn":
        model = pickle.loads((work / "sklearn").read_bytes())
        for first, _ in model.predict_proba(rows):
            out.write(f"{first:.6f}\n")
    elif name == "fasttext":
        import fasttext

        model = fasttext.load_model(str(work / "fasttext"))
        # What `predict` of the Python module does for each text, without its arrays.
        for text in rows:
            found = model.f.predict(plain(text), 2, 0.0, "strict")
            out.write(f"{found[0][0]:.6f}\n")
    else:
        import vowpalwabbit

        (work / "ask.vw").write_text("".join(f"| {plain(text)}\n" for text in rows))
        flags = f"-t -i {work}/vw -d {work}/ask.vw -p {work}/vw.out"
        vowpalwabbit.Workspace(f"{flags} --probabilities --quiet").finish()


def measure(command):
    with open(os.devnull, "w") as nothing:
        process = subprocess.Popen(command, stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    if sys.argv[1] in ("fit", "answer"):
        step, name, data, work = sys.argv[1:5]
        {"fit": fit, "answer": answer}[step](name, data, pathlib.Path(work))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("train")
    parser.add_argument("ask")
    parser.add_argument("--detente", default="target/release/detente")
    parser.add_argument("--model", help="a model that detente has learned already")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("target/peers/predict"))
    arguments = parser.parse_args()
    work = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    learned = arguments.model or work / "words.detente"
    words = "--char-max 0 --no-lexicon --no-curve --no-stack --l2 1 --targets era".split()
    if not arguments.model:
        measure([arguments.detente, "train", arguments.train, "-o", learned, *words])
    score = [arguments.detente, "score", "--threads", "1", "--format", "csv", arguments.ask]
    commands = {
        "detente, words 1-2": [*score, "--model", learned],
        "detente, default model": score,
    }
    for name in ("sklearn", "fasttext", "vw"):
        python = [sys.executable, __file__]
        measure([*python, "fit", name, arguments.train, work])
        commands[name] = [*python, "answer", name, arguments.ask, work]
    n_rows = sum(1 for _ in texts(arguments.ask))
    # Turn by turn, so that a busy spell of the machine meets all of them.
    found = {name: [] for name in commands}
    for _ in range(arguments.runs):
        for name, command in commands.items():
            found[name].append(measure(command))
    print("| program | CPU seconds | sentences a second | peak MB |\n|---|---|---|---|")
    for name, runs in found.items():
        seconds, memory = (statistics.median(part) for part in zip(*runs))
        print(f"| {name} | {seconds:.2f} | {n_rows / seconds:,.0f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
