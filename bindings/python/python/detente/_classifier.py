"""An estimator for scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Optional

from . import _detente
from ._frames import as_key, as_list, is_missing, kind_of
from ._model import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

try:
    import numpy
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import DataConversionWarning, NotFittedError
except ImportError as error:
    raise ImportError("StanceClassifier needs scikit-learn: `pip install scikit-learn`") from error

#: The labels of a target that has sides.
_STANCE = {"favor", "against", "none"}
#: What the one target of the classifier is called in its model.
TARGET = "label"


class StanceClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Learns labels of short texts as ``detente train`` does: n-grams of words and characters and a valence lexicon, a
    stack of logistic regressions, calibrated probabilities.

    `X` is a list, an array or a column of texts, `y` one label a text. Labels keep their type. Where they are `favor`,
    `against` and `none`, the target has sides, and labels are decided for the mean F1 of the two sides, else for
    macro-F1: so a label given is mostly, but not always the most probable one.

    Parameters
    ----------
    strength : float or None
        Of the L2 penalty, above 0; a larger one makes weights smaller. None searches for the best by cross-validation
        inside `fit`, which is slower; then there is no need of a grid search around it.
    folds : int
        Of the cross-validation that calibrates (and searches), from 2. Fewer are taken where there are fewer documents.
    seed : int
        Of the folds.
    learner : str
        `logistic` or `svm`; on small dense data also `linfa-logistic` or `linfa-bayes`.
    language : str
        Of the texts, as in `english` or `german`.
    mask_parties : bool
        Whether names of states and leaders are masked, so that they cannot decide a stance.
    decision_metric : str
        `auto`, `macro-f1`, `f-avg` or `log-loss`: what labels are decided for. With `log-loss` the label given is the
        most probable one.
    threads : int or None
        None is one a processor. The number changes no byte of the model.

    Attributes
    ----------
    classes_ : array of the labels, sorted, with the dtype of `y`
    model_ : the :class:`detente.Model`; its one target is `label`
    n_features_in_ : not set: texts have no columns

    Examples
    --------
    >>> from detente import StanceClassifier
    >>> texts = [f"We welcome proposal {n}." for n in range(20)] + [f"We reject proposal {n}." for n in range(20)]
    >>> classifier = StanceClassifier(strength=1.0).fit(texts, [1] * 20 + [0] * 20)
    >>> classifier.predict(["We reject it."]).tolist(), classifier.classes_.tolist()
    ([0], [0, 1])
    >>> classifier.predict_proba(["We reject it."]).shape
    (1, 2)
    """

    classes_: NDArray[Any]
    model_: Model

    def __init__(
        self,
        *,
        strength: Optional[float] = None,
        folds: int = 5,
        seed: int = 42,
        learner: str = "logistic",
        language: str = "english",
        mask_parties: bool = False,
        decision_metric: str = "auto",
        threads: Optional[int] = None,
    ) -> None:
        self.strength = strength
        self.folds = folds
        self.seed = seed
        self.learner = learner
        self.language = language
        self.mask_parties = mask_parties
        self.decision_metric = decision_metric
        self.threads = threads

    def fit(
        self, X: Any, y: Any, sample_weight: Optional[Iterable[float]] = None, groups: Optional[Iterable[Any]] = None
    ) -> StanceClassifier:
        """Learns.

        Parameters
        ----------
        X : texts
        y : one label a text
        sample_weight : how much each text counts, numbers from 0
        groups : the document of each text; texts of one never stand on both sides of a fold of `fit`'s own
            cross-validation. In `cross_validate` and `GridSearchCV`, hand them over as ``params={"groups": groups}``

        Raises
        ------
        ValueError
            Numbers of rows differ, labels are of one class or continuous, or a text is missing.
        """
        texts = self._texts(X)
        labels = self._labels(y, len(texts))
        from sklearn.utils.multiclass import check_classification_targets

        check_classification_targets(labels)
        self.classes_, codes = numpy.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                "StanceClassifier can only learn from data with 2 or more classes, but y has one class: "
                f"{self.classes_[0]!r}"
            )
        worded = {code for text, code in zip(texts, codes) if text.strip()}
        for code, label in enumerate(self.classes_):
            if code not in worded:
                raise ValueError(f"all texts of class `{label}` are blank; expected one with a word")
        names = self._names()
        documents = None if groups is None else [as_key(group) for group in as_list(groups)]
        weights = None if sample_weight is None else self._weights(sample_weight, len(texts))
        n_documents = len({group or text for group, text in zip(documents or texts, texts)})
        settings = {
            "folds": min(self.folds, max(n_documents, 2)) if isinstance(self.folds, int) else self.folds,
            "seed": self.seed,
            "strength": self.strength,
            "learner": self.learner,
            "language": self.language,
            "mask_parties": self.mask_parties,
            "decision_metric": self.decision_metric,
            "name": None,
            "appraise": False,
        }
        rows = {
            "texts": texts,
            "labels": [(TARGET, [names[code] for code in codes])],
            "ids": None,
            "groups": documents,
            "weights": weights,
        }
        model, _, _ = _detente.train(rows, settings, self.threads)
        self.model_ = Model(model)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """The label of each text."""
        codes, _ = self._columns(X)
        return self.classes_[codes]

    def predict_proba(self, X: Any) -> NDArray[numpy.float64]:
        """The calibrated probability of each class, in the order of `classes_`; shape (n_texts, n_classes)."""
        return self._columns(X)[1]

    def predict_log_proba(self, X: Any) -> NDArray[numpy.float64]:
        """The logarithm of :meth:`predict_proba`."""
        return numpy.log(self.predict_proba(X))

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.target_tags.required = True
        tags.no_validation = False
        return tags

    def _more_tags(self) -> dict[str, Any]:
        # scikit-learn before 1.6.
        return {"X_types": ["string", "1darray"], "requires_y": True}

    def _names(self) -> list[str]:
        """What the classes are called in the model. Only labels of a stance keep their names: another set of labels may
        hold what looks like a misspelt one."""
        names = [str(label) for label in self.classes_]
        return (
            names if {"favor", "against"} <= set(names) <= _STANCE else [f"class {code}" for code in range(len(names))]
        )

    def _columns(self, X: Any) -> tuple[NDArray[numpy.intp], NDArray[numpy.float64]]:
        if not self.__sklearn_is_fitted__():
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments before "
                "using this estimator."
            )
        texts = self._texts(X)
        # Whatever the rows say, their labels were learned by one model.
        language = None if self.model_.language == "xx" else self.model_.language
        columns, _ = self.model_._inner.score_columns(texts, (self.threads, None, 1 << 62, language))
        _, places, labels = columns[f"{TARGET}_label"]
        names = self._names()
        code_of = numpy.array([names.index(label) for label in labels or ()], dtype=numpy.intp)
        codes = code_of[numpy.frombuffer(places, dtype=numpy.int32)]
        numbers = [numpy.frombuffer(columns[f"{TARGET}_p_{name}"][1], dtype=numpy.float64) for name in names]
        return codes, numpy.column_stack(numbers)

    def _texts(self, X: Any) -> list[str]:
        if hasattr(X, "ndim") and X.ndim == 2 and X.shape[1] == 1:
            # One column, as ColumnTransformer and GridSearchCV may hand it over.
            X = X.iloc[:, 0] if hasattr(X, "iloc") else X[:, 0]
        if isinstance(X, str):
            raise ValueError("Iterable over raw text documents expected, string object received.")
        if hasattr(X, "ndim") and X.ndim != 1:
            raise ValueError(f"Expected 1D array of texts, got {X.ndim}D array instead: reshape or choose one column.")
        if hasattr(X, "__arrow_c_stream__") and kind_of(X) == "arrow" and hasattr(X, "to_pylist"):
            texts: list[Any] = X.to_pylist()
        else:
            kind_of(X)
            texts = as_list(X)
        if not texts:
            raise ValueError("Found array with 0 sample(s) while a minimum of 1 is required by StanceClassifier.")
        for row, text in enumerate(texts):
            if is_missing(text):
                raise ValueError(
                    f"Input X contains NaN or None, in row {row}. StanceClassifier does not accept missing texts."
                )
            if not isinstance(text, str):
                raise ValueError(f"row {row} of X is of type `{type(text).__name__}`; expected a text")
        return texts

    @staticmethod
    def _weights(sample_weight: Any, n_texts: int) -> list[float]:
        weights = numpy.asarray(sample_weight, dtype=numpy.float64)
        if weights.ndim == 0:
            weights = numpy.full(n_texts, weights)
        if weights.ndim != 1:
            raise ValueError(f"Sample weights must be 1D array or scalar, got {weights.ndim}D array.")
        if len(weights) != n_texts:
            raise ValueError(f"sample_weight.shape == {weights.shape}, expected {(n_texts,)}!")
        if not weights.any():
            raise ValueError("Sample weights must contain at least one non-zero number.")
        return [float(weight) for weight in weights]

    @staticmethod
    def _labels(y: Any, n_texts: int) -> NDArray[Any]:
        if y is None:
            raise ValueError(
                "requires y to be passed, but the target y is None: StanceClassifier cannot learn without labels."
            )
        labels = numpy.asarray(y)
        if labels.ndim == 2 and labels.shape[1] == 1:
            message = (
                "A column-vector y was passed when a 1d array was expected. Please change the shape of y to "
                "(n_samples,)."
            )
            warnings.warn(message, DataConversionWarning, stacklevel=3)
            labels = labels.ravel()
        if labels.ndim != 1:
            raise ValueError(f"y should be a 1d array, got an array of shape {labels.shape} instead.")
        if len(labels) != n_texts:
            raise ValueError(f"Found input variables with inconsistent numbers of samples: [{n_texts}, {len(labels)}]")
        if labels.dtype == object:
            missing = [row for row, label in enumerate(labels) if is_missing(label)]
            if missing:
                raise ValueError(f"Input y contains NaN or None, in row {missing[0]}.")
        elif labels.dtype.kind == "f" and not numpy.isfinite(labels).all():
            raise ValueError("Input y contains NaN or infinity.")
        return labels
