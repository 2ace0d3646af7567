"""The estimator is one of scikit-learn."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

sklearn = pytest.importorskip("sklearn")

import joblib  # noqa: E402
import numpy  # noqa: E402
from sklearn.base import clone, is_classifier  # noqa: E402
from sklearn.exceptions import DataConversionWarning, NotFittedError  # noqa: E402
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict, cross_val_score  # noqa: E402
from sklearn.pipeline import Pipeline  # noqa: E402
from sklearn.preprocessing import FunctionTransformer  # noqa: E402

from detente import Model, StanceClassifier  # noqa: E402


@pytest.fixture(scope="module")
def texts(rows: list[dict[str, Any]]) -> list[str]:
    return [str(row["text"]) for row in rows]


@pytest.fixture(scope="module")
def labels(rows: list[dict[str, Any]]) -> list[str]:
    return [str(row["peace"]) for row in rows]


@pytest.fixture(scope="module")
def groups(rows: list[dict[str, Any]]) -> list[str]:
    return [str(row["document"]) for row in rows]


def quick(**settings: Any) -> StanceClassifier:
    return StanceClassifier(**{"strength": 1.0, "folds": 3, **settings})


def test_it_learns_and_predicts(texts: list[str], labels: list[str], groups: list[str]) -> None:
    classifier = quick()
    assert classifier.fit(texts, labels, groups=groups) is classifier
    assert classifier.classes_.tolist() == ["against", "favor", "none"]
    new = ["We reject the plan.", "We welcome the plan."]
    assert classifier.predict(new).tolist() == ["against", "favor"]
    shares = classifier.predict_proba(new)
    assert shares.shape == (2, 3) and numpy.allclose(shares.sum(axis=1), 1)
    assert shares.argmax(axis=1).tolist() == [0, 1]
    assert numpy.allclose(numpy.exp(classifier.predict_log_proba(new)), shares)
    assert classifier.score(texts, labels) > 0.9
    assert isinstance(classifier.model_, Model) and classifier.model_.targets == {"label": ["favor", "against", "none"]}
    assert is_classifier(classifier)


@pytest.mark.parametrize(
    "given",
    [
        numpy.array([3, 1, 2], dtype=numpy.int16),
        numpy.array([3, 1, 2], dtype=numpy.int64),
        numpy.array([True, False, True]),
        numpy.array([1.0, 2.0, 3.0]),
        numpy.array(["pro", "con", "none"]),
        numpy.array(["pro", "con", "none"], dtype=object),
        numpy.array(["favour", "against", "neither"]),
    ],
    ids=lambda given: str(given.dtype),
)
def test_labels_keep_their_dtype(texts: list[str], labels: list[str], given: Any) -> None:
    names = {"favor": given[0], "against": given[1], "none": given[2]}
    y = numpy.array([names[label] for label in labels], dtype=given.dtype)
    classifier = quick().fit(texts, y)
    assert classifier.classes_.dtype == given.dtype and classifier.predict(texts).dtype == given.dtype
    assert numpy.array_equal(classifier.classes_, numpy.unique(y))
    assert (classifier.predict(texts) == y).mean() > 0.9


def test_texts_come_in_any_form(texts: list[str], labels: list[str]) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    expected = quick().fit(texts, labels).predict_proba(texts)
    forms = [
        tuple(texts),
        numpy.array(texts),
        numpy.array(texts, dtype=object),
        numpy.array(texts).reshape(-1, 1),
        pandas.Series(texts),
        pandas.DataFrame({"text": texts}),
        polars.Series(texts),
        pyarrow.array(texts),
    ]
    for form in forms:
        found = quick().fit(form, pandas.Series(labels)).predict_proba(form)
        assert numpy.array_equal(found, expected), type(form)


def test_what_cannot_be_learned_from_is_refused(texts: list[str], labels: list[str]) -> None:
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        quick().fit(texts, labels[:-1])
    with pytest.raises(ValueError, match="one class"):
        quick().fit(texts, ["favor"] * len(texts))
    with pytest.raises(ValueError, match="Unknown label type"):
        quick().fit(texts, numpy.linspace(0, 1, len(texts)))
    with pytest.raises(ValueError, match="requires y to be passed, but the target y is None"):
        quick().fit(texts, None)
    with pytest.raises(ValueError, match="contains NaN"):
        quick().fit([None, *texts[1:]], labels)
    with pytest.raises(ValueError, match="Input y contains NaN"):
        quick().fit(texts, numpy.array([None, *labels[1:]], dtype=object))
    with pytest.raises(ValueError, match="Iterable over raw text documents expected, string object received"):
        quick().fit(texts, labels).predict("one text")
    with pytest.raises(ValueError, match="Expected 1D array"):
        quick().fit(numpy.zeros((4, 3)), [0, 1, 0, 1])
    with pytest.raises(ValueError, match="expected a text"):
        quick().fit([1, 2], [0, 1])
    with pytest.raises(ValueError, match="0 sample"):
        quick().fit([], [])
    with pytest.raises(ValueError, match="all texts of class `shrug` are blank; expected one with a word"):
        quick().fit([*texts, " ", ""], [*labels, "shrug", "shrug"])
    with pytest.raises(ValueError, match="strength|-1"):
        quick(strength=-1.0).fit(texts, labels)
    with pytest.raises(ValueError, match="learner is `forest`"):
        quick(learner="forest").fit(texts, labels)
    with pytest.warns(DataConversionWarning):
        quick().fit(texts, numpy.array(labels).reshape(-1, 1))


def test_it_is_not_fitted_before_it_is() -> None:
    for method in ("predict", "predict_proba", "predict_log_proba"):
        with pytest.raises(NotFittedError, match="This StanceClassifier instance is not fitted yet"):
            getattr(StanceClassifier(), method)(["a"])


def test_parameters_are_got_set_and_cloned() -> None:
    classifier = StanceClassifier(strength=2.0, seed=3)
    assert classifier.get_params()["strength"] == 2.0
    assert clone(classifier).get_params() == classifier.get_params()
    assert classifier.set_params(folds=4).folds == 4
    with pytest.raises(ValueError, match="Invalid parameter"):
        classifier.set_params(flods=4)
    assert "strength=2.0" in repr(classifier)


def test_it_is_pickled(texts: list[str], labels: list[str], tmp_path: Any) -> None:
    classifier = quick().fit(texts, labels)
    expected = classifier.predict_proba(texts)
    assert numpy.array_equal(pickle.loads(pickle.dumps(classifier)).predict_proba(texts), expected)
    joblib.dump(classifier, tmp_path / "c.joblib")
    assert numpy.array_equal(joblib.load(tmp_path / "c.joblib").predict_proba(texts), expected)


def test_weights_count_as_repetitions(texts: list[str], labels: list[str]) -> None:
    weights = [3.0 if label == "favor" else 1.0 for label in labels]
    weighted = quick().fit(texts, labels, sample_weight=weights).predict_proba(["It is a proposal."])
    plain = quick().fit(texts, labels).predict_proba(["It is a proposal."])
    assert weighted[0, 1] > plain[0, 1]


def test_it_goes_through_pipelines_searches_and_folds(texts: list[str], labels: list[str], groups: list[str]) -> None:
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    pipeline = Pipeline([("lower", lower), ("classify", quick())])
    scores = cross_val_score(
        pipeline, texts, labels, groups=groups, cv=GroupKFold(3), params={"classify__groups": groups}
    )
    assert len(scores) == 3 and scores.min() > 0.8
    assert cross_val_score(quick(), texts, labels, groups=groups, cv=GroupKFold(3)).min() > 0.8
    search = GridSearchCV(quick(), {"strength": [0.1, 1.0]}, cv=GroupKFold(3), scoring="neg_log_loss")
    search.fit(texts, labels, groups=groups)
    assert search.best_params_["strength"] in (0.1, 1.0)
    assert search.predict(["We reject it all."]).tolist() == ["against"]
    shares = cross_val_predict(
        quick(), numpy.array(texts), labels, groups=groups, cv=GroupKFold(3), method="predict_proba"
    )
    assert shares.shape == (len(texts), 3)
    parallel = cross_val_score(quick(), texts, labels, cv=3, n_jobs=2)
    assert numpy.array_equal(parallel, cross_val_score(quick(), texts, labels, cv=3))


def test_the_same_seed_gives_the_same_model(texts: list[str], labels: list[str]) -> None:
    models = {quick(threads=threads).fit(texts, labels).model_.to_bytes() for threads in (1, 2, None)}
    assert len(models) == 1
    order = numpy.random.default_rng(0).permutation(len(texts))
    shuffled = quick().fit(numpy.array(texts)[order], numpy.array(labels)[order])
    assert shuffled.model_.to_bytes() in models


def test_few_rows_get_fewer_folds() -> None:
    texts = ["We agree.", "We refuse.", "We agree too.", "We refuse too."]
    classifier = StanceClassifier(strength=1.0).fit(texts, [1, 0, 1, 0])
    assert classifier.predict(["We agree."]).tolist() == [1]


class OnNumbers(StanceClassifier):
    """The estimator with matrices of numbers written out as texts, so that the checks of scikit-learn, which have no
    texts, can be run on it: everything but the reading of texts is what users get."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.one_d_array = False
        tags.input_tags.two_d_array = True
        return tags

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, groups: Any = None) -> StanceClassifier:
        vars(self).pop("n_features_in_", None)
        vars(self).pop("feature_names_in_", None)
        return super().fit(X, y, sample_weight, groups)

    def _texts(self, X: Any) -> list[str]:
        from sklearn.utils.validation import validate_data

        numbers = validate_data(self, X, reset=not hasattr(self, "n_features_in_"))
        steps = numpy.round(numpy.asarray(numbers, dtype=float), 1)
        return [" ".join(f"c{at}v{step:.1f}".replace(".", "p") for at, step in enumerate(row)) for row in steps]


