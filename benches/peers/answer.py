"""Fits one peer on a training part and answers a test part: `answer.py PEER SPEC.json`.

Settings are chosen inside the training part. Prints what was chosen.
"""

import csv
import json
import sys
import warnings

import numpy as np


class Task:
    """One target: texts, classes and documents to learn from, texts to answer."""

    def __init__(self, name, train, test, label_of, spec):
        labelled = [row for row in train if label_of(row)]
        self.name = name
        self.labels = sorted({label_of(row) for row in labelled})
        self.texts = [row[spec["text"]] for row in labelled]
        self.classes = np.array([self.labels.index(label_of(row)) for row in labelled])
        documents = [row[spec["group"]] if spec["group"] else row[spec["text"]] for row in labelled]
        self.groups = np.unique(documents, return_inverse=True)[1]
        asked = [row for row in test if label_of(row)]
        self.asked = [row[spec["text"]] for row in asked]
        self.ids = [row[spec["row"]] for row in asked]
        self.gold = [label_of(row) for row in asked]


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def tasks(spec):
    train, test = rows_of(spec["train"]), rows_of(spec["test"])
    if spec["targets"]:
        return [
            Task(name, train, test, lambda row, name=name: row[name].strip(), spec)
            for name in spec["targets"]
        ]
    column, label = spec["target_column"], spec["label_column"]
    names = sorted({row[column] for row in train})

    def label_of(row, name):
        return row[label].strip() if row[column] == name else ""

    return [Task(name, train, test, lambda row, name=name: label_of(row, name), spec) for name in names]


def main():
    warnings.filterwarnings("ignore")
    peer, spec = sys.argv[1], json.load(open(sys.argv[2]))
    if peer.startswith("sklearn"):
        import peer_sklearn as module
    elif peer == "fasttext":
        import peer_fasttext as module
    else:
        import peer_vw as module
    out = []
    for task in tasks(spec):
        probabilities, predicted, settings = module.answer(peer, task, spec)
        print(task.name, settings)
        if predicted is None:
            predicted = np.argmax(probabilities, axis=1)
        for row, gold, p, label in zip(task.ids, task.gold, probabilities, predicted):
            known = {f"p_{name}": f"{value:.9f}" for name, value in zip(task.labels, p)}
            answer = {"id": row, "target": task.name, "gold": gold, "predicted": task.labels[label]}
            out.append({**answer, **known})
    columns = list(dict.fromkeys(column for row in out for column in row))
    with open(spec["out"], "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=columns, restval="")
        writer.writeheader()
        writer.writerows(out)


if __name__ == "__main__":
    main()
