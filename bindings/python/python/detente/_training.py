"""Labelled rows into a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _detente
from ._frames import Columns, as_key
from ._report import Report

if TYPE_CHECKING:
    from ._model import Model

Paths = Union[str, "PathLike[str]", Sequence[Union[str, "PathLike[str]"]]]

#: Targets that are taken where none are named.
KNOWN_TARGETS = ("peace", "cooperation", "conflict", "sentiment")


@dataclass(frozen=True)
class Fit:
    """What training gives.

    Attributes
    ----------
    model : the model
    report : how right it is on rows it did not learn from, the JSON of ``detente train``
    """

    model: Model
    report: Report


def labelled(
    data: Any, *, text: str, targets: Optional[Sequence[str]], group: Optional[str], weight: Optional[str] = None
) -> dict[str, Any]:
    """Labelled rows as the extension module takes them."""
    if is_paths(data):
        paths = [fspath(path) for path in ([data] if isinstance(data, (str, PathLike)) else data)]
        if weight is not None:
            raise ValueError(f"weight is `{weight}`; expected None where rows come from a file")
        return {"paths": paths, "text": text, "targets": list(targets or ()), "group": group}
    columns = Columns(data)
    if targets is None:
        targets = [name for name in KNOWN_TARGETS if name in columns]
        if not targets:
            named = ", ".join(f"`{name}`" for name in KNOWN_TARGETS)
            found = ", ".join(f"`{name}`" for name in columns.names)
            raise ValueError(
                f"there is no column of labels among {found}; expected {named}, or name yours as `targets`"
            )
    elif isinstance(targets, str):
        targets = [targets]
    return {
        "texts": columns[text],
        "labels": [(target, columns[target]) for target in targets],
        "ids": columns["id"] if "id" in columns else None,
        "groups": None if group is None else [as_key(cell) for cell in columns[group]],
        "weights": None if weight is None else columns[weight],
    }


def is_paths(data: Any) -> bool:
    """Whether the rows are in files."""
    if isinstance(data, (list, tuple)):
        return bool(data) and all(isinstance(path, (str, PathLike)) for path in data)
    return isinstance(data, (str, PathLike))


def train(
    data: Any,
    *,
    targets: Optional[Sequence[str]] = None,
    text: str = "text",
    group: Optional[str] = None,
    weight: Optional[str] = None,
    folds: int = 5,
    seed: int = 42,
    strength: Optional[float] = None,
    learner: str = "logistic",
    language: str = "english",
    mask_parties: bool = False,
    decision_metric: str = "auto",
    name: Optional[str] = None,
    threads: Optional[int] = None,
) -> Fit:
    """Trains a model, as ``detente train`` does: the same rows, settings and seed give the same bytes on any number of
    threads.

    Parameters
    ----------
    data : a table of pandas, polars or Arrow, a dictionary of columns, a list of dictionaries, or a path of a CSV file
    targets : the columns of labels; default those of `peace`, `cooperation`, `conflict`, `sentiment` that there are; of
        a file they have to be named. A target with the labels `favor`, `against`, `none` has sides; others have the
        labels that you give. A row without a label on a target is not learned from for it
    text : the column of texts; rows without a text are left out
    group : the column that names the document of a row; rows of one never stand on both sides of a fold. Default: each
        distinct text is its own
    weight : the column that says how much a row counts, a number from 0
    folds, seed : of the cross-validation
    strength : of the L2 penalty; default is a search for the best of each target, which takes longer
    learner : `logistic`, `svm`, `linfa-logistic` or `linfa-bayes`
    language : of the texts, as in `english` or `german`
    mask_parties : whether names of states and leaders are masked, so that they cannot decide a stance
    decision_metric : `auto`, `macro-f1`, `f-avg` or `log-loss`: what labels are decided for
    name : what the model is called
    threads : default one a processor

    Raises
    ------
    ValueError
        A setting is out of its range, or the rows cannot be learned from; the sentence says why.

    Examples
    --------
    >>> rows = [{"text": f"Exports rose by {n} per cent.", "trade": "up"} for n in range(30)]
    >>> rows += [{"text": f"Exports fell by {n} per cent.", "trade": "down"} for n in range(30)]
    >>> fit = train(rows, targets=["trade"], strength=1.0)
    >>> fit.model.score("Exports fell again.")["trade"].label
    'down'
    """
    from ._model import Model

    settings = {
        "folds": folds,
        "seed": seed,
        "strength": strength,
        "learner": learner,
        "language": language,
        "mask_parties": mask_parties,
        "decision_metric": decision_metric,
        "name": name,
        "appraise": True,
    }
    rows = labelled(data, text=text, targets=targets, group=group, weight=weight)
    model, record, tables = _detente.train(rows, settings, threads)
    return Fit(Model(model), Report(json.loads(record), tables))
