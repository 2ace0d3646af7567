"""How fast programs learn, answer and start: whole processes, one thread each, side by side.

    python3.11 benches/peers/pieces.py un_general_debate_1200.jsonl.gz pieces.csv
    python3.11 benches/peers/short.py un_general_debate_1200.jsonl.gz short.csv
    VENV/bin/python benches/peers/speed.py pieces.csv short.csv --label era --group speech

Each learns words 1-2 of TRAIN, a CSV with the columns `text`, `--label` and `--group`; gives probabilities for
every row of ASK, a CSV with a column `text`, from CSV to text; and answers one sentence. Programs take turns, so
that a busy spell of the machine meets all of them; a ratio is that of two runs of one turn, its median over turns.
`detente` answers rows left out and calibrates while it learns; the peers only learn.
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
import time

WORDS = re.compile(r"\w+")
PASSES = {"vw-10": 10, "vw-1": 1}
SENTENCE = "We welcome the ceasefire, but they shelled the town again."


def plain(text):
    return " ".join(WORDS.findall(text.lower()))


def column(path, name):
    with open(path, encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def model_file(name, work):
    return work / {"detente": "words.detente", "before": "before.detente"}.get(name, name)


def fit(name, data, label, work):
    texts, golds = column(data, "text"), column(data, label)
    if name == "sklearn":
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            LogisticRegression(max_iter=1000),
        )
        model.fit(texts, golds)
        model_file(name, work).write_bytes(pickle.dumps(model))
    elif name == "fasttext":
        import fasttext

        lines = "".join(f"__label__{gold} {plain(text)}\n" for text, gold in zip(texts, golds))
        (work / "train.txt").write_text(lines)
        model = fasttext.train_supervised(
            str(work / "train.txt"), thread=1, dim=10, wordNgrams=2, verbose=0
        )
        model.save_model(str(model_file(name, work)))
    else:
        import vowpalwabbit

        classes = sorted(set(golds))
        lines = (f"{classes.index(gold) + 1} | {plain(text)}\n" for text, gold in zip(texts, golds))
        (work / "train.vw").write_text("".join(lines))
        flags = f"-d {work}/train.vw -f {model_file(name, work)} --oaa {len(classes)}"
        flags += " --loss_function logistic --probabilities"
        if PASSES[name] > 1:
            flags += f" --passes {PASSES[name]} --cache_file {work}/vw.cache -k --holdout_off"
        vowpalwabbit.Workspace(f"{flags} --ngram 2 -b 22 --quiet").finish()


def answer(name, data, work):
    rows = column(data, "text")
    if name.startswith("vw"):
        import vowpalwabbit

        (work / "ask.vw").write_text("".join(f"| {plain(text)}\n" for text in rows))
        flags = f"-t -i {model_file(name, work)} -d {work}/ask.vw -p {work}/{name}.out"
        vowpalwabbit.Workspace(f"{flags} --probabilities --quiet").finish()
        return
    with open(work / f"{name}.out", "w") as out:
        if name == "sklearn":
            model = pickle.loads(model_file(name, work).read_bytes())
            for first, _ in model.predict_proba(rows):
                out.write(f"{first:.6f}\n")
        else:
            import fasttext

            model = fasttext.load_model(str(model_file(name, work)))
            # What `predict` of the Python module does for each text, without its arrays.
            for text in rows:
                found = model.f.predict(plain(text), 2, 0.0, "strict")
                out.write(f"{found[0][0]:.6f}\n")


def measure(command):
    """CPU seconds, wall seconds, peak MB."""
    began = time.perf_counter()
    with open(os.devnull, "w") as nothing:
        process = subprocess.Popen(command, stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    wall = time.perf_counter() - began
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def commands_of(name, arguments, ask_one):
    """How a program learns, answers a CSV, and answers one sentence."""
    work = arguments.work
    if name in ("detente", "before"):
        binary = arguments.detente if name == "detente" else arguments.before
        model = model_file(name, work)
        columns = ["--targets", arguments.label, "--group", arguments.group]
        words = "--threads 1 --l2 1 --char-max 0 --no-lexicon".split()
        score = [binary, "score", "--threads", "1", "--format", "csv", "--model", model]
        learn = [binary, "train", arguments.train, "-o", model, *columns, *words]
        return [learn, [*score, arguments.ask], [*score, ask_one]]
    own = [sys.executable, __file__]
    ask = [[*own, "answer", name, data, work] for data in (arguments.ask, ask_one)]
    return [[*own, "fit", name, arguments.train, arguments.label, work], *ask]


def main():
    if sys.argv[1:2] == ["fit"]:
        return fit(*sys.argv[2:5], pathlib.Path(sys.argv[5]))
    if sys.argv[1:2] == ["answer"]:
        return answer(*sys.argv[2:4], pathlib.Path(sys.argv[4]))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("train")
    parser.add_argument("ask")
    parser.add_argument("--label", default="era")
    parser.add_argument("--group", default="speech")
    parser.add_argument("--detente", default="target/release/detente")
    parser.add_argument("--before", help="an older build of detente, to be measured too")
    parser.add_argument("--only", default="sklearn,fasttext,vw-10,vw-1")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("target/peers/speed"))
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    ask_one = arguments.work / "one.csv"
    ask_one.write_text(f'text\n"{SENTENCE}"\n')
    # Not held: what this process takes, its children have had before they become a program.
    with open(arguments.ask, encoding="utf-8", newline="") as file:
        n_asked = sum(1 for _ in csv.DictReader(file))
    names = ["detente", *(["before"] if arguments.before else []), *filter(None, arguments.only.split(","))]
    found = {name: [] for name in names}
    for _ in range(arguments.runs):
        for name in names:
            found[name].append([measure(command) for command in commands_of(name, arguments, ask_one)])
            print(name, found[name][-1], file=sys.stderr)
    print("| program | learning: CPU s | times detente's | peak MB | answers a CPU second | times detente's | peak MB "
          "| one sentence: wall s | model MB |\n|---|---|---|---|---|---|---|---|---|")
    for name in names:
        runs = found[name]

        def median(step, part):
            return statistics.median(run[step][part] for run in runs)

        def ratio(step):
            return statistics.median(run[step][0] / own[step][0] for run, own in zip(runs, found["detente"]))

        size = model_file(name, arguments.work).stat().st_size / 1e6
        print(f"| {name} | {median(0, 0):.2f} | {ratio(0):.1f} | {median(0, 2):.0f} | {n_asked / median(1, 0):,.0f} "
              f"| {ratio(1):.1f} | {median(1, 2):.0f} | {median(2, 1):.3f} | {size:.1f} |")


if __name__ == "__main__":
    main()