#: Checks of scikit-learn that do not hold, and why.
EXCLUDED = {
    "check_sample_weight_equivalence_on_dense_data": "weights count in the fit of the weights; document frequencies, "
    "folds and calibration count rows, so three rows of one text are more than one row of weight 3",
    "check_sample_weight_equivalence_on_sparse_data": "the same",
}


def test_the_checks_of_scikit_learn_pass_but_for_those_that_are_named() -> None:
    pytest.importorskip("sklearn", minversion="1.6")
    from sklearn.utils.estimator_checks import check_estimator

    results = check_estimator(OnNumbers(strength=1.0, folds=2), on_fail=None, on_skip=None)
    failed = {result["check_name"]: result["exception"] for result in results if result["status"] == "failed"}
    assert set(failed) <= set(EXCLUDED), failed
    assert sum(result["status"] == "passed" for result in results) > 40


def test_the_checks_that_need_no_numbers_pass_for_texts() -> None:
    pytest.importorskip("sklearn", minversion="1.6")
    from sklearn.utils import estimator_checks

    for name in (
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_get_params_invariance",
        "check_set_params",
        "check_estimator_repr",
        "check_estimator_cloneable",
        "check_estimator_tags_renamed",
        "check_valid_tag_types",
        "check_mixin_order",
        "check_do_not_raise_errors_in_init_or_set_param",
    ):
        check = getattr(estimator_checks, name, None)
        if check is not None:
            check("StanceClassifier", StanceClassifier())
    tags = StanceClassifier().__sklearn_tags__()
    assert tags.input_tags.string and not tags.input_tags.two_d_array and tags.target_tags.required
