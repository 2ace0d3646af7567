"""The measures of the table, from gold labels and answers; as `detente evaluate` defines them."""

import math

N_BINS = 15


def measures(gold, answers):
    """`answers` are (predicted, {label: probability}), one for each gold label."""
    n = len(gold)
    labels = sorted(set(gold))
    right = [predicted == label for (predicted, _), label in zip(answers, gold)]
    f1 = {}
    for label in labels:
        both = sum(g == label == a[0] for g, a in zip(gold, answers))
        either = sum(g == label for g in gold) + sum(a[0] == label for a in answers)
        f1[label] = 2 * both / either
    loss = 0.0
    bins = [[0, 0, 0.0] for _ in range(N_BINS)]
    for (predicted, p), label, is_right in zip(answers, gold, right):
        total = sum(p.values())
        loss -= math.log(max(p.get(label, 0.0) / total, 1e-15))
        confidence = min(p[predicted] / total, 1.0)
        one = bins[max(0, math.ceil(confidence * N_BINS) - 1)]
        one[0] += 1
        one[1] += is_right
        one[2] += confidence
    sides = "favor" in f1 and "against" in f1
    return {
        "macro_f1": sum(f1.values()) / len(labels),
        "f_avg": (f1["favor"] + f1["against"]) / 2 if sides else None,
        "accuracy": sum(right) / n,
        "log_loss": loss / n,
        "ece": sum(abs(hits - sure) for _, hits, sure in bins) / n,
    }
