"""Evaluating, training and relations are those of the program."""

from __future__ import annotations

import csv
import importlib.util
import json
import pickle
import subprocess
from pathlib import Path
from typing import Any

import pytest
from test_article import Tags

import detente
from detente import Model, load_statements, train


def test_statements_are_shipped() -> None:
    rows = load_statements(kind="list")
    assert len(rows) == 8398 and rows[0]["text"].startswith("Lusaka has for two decades")
    assert {row["split"] for row in rows} >= {"train", "test"}
    for kind in ("pandas", "polars", "arrow"):
        pytest.importorskip({"arrow": "pyarrow"}.get(kind, kind))
        table = load_statements(kind=kind)
        assert len(table) == 8398 and str(getattr(table, "column_names", table.columns)[0]) == "id"
    with pytest.raises(ValueError, match="kind is `numpy`; expected `pandas`, `polars`, `arrow`, or `list`"):
        load_statements(kind="numpy")


def test_statements_of_ones_own_are_read_from_a_file(tmp_path: Path) -> None:
    import gzip

    data = 'text,peace\n"one, two\nthree",favor\nfour,\n'
    (tmp_path / "a.csv").write_text("\ufeff" + data, encoding="utf-8")
    with gzip.open(tmp_path / "a.csv.gz", "wt", encoding="utf-8") as file:
        file.write(data)
    for name in ("a.csv", "a.csv.gz"):
        rows = load_statements(tmp_path / name, kind="list")
        assert rows == [{"text": "one, two\nthree", "peace": "favor"}, {"text": "four", "peace": None}]


@pytest.fixture(scope="module")
def labelled() -> list[dict[str, Any]]:
    rows = load_statements(kind="list")
    return [row for row in rows if row["split"] == "test"][:200]


def numbers(report: dict[str, Any]) -> dict[str, Any]:
    measures = ("n", "accuracy", "macro_f1", "f_avg", "log_loss", "brier", "ece", "intervals")
    return {name: {key: target[key] for key in measures} for name, target in report["targets"].items()}


