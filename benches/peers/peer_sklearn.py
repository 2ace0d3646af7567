"""scikit-learn: as it comes, tuned, and a tuned support vector machine."""

import inner
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

C = [0.3, 1, 3, 10, 30, 100]
GRIDS = {
    "sklearn-tuned": [(c, None) for c in C],
    "sklearn-balanced": [(c, "balanced") for c in C],
    "sklearn-svm": [(c, weight) for weight in (None, "balanced") for c in (0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)],
}


def views():
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    return make_union(words, characters)


def learner(peer, setting):
    c, weight = setting
    if peer == "sklearn-svm":
        return LinearSVC(C=c, class_weight=weight)
    return LogisticRegression(C=c, class_weight=weight, max_iter=1000, warm_start=True)


def score(peer, model, rows, gold, n_labels):
    """How good an inner model is: log-loss for `sklearn-tuned`, macro-F1 for the others."""
    if peer != "sklearn-tuned":
        return f1_score(gold, model.predict(rows), average="macro")
    p = np.zeros((len(gold), n_labels))
    # An inner fold may lack a label.
    p[:, model.classes_] = model.predict_proba(rows)
    return -log_loss(gold, np.clip(p, 1e-15, 1), labels=range(n_labels))


def answer(peer, task, spec):
    if peer == "sklearn-default":
        model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(task.texts, task.classes)
        return model.predict_proba(task.asked), None, "defaults"
    texts = np.array(task.texts, dtype=object)
    cuts = inner.folds(task, 3, spec["seed"])
    grid = GRIDS[peer]
    scores = np.zeros(len(grid))
    for learn, ask in cuts:
        # Document frequencies of the inner training rows only.
        fitted = views().fit(texts[learn])
        rows, asked = fitted.transform(texts[learn]), fitted.transform(texts[ask])
        model = learner(peer, grid[0])
        for at, (c, weight) in enumerate(grid):
            # Logistic regression starts from the weights before: the same optimum, sooner.
            model.set_params(C=c, class_weight=weight).fit(rows, task.classes[learn])
            scores[at] += score(peer, model, asked, task.classes[ask], len(task.labels))
    best = grid[int(np.argmax(scores))]
    model = make_pipeline(views(), learner(peer, best))
    if peer != "sklearn-svm":
        model.fit(texts, task.classes)
        return model.predict_proba(task.asked), None, best
    calibrated = CalibratedClassifierCV(model, cv=cuts, ensemble=False).fit(texts, task.classes)
    # Its labels are those of the machine itself: they have the better macro-F1.
    predicted = model.fit(texts, task.classes).predict(task.asked)
    return calibrated.predict_proba(task.asked), predicted, best
