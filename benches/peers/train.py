"""How fast programs learn words 1-2 of a CSV: CPU seconds and memory of whole processes, CSV in, model out.

    python3.11 benches/peers/pieces.py un_general_debate_1200.jsonl.gz pieces.csv
    VENV/bin/python benches/peers/train.py pieces.csv --label era --group speech

Programs take turns, one thread each; a ratio is that of two runs of one turn, its median over turns.
`detente` answers out-of-fold rows and calibrates too; its log-loss is out of fold. The peers only learn.
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
PASSES = {"vw-10": 10, "vw-1": 1}


def plain(text):
    return " ".join(WORDS.findall(text.lower()))


def fit(name, data, label, work):
    with open(data, encoding="utf-8", newline="") as file:
        rows = [(row["text"], row[label]) for row in csv.DictReader(file)]
    if name == "sklearn":
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            LogisticRegression(max_iter=1000),
        )
        model.fit([text for text, _ in rows], [gold for _, gold in rows])
        (work / "sklearn").write_bytes(pickle.dumps(model))
    elif name == "fasttext":
        import fasttext

        lines = "".join(f"__label__{gold} {plain(text)}\n" for text, gold in rows)
        (work / "train.txt").write_text(lines)
        model = fasttext.train_supervised(
            str(work / "train.txt"), thread=1, dim=10, wordNgrams=2, verbose=0
        )
        model.save_model(str(work / "fasttext"))
    else:
        import vowpalwabbit

        classes = sorted({gold for _, gold in rows})
        lines = (f"{classes.index(gold) + 1} | {plain(text)}\n" for text, gold in rows)
        (work / "train.vw").write_text("".join(lines))
        flags = f"-d {work}/train.vw -f {work}/vw --oaa {len(classes)} --loss_function logistic"
        if PASSES[name] > 1:
            flags += f" --passes {PASSES[name]} -c -k --holdout_off"
        vowpalwabbit.Workspace(f"{flags} --ngram 2 -b 22 --quiet").finish()


def measure(command):
    with open(os.devnull, "w") as nothing:
        process = subprocess.Popen(command, stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    if sys.argv[1] == "fit":
        fit(*sys.argv[2:5], pathlib.Path(sys.argv[5]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("train")
    parser.add_argument("--label", default="era")
    parser.add_argument("--group", default="speech")
    parser.add_argument("--detente", default="target/release/detente")
    parser.add_argument("--before", help="an older build of detente, to be measured too")
    parser.add_argument("--only", default="sklearn,fasttext,vw-10,vw-1")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("target/peers/train"))
    arguments = parser.parse_args()
    work = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    words = f"--threads 1 --l2 1 --char-max 0 --no-lexicon -o {work}/words.detente".split()
    columns = ["--targets", arguments.label, "--group", arguments.group]
    learn = ["train", arguments.train, *columns, *words]
    commands = {"detente": [arguments.detente, *learn]}
    if arguments.before:
        commands["detente before"] = [arguments.before, *learn]
    for name in filter(None, arguments.only.split(",")):
        commands[name] = [sys.executable, __file__, "fit", name, arguments.train, arguments.label, work]
    # Turn by turn, so that a busy spell of the machine meets all of them.
    found = {name: [] for name in commands}
    for _ in range(arguments.runs):
        for name, command in commands.items():
            found[name].append(measure(command))
            print(name, *(f"{part:.2f}" for part in found[name][-1]), file=sys.stderr)
    print("| program | CPU seconds | times detente's | peak MB |\n|---|---|---|---|")
    for name, runs in found.items():
        seconds, memory = (statistics.median(part) for part in zip(*runs))
        ratio = statistics.median(run[0] / own[0] for run, own in zip(runs, found["detente"]))
        print(f"| {name} | {seconds:.2f} | {ratio:.1f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
