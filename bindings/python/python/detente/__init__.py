"""Reads what governments say: stance on peace, cooperation and conflict, and sentiment, with calibrated probabilities.

>>> from detente import Model
>>> score = Model.default().score("We welcome the talks on a ceasefire.")
>>> score["peace"].label
'favor'
>>> score["peace"].stance > 0.5
True

Texts come as a list, a column of pandas, polars or Arrow, or a table, and scores come back as what went in.
:class:`StanceClassifier` is an estimator for scikit-learn; :mod:`detente.polars`, :mod:`detente.duckdb` and
:mod:`detente.spark` score where the data is. ``python -m detente`` is the command line.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

from ._article import Article, Explanation, Statement
from ._detente import MAX_BYTES, Score, TargetScore, __version__
from ._model import Model
from ._relations import Relations
from ._report import Report
from ._statements import load_statements
from ._training import Fit, train

if TYPE_CHECKING:
    from ._classifier import StanceClassifier as StanceClassifier

__all__ = [
    "MAX_BYTES",
    "Article",
    "Explanation",
    "Fit",
    "Model",
    "Relations",
    "Report",
    "Score",
    "StanceClassifier",
    "Statement",
    "TargetScore",
    "__version__",
    "load_statements",
    "train",
]

if importlib.util.find_spec("sklearn") is None:
    # Who imports everything does not ask for scikit-learn.
    __all__.remove("StanceClassifier")

# What takes long to import, or needs a package that may not be there, is imported when it is asked for.
_LATER = {"duckdb", "polars", "spark"}


def __getattr__(name: str) -> Any:
    if name == "StanceClassifier":
        from ._classifier import StanceClassifier

        return StanceClassifier
    if name in _LATER:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_LATER})
