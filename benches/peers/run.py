"""Runs detente and its peers on the same folds of a CSV file and prints them side by side.

python3.11 benches/peers/run.py data.csv --targets stance --group document

README.md beside this file says what each peer's settings are and why.
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import platform
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict

import venvs
from measures import measures

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = {
    "sklearn": ["sklearn-default", "sklearn-tuned", "sklearn-balanced", "sklearn-svm"],
    "fasttext": ["fasttext"],
    "vw": ["vw"],
}
ROW = "peers_row"
FLAT = {"favour": "favor", "pro": "favor", "con": "against", "neither": "none"}


def arguments():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("data", type=pathlib.Path)
    p.add_argument("--text", default="text")
    p.add_argument("--targets", default="", help="columns of labels, parted by commas")
    p.add_argument("--target-column")
    p.add_argument("--label-column")
    p.add_argument("--group", help="column of documents; none: each distinct text is one")
    p.add_argument("--folds", type=int, default=5)
    p.add_argument("--seed", type=int, default=42)
    p.add_argument("--only", default="detente,sklearn,fasttext,vw")
    p.add_argument("--detente", type=pathlib.Path, help="the release binary")
    p.add_argument("--detente-layout", default="", help="more flags of detente that say what columns mean")
    p.add_argument("--work", type=pathlib.Path, default=ROOT / "target" / "peers")
    given = p.parse_args()
    if bool(given.targets) == bool(given.target_column and given.label_column):
        p.error("expected either --targets, or --target-column with --label-column")
    for tool in given.only.split(","):
        if tool not in ["detente", *PEERS]:
            p.error(f"--only has `{tool}`; expected detente, sklearn, fasttext or vw")
    return given


def read(given):
    delimiter = "\t" if given.data.suffix == ".tsv" else ","
    with given.data.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, delimiter=delimiter)
        rows = [row for row in reader if row[given.text].strip()]
    columns = [given.text, given.group, given.target_column, given.label_column]
    for column in [c for c in columns + given.targets.split(",") if c]:
        if column not in rows[0]:
            sys.exit(f"{given.data} has no column `{column}`; it has {', '.join(rows[0])}")
    for at, row in enumerate(rows):
        row[ROW] = str(at)
    return rows


def gold_of(given, row):
    """The labels of a row as {target: label}, spelt as detente spells them."""
    if given.targets:
        labels = {target: row[target] for target in given.targets.split(",")}
    else:
        labels = {row[given.target_column]: row[given.label_column]}
    return {target: spelt(label) for target, label in labels.items() if label.strip()}


def spelt(label):
    """Stance labels in small letters, as detente reads them; other labels as they are."""
    low = FLAT.get(label.strip().lower(), label.strip().lower())
    return low if low in ("favor", "against", "none") else label.strip()


def cut(given, rows):
    """A fold for each row: documents whole, every label spread; the greedy cut of detente's folds."""
    documents = defaultdict(list)
    for row in rows:
        documents[row[given.group] if given.group else row[given.text]].append(row)
    labels = {row[ROW]: Counter(gold_of(given, row).items()) for row in rows}
    totals = sum(labels.values(), Counter())
    names = sorted(documents)
    random.Random(given.seed).shuffle(names)
    names.sort(key=lambda name: -len(documents[name]))
    counts = [Counter() for _ in range(given.folds)]
    sizes = [0] * given.folds
    fold_of = {}
    for name in names:
        added = sum((labels[row[ROW]] for row in documents[name]), Counter())

        def cost(fold):
            growth = sum(n * (2 * counts[fold][l] + n) / totals[l] ** 2 for l, n in added.items())
            return round(growth, 12), sizes[fold]

        best = min(range(given.folds), key=cost)
        counts[best] += added
        sizes[best] += len(documents[name])
        for row in documents[name]:
            fold_of[row[ROW]] = best
    return fold_of


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def measured(command, log):
    """Runs a process to its end: seconds, CPU seconds and peak memory in MB, its children included."""
    start = time.monotonic()
    with log.open("w") as out:
        # One thread each, so that CPU seconds can be compared.
        one = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **one})
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"`{command[0]}` failed, see {log}")
    peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    return {"wall": time.monotonic() - start, "cpu": usage.ru_utime + usage.ru_stime, "mb": peak}


