"""fastText, its settings chosen on an inner split."""

import pathlib
import tempfile

import fasttext
import inner
import numpy as np

FIRST = [
    {"lr": lr, "epoch": epoch, "wordNgrams": words, "minn": minn, "maxn": maxn, "dim": 50}
    for lr, epoch in [(0.1, 25), (0.5, 10), (0.5, 25), (1.0, 25), (1.0, 50)]
    for words in (1, 2)
    for minn, maxn in [(0, 0), (2, 5)]
]
DIMS = [10, 100]


def clean(text):
    return inner.one_line(text.lower())


def answer(_, task, spec):
    texts = [clean(text) for text in task.texts]
    learn, ask = inner.folds(task, 4, spec["seed"])[0]
    settings = list(FIRST)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "train.txt"

        def fit(rows, setting):
            file.write_text("".join(f"__label__{task.classes[row]} {texts[row]}\n" for row in rows))
            # One thread, since with more the answers differ from run to run.
            return fasttext.train_supervised(
                str(file), thread=1, bucket=200_000, seed=spec["seed"], verbose=0, **setting
            )

        def score(setting):
            try:
                return inner.macro_f1(task, ask, probabilities(fit(learn, setting), [texts[row] for row in ask], task))
            except RuntimeError:
                # Some rates of learning end in `Encountered NaN`.
                return -1.0

        tried = {at: score(setting) for at, setting in enumerate(settings)}
        best = settings[max(tried, key=tried.get)]
        for dim in DIMS:
            settings.append({**best, "dim": dim})
            tried[len(settings) - 1] = score(settings[-1])
        # A rate that went well on the inner split may still end in NaN: then the next best is taken.
        for at in sorted(tried, key=lambda at: -tried[at]):
            try:
                best, model = settings[at], fit(range(len(texts)), settings[at])
                break
            except RuntimeError:
                continue
    return probabilities(model, [clean(text) for text in task.asked], task), None, best


def probabilities(model, texts, task):
    out = np.zeros((len(texts), len(task.labels)))
    for at, text in enumerate(texts):
        # `model.predict` of the wheel wants numpy below 2; the call below it is the same.
        for p, label in model.f.predict(text + "\n", -1, 0.0, "strict"):
            out[at, int(label.removeprefix("__label__"))] = min(p, 1.0)
    out = np.clip(out, 1e-9, None)
    return out / out.sum(axis=1, keepdims=True)
