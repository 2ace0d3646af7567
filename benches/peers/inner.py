"""Cuts inside a training part, by which settings are chosen: documents whole, labels spread."""

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold


def folds(task, n_folds, seed):
    """Pairs of (rows to learn from, rows to answer)."""
    cut = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    return list(cut.split(task.classes, task.classes, task.groups))


def macro_f1(task, rows, probabilities):
    return f1_score(task.classes[rows], np.argmax(probabilities, axis=1), average="macro")


def one_line(text):
    return " ".join(text.split())
