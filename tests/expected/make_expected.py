"""Writes tests/expected/expected.json: small cases and what other programs say of them.

python3 -m venv /tmp/venv-metrics
/tmp/venv-metrics/bin/pip install scikit-learn==1.9.1 scipy==1.17.1 krippendorff==0.9.0 statsmodels==0.15.0
/tmp/venv-metrics/bin/python tests/expected/make_expected.py > tests/expected/expected.json
"""

import json
import warnings

import krippendorff
import numpy as np
import scipy
import sklearn
import sklearn.metrics as m
import statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20240611)


def optional(value):
    return None if value is None or not np.isfinite(value) else float(value)


def case(name, n_labels, gold, probabilities, predicted=None):
    gold = np.asarray(gold)
    if predicted is None:
        predicted = probabilities.argmax(axis=1)
    predicted = np.asarray(predicted)
    labels = list(range(n_labels))
    per_label = []
    for label in labels:
        truth, given = gold == label, predicted == label
        both = 0 < truth.sum() < len(gold)
        per_label.append({
            "precision": float(m.precision_score(truth, given)) if given.any() else None,
            "recall": float(m.recall_score(truth, given)) if truth.any() else None,
            "f1": float(m.f1_score(truth, given)) if truth.any() or given.any() else None,
            "auc": float(m.roc_auc_score(truth, probabilities[:, label])) if both else None,
            "support": int(truth.sum()),
        })
    aucs = [report["auc"] for report in per_label if report["auc"] is not None]
    if set(gold) == set(labels) and n_labels > 2:
        direct = m.roc_auc_score(gold, probabilities, multi_class="ovr", average="macro")
        assert abs(direct - np.mean(aucs)) < 1e-12
    two_codings = np.vstack([gold, predicted]).astype(float)
    return {
        "name": name,
        "n_labels": n_labels,
        "gold": gold.tolist(),
        "predicted": predicted.tolist(),
        "probabilities": probabilities.tolist(),
        "expected": {
            "accuracy": float(m.accuracy_score(gold, predicted)),
            "balanced_accuracy": float(m.balanced_accuracy_score(gold, predicted)),
            "macro_f1": float(m.f1_score(gold, predicted, average="macro", zero_division=0)),
            "f_avg": float(m.f1_score(gold, predicted, labels=[0, 1], average="macro")),
            "mcc": float(m.matthews_corrcoef(gold, predicted)),
            "kappa": float(m.cohen_kappa_score(gold, predicted)),
            "alpha": float(krippendorff.alpha(reliability_data=two_codings, level_of_measurement="nominal")),
            "log_loss": float(m.log_loss(gold, probabilities, labels=labels)),
            "brier": float(m.brier_score_loss(gold, probabilities, labels=labels, scale_by_half=False)),
            "auc": float(np.mean(aucs)),
            "labels": per_label,
        },
    }


def random_case(name, n_labels, n_rows, gold_labels=None, decimals=None, skill=1.0):
    gold = rng.choice(gold_labels or list(range(n_labels)), size=n_rows)
    margins = rng.normal(size=(n_rows, n_labels)) + skill * np.eye(n_labels)[gold]
    probabilities = np.exp(margins) / np.exp(margins).sum(axis=1, keepdims=True)
    if decimals is not None:
        step = 10**decimals
        counts = np.floor(probabilities * step)
        counts[:, 0] += step - counts.sum(axis=1)
        probabilities = counts / step
    return case(name, n_labels, gold, probabilities)


cases = [
    random_case("three labels", 3, 60),
    random_case("two labels", 2, 61),
    random_case("four labels, one missing from gold", 4, 57, gold_labels=[0, 1, 3]),
    random_case("ties in probabilities", 3, 80, decimals=1),
    random_case("worse than chance", 4, 60, skill=-1.0),
]
ties = np.repeat(np.eye(3), 20, axis=0)[rng.permutation(60)]
cases.append(case("certain, and certainly wrong at times", 3, rng.integers(0, 3, 60), ties))
given = cases[0]
cases.append(case("answers that are not the most probable label", 3, given["gold"],
                  np.array(given["probabilities"]), rng.integers(0, 3, 60)))

tests = []
for b, c in [(0, 0), (3, 1), (1, 8), (12, 12), (15, 9), (13, 12), (25, 0), (40, 21), (150, 190), (9, 60)]:
    exact = b + c < 25
    result = mcnemar([[7, b], [c, 5]], exact=exact, correction=True)
    tests.append({"first_only": b, "second_only": c, "exact": exact,
                  "statistic": None if exact else float(result.statistic),
                  "p_value": float(result.pvalue)})
    if exact and b + c:
        assert abs(stats.binomtest(b, b + c).pvalue - result.pvalue) < 1e-12

codings = []
for n_coders, n_units, n_labels, missing in [(2, 40, 3, 0.0), (3, 50, 4, 0.2), (5, 30, 2, 0.5)]:
    truth = rng.integers(0, n_labels, n_units)
    values = np.where(rng.random((n_coders, n_units)) < 0.7, truth, rng.integers(0, n_labels, (n_coders, n_units)))
    values = np.where(rng.random(values.shape) < missing, np.nan, values)
    codings.append({
        "codings": [[None if np.isnan(v) else int(v) for v in row] for row in values],
        "alpha": float(krippendorff.alpha(reliability_data=values, level_of_measurement="nominal")),
    })

p_values = rng.random(12).round(4) ** 3
holm = {"p_values": p_values.tolist(), "corrected": multipletests(p_values, method="holm")[1].tolist()}

print(json.dumps({
    "command": "/tmp/venv-metrics/bin/python tests/expected/make_expected.py > tests/expected/expected.json",
    "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__,
                 "krippendorff": "0.9.0", "statsmodels": statsmodels.__version__, "numpy": np.__version__},
    "cases": cases, "mcnemar": tests, "krippendorff": codings, "holm": holm,
}, indent=None, separators=(",", ":")))