def answer_detente(given, binary, train, test, out):
    layout = ["--text", given.text, "--id", ROW]
    layout += ["--group", given.group] if given.group else []
    if given.targets:
        layout += ["--targets", given.targets]
    else:
        layout += ["--target-column", given.target_column, "--label-column", given.label_column]
    layout += given.detente_layout.split()
    model = out.with_suffix(".detente")
    one = ["--threads", "1"]
    costs = [
        measured([binary, "train", train, "-o", model, *layout, *one], out.with_suffix(".train.log")),
        measured(
            [binary, "evaluate", test, "--model", model, "--predictions", out, "--resamples", "0", *layout, *one],
            out.with_suffix(".evaluate.log"),
        ),
    ]
    return {
        "wall": sum(c["wall"] for c in costs),
        "cpu": sum(c["cpu"] for c in costs),
        "mb": max(c["mb"] for c in costs),
    }


def answer_peer(given, python, name, train, test, out):
    spec = {
        "train": str(train),
        "test": str(test),
        "out": str(out),
        "text": given.text,
        "targets": [t for t in given.targets.split(",") if t],
        "target_column": given.target_column,
        "label_column": given.label_column,
        "group": given.group,
        "row": ROW,
        "seed": given.seed,
    }
    file = out.with_suffix(".json")
    file.write_text(json.dumps(spec))
    return measured([python, HERE / "answer.py", name, file], out.with_suffix(".log"))


def answers_of(path):
    """{(target, row): (predicted, {label: probability})} of a file of predictions."""
    answers = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            p = {spelt(c[2:]): float(v) for c, v in row.items() if c.startswith("p_") and v}
            answers[row["target"], row["id"]] = (spelt(row["predicted"]), p)
    return answers


def shown(value, digits):
    return "-" if value is None else f"{value:.{digits}f}"


def main():
    given = arguments()
    work = (given.work / given.data.stem).resolve()
    work.mkdir(parents=True, exist_ok=True)
    names, skipped = [], []
    for tool in given.only.split(","):
        names += PEERS.get(tool, [tool])
    python, versions = None, {}
    if any(name != "detente" for name in names):
        python, missing, versions = venvs.ready(given.work.resolve() / "venv", HERE / "requirements.txt")
        for tool, why in missing.items():
            if any(name in PEERS[tool] for name in names):
                names = [name for name in names if name not in PEERS[tool]]
                skipped.append(f"{tool} is left out: {why}")
    binary = given.detente or pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "detente"
    if "detente" in names:
        if not binary.exists():
            sys.exit(f"no detente at {binary}; run `cargo build --release` or give --detente")
        about = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True)
        versions["detente"] = about.stdout.split()[-1]

    rows = read(given)
    fold_of = cut(given, rows)
    write(work / "folds.csv", [{"row": row[ROW], "fold": fold_of[row[ROW]]} for row in rows])
    gold = {(t, row[ROW]): label for row in rows for t, label in gold_of(given, row).items()}
    answers, costs, failed = defaultdict(dict), defaultdict(list), {}
    for fold in range(given.folds):
        train, test = work / f"train{fold}.csv", work / f"test{fold}.csv"
        write(train, [row for row in rows if fold_of[row[ROW]] != fold])
        write(test, [row for row in rows if fold_of[row[ROW]] == fold])
        for name in [name for name in names if name not in failed]:
            out = work / f"{name}{fold}.csv"
            try:
                if name == "detente":
                    cost = answer_detente(given, binary, train, test, out)
                else:
                    cost = answer_peer(given, python, name, train, test, out)
            except RuntimeError as error:
                failed[name] = f"{name} is left out: {error}"
                continue
            answers[name].update(answers_of(out))
            costs[name].append(cost)
            print(f"fold {fold + 1} of {given.folds}: {name} {cost['wall']:.1f} s", file=sys.stderr)

    documents = len({row[given.group] if given.group else row[given.text] for row in rows})
    print(f"`{given.data.name}`: {len(rows)} rows, {documents} documents, {given.folds} folds, seed {given.seed}.")
    print(f"{datetime.date.today()}, Python {platform.python_version()}, "
          + ", ".join(f"{name} {version}" for name, version in sorted(versions.items())) + ".\n")
    print("| target | learner | macro-F1 | F avg | accuracy | log-loss | ECE | wall s | CPU s | peak MB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for target in sorted({target for target, _ in gold}):
        for name in [name for name in names if name not in failed]:
            keys = [key for key in gold if key[0] == target]
            m = measures([gold[k] for k in keys], [answers[name][k] for k in keys])
            quality = [shown(m[what], 3) for what in ("macro_f1", "f_avg", "accuracy", "log_loss", "ece")]
            mean = {what: sum(c[what] for c in costs[name]) / given.folds for what in ("wall", "cpu")}
            cost = [f"{mean['wall']:.1f}", f"{mean['cpu']:.1f}", f"{max(c['mb'] for c in costs[name]):.0f}"]
            print("| " + " | ".join([target, name, *quality, *cost]) + " |")
    for line in [*skipped, *failed.values()]:
        print(f"\n{line}")


if __name__ == "__main__":
    main()