def test_an_evaluation_is_that_of_the_program(
    model: Model, binary: str, tmp_path: Path, labelled: list[dict[str, Any]]
) -> None:
    with open(tmp_path / "test.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, labelled[0])
        writer.writeheader()
        writer.writerows(labelled)
    command = [binary, "evaluate", "test.csv", "--group", "document", "--format", "json"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    expected = numbers(json.loads(run.stdout))
    table = subprocess.run(command[:-2], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    # The first line names the model and the rows.
    assert str(model.evaluate(tmp_path / "test.csv", group="document")).splitlines()[1:] == table.splitlines()[1:]
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    columns = {name: [row[name] for row in labelled] for name in labelled[0]}
    for data in (labelled, columns, pandas.DataFrame(columns), polars.DataFrame(columns)):
        assert numbers(model.evaluate(data, group="document")) == expected


def test_a_report_can_be_looked_at(model: Model, labelled: list[dict[str, Any]]) -> None:
    report = model.evaluate(labelled, group="document", threads=1)
    assert "macro-F1" in str(report) and repr(report).startswith("<Report with ")
    page = Tags(report._repr_html_())
    assert page.names <= {"div", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre", "small", "p"}
    assert "peace" in page.text and "macro-F1" in page.text
    assert pickle.loads(pickle.dumps(report)) == report
    assert json.dumps(report)


def test_a_report_says_that_the_model_has_seen_the_rows(model: Model) -> None:
    rows = [row for row in load_statements(kind="list") if row["split"] == "train"][:50]
    report = model.evaluate(rows, group="document")
    assert "the model has seen this: 50 of 50 rows are training texts" in str(report)
    assert "<p>warning: the model has seen this" in report._repr_html_()
    assert report["targets"]["peace"]["baselines"]["majority"]["n"] == 50


def test_evaluating_says_what_is_missing(model: Model) -> None:
    with pytest.raises(
        ValueError, match="no column of a target of the model, which has `peace`.*there is `text` and `x`"
    ):
        model.evaluate([{"text": "a", "x": "b"}])
    with pytest.raises(ValueError, match="there is no column `text`; there is `peace`"):
        model.evaluate({"peace": ["favor"]})
    with pytest.raises(ValueError, match="pro"):
        model.evaluate([{"text": "We agree.", "peace": "pro"}])
    with pytest.raises(ValueError, match="nowhere.csv"):
        model.evaluate("nowhere.csv")
    with pytest.raises(ValueError, match="2 rows|1 row"):
        model.evaluate({"text": ["a"], "peace": ["favor", "none"]})


def test_training_is_that_of_the_program(rows: list[dict[str, Any]], binary: str, tmp_path: Path) -> None:
    with open(tmp_path / "rows.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    command = [binary, "train", "rows.csv", "--targets", "peace", "--group", "document", "--folds", "3"]
    subprocess.run([*command, "--seed", "7", "-o", "m.detente"], cwd=tmp_path, capture_output=True, check=True)
    program = Model.read(tmp_path / "m.detente")
    fits = [
        train(rows, targets=["peace"], group="document", folds=3, seed=7),
        train(str(tmp_path / "rows.csv"), targets=["peace"], group="document", folds=3, seed=7),
    ]
    texts = [str(row["text"]) for row in rows] + ["We reject it all."]
    for fit in fits:
        assert fit.model.score(texts) == program.score(texts)
        assert fit.report["n_rows"] == len(rows) and "macro-F1" in str(fit.report)


def test_training_on_several_targets_is_that_of_the_program(binary: str, tmp_path: Path) -> None:
    rows = [row for row in load_statements(kind="list") if row["split"] == "train"][:300]
    # A text may have no label on a target.
    rows = [{**row, "conflict": None if n % 7 == 0 else row["conflict"]} for n, row in enumerate(rows)]
    with open(tmp_path / "rows.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    command = [binary, "train", "rows.csv", "--targets", "peace,conflict", "--group", "document", "-o", "m.detente"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    program = Model.read(tmp_path / "m.detente")
    given = train(rows, targets=["peace", "conflict"], group="document").model
    texts = [str(row["text"]) for row in rows]
    for expected, found in zip(program.score(texts), given.score(texts)):
        assert expected is not None and found is not None
        assert found.to_dict() == expected.to_dict()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"folds": 1}, "folds"),
        ({"folds": -1}, "folds is -1"),
        ({"seed": -1}, "seed is -1"),
        ({"strength": -1.0}, "-1"),
        ({"learner": "forest"}, "learner is `forest`; expected `logistic`, `svm`, `linfa-logistic`, or `linfa-bayes`"),
        ({"language": "klingon"}, "language is `klingon`"),
        ({"decision_metric": "luck"}, "decision_metric is `luck`"),
        ({"targets": ["paece"]}, "there is no column `paece`"),
        ({"text": "words"}, "there is no column `words`; there is `text`, `peace`, and `document`"),
        ({"group": "speech"}, "there is no column `speech`"),
        ({"threads": 5000}, "threads is 5000"),
    ],
)
def test_settings_have_a_range(rows: list[dict[str, Any]], settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train(rows, **settings)


def test_rows_that_cannot_be_learned_from_are_refused(rows: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="favor"):
        train([row for row in rows if row["peace"] == "favor"])
    with pytest.raises(ValueError, match="expected `peace`, `cooperation`, `conflict`, `sentiment`, or name yours"):
        train([{"text": "a", "label": "b"}])
    with pytest.raises(ValueError, match="weight"):
        train([{**row, "w": -1.0} for row in rows], weight="w")
    with pytest.raises(TypeError, match="expected a table"):
        train(3)


ARTICLES = [
    {"id": "a", "date": "2023-05-01", "title": "Accord", "text": "Kenya welcomes the accord with Uganda. It rained."},
    {
        "id": "b",
        "date": "2024-05-01",
        "title": "<b>Row</b>",
        "text": "Kenya condemned the attack by Uganda on its port.",
    },
    {"id": "c", "date": None, "title": None, "text": None},
]


def test_relations_are_those_of_the_program(model: Model, binary: str, tmp_path: Path) -> None:
    lines = [json.dumps({key: value for key, value in row.items() if value}) for row in ARTICLES[:2]]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n")

    def program(form: str) -> str:
        command = [binary, "relations", "a.jsonl", "--by", "year", "--format", form]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    found = model.relations(ARTICLES[:2], by="year")
    expected = json.loads(program("json"))
    assert {**found, "model": ""} == {**expected, "model": ""}
    assert found.rows == [json.loads(line) for line in program("jsonl").splitlines()]
    table = found.to_frame("list")
    header = program("csv").splitlines()[0].split(",")
    assert list(table[0]) == header
    assert str(found).splitlines() == program("table").splitlines()


def test_relations_can_be_looked_at(model: Model) -> None:
    pandas = pytest.importorskip("pandas")
    for articles in (ARTICLES, pandas.DataFrame(ARTICLES), {"text": [row["text"] for row in ARTICLES]}):
        found = model.relations(articles)
        assert [pair["counterpart"]["id"] for pair in found.pairs] == ["UGA"]
    found = model.relations(ARTICLES, holder="Kenya", counterpart="UGA", by="month", from_date="2023", to_date="2024")
    assert len(found.rows) >= 2 and list(found.series()["period"].unique()) == ["2023-05", "2024-05"]
    assert {row["article"] for row in model.relations(ARTICLES, from_date="2024").rows} == {"b"}
    Tags(found._repr_html_())
    assert found.page().startswith("<!DOCTYPE html>")
    assert pickle.loads(pickle.dumps(found)).rows == found.rows
    texts = [row["text"] for row in ARTICLES]
    assert model.relations(texts).pairs == model.relations(pandas.Series(texts)).pairs
    assert model.relations("Kenya welcomes the accord with Uganda.").pairs
    assert model.relations([]).pairs == [] and Tags(model.relations([])._repr_html_())
    speech = [{"text": "We welcome the accord with Uganda.", "country": "Kenya"}]
    assert model.relations(speech, author="country").rows[0]["holder"] == "KEN"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"by": "week"}, "by is `week`; expected `decade`, `year`, `quarter`, or `month`"),
        ({"holder": "Atlantis"}, "holder is `Atlantis`; expected the id"),
        ({"from_date": "soon"}, "from is `soon`; expected a date"),
        ({"from_date": "2024", "to_date": "2023"}, "to is `2023`; expected a day that is not before"),
        ({"date": "day"}, "there is no column `day`"),
    ],
)
def test_what_is_asked_of_relations_has_a_range(model: Model, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        model.relations(ARTICLES, **asked)


def test_everything_that_is_named_is_there() -> None:
    for name in detente.__all__:
        assert getattr(detente, name) is not None
    assert set(detente.__all__) <= set(dir(detente))
    if importlib.util.find_spec("sklearn") is None:
        with pytest.raises(ImportError, match="StanceClassifier needs scikit-learn"):
            detente.StanceClassifier  # noqa: B018
    with pytest.raises(AttributeError, match="module `detente` has no attribute `modle`"):
        detente.modle  # noqa: B018
