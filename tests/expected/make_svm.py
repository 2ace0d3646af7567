"""Prints what scipy and scikit-learn find for the small problem of src/linear/head.rs.

/tmp/venv-metrics/bin/python tests/expected/make_svm.py

The venv is that of make_expected.py. One support vector machine a label, squared hinge, intercept not
penalised; l2 = 0.5. liblinear penalises the intercept: a large `intercept_scaling` makes that small.
"""

import numpy as np
from scipy.optimize import minimize
from sklearn.svm import LinearSVC

L2 = 0.5


def noise(i, salt):
    return np.float32((((i * 2_654_435_761 + salt * 40_503) % 2**32) >> 8) & 0xFF) / np.float32(255)


def problem():
    rows, gold = [], []
    for i in range(60):
        label = i % 3
        row = np.array([noise(i, j) + np.float32(0.6 if j % 3 == label else 0) for j in range(6)], np.float32)
        rows.append(row / np.sqrt(np.sum(row * row)))
        gold.append(label)
    return np.array(rows, np.float64), np.array(gold)


x, gold = problem()
total, of_liblinear = 0.0, 0.0
for label in range(3):
    y = np.where(gold == label, 1.0, -1.0)

    def objective(parameters):
        w, b = parameters[:-1], parameters[-1]
        short = np.maximum(0, 1 - y * (x @ w + b))
        slope = -2 * y * short
        return L2 / 2 * w @ w + short @ short, np.append(L2 * w + x.T @ slope, slope.sum())

    found = minimize(objective, np.zeros(7), jac=True, method="L-BFGS-B", options={"ftol": 1e-16, "gtol": 1e-11})
    svm = LinearSVC(C=1 / L2, dual=False, tol=1e-12, intercept_scaling=1000, max_iter=100_000).fit(x, y)
    total += found.fun
    of_liblinear += objective(np.append(svm.coef_, svm.intercept_))[0]
    print(label, "weights", np.round(found.x, 6).tolist())
print("objective", f"{total:.9f}", "of liblinear's weights", f"{of_liblinear:.9f}")
