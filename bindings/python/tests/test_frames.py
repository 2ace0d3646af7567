"""What goes in comes out."""

from __future__ import annotations

import math

import pytest
from conftest import TEXTS

from detente import Model

CELLS = [*TEXTS, None]


def columns(model: Model) -> list[str]:
    return [name for name, _ in model._inner.columns_of_scores]


def expected(model: Model, name: str) -> list[object]:
    cells: list[object] = []
    for score in model.score(CELLS):
        target, _, what = name.partition("_")
        if score is None:
            cells.append(None)
        elif name == "has_known_features":
            cells.append(score.has_known_features)
        elif what == "label":
            cells.append(score[target].label)
        elif what == "score":
            cells.append(score[target].stance)
        else:
            cells.append(score[target].probability(what[2:]))
    return cells


def test_a_column_of_pandas_gives_a_frame_with_its_index(model: Model) -> None:
    pandas = pytest.importorskip("pandas")
    index = [f"row {n}" for n in range(len(CELLS))]
    for dtype in (object, None, "string"):
        column = pandas.Series(CELLS, index=index, dtype=dtype)
        scores = model.score(column)
        assert list(scores.index) == index and list(scores.columns) == columns(model)
        for name in scores.columns:
            found = [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in scores[name].tolist()]
            assert found == expected(model, name), name
    assert model.score(pandas.Series(["a"]))["has_known_features"].dtype == bool
    assert model.score(pandas.Series([], dtype=object)).shape == (0, len(columns(model)))
    assert model.score(pandas.Series(["a", "b"], dtype="category"))["peace_label"].notna().all()


def test_a_table_of_pandas_keeps_its_columns_and_its_index(model: Model) -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"words": ["We welcome peace.", None], "n": [1, 2]}, index=[7, 7])
    before = table.copy()
    scored = model.score(table, text="words")
    assert list(scored.columns) == ["words", "n", *columns(model)] and list(scored.index) == [7, 7]
    assert scored["peace_label"].iloc[0] == "favor" and pandas.isna(scored["peace_label"].iloc[1])
    pandas.testing.assert_frame_equal(table, before)
    with pytest.raises(ValueError, match="there is no column `text`; there is `words` and `n`"):
        model.score(table)
    with pytest.raises(ValueError, match="there is a column `has_known_features` already"):
        model.score(scored, text="words")
    with pytest.raises(ValueError, match="there are 2 columns `n`"):
        model.score(pandas.concat([table, table], axis=1), text="n")


def test_polars_gives_polars(model: Model) -> None:
    polars = pytest.importorskip("polars")
    scores = model.score(polars.Series("words", CELLS))
    assert isinstance(scores, polars.DataFrame) and scores.columns == columns(model)
    for name in scores.columns:
        assert scores[name].to_list() == expected(model, name), name
    table = polars.DataFrame({"text": CELLS, "n": range(len(CELLS))})
    scored = model.score(table)
    assert scored.columns == ["text", "n", *columns(model)] and scored.select(columns(model)).equals(scores)
    assert model.score(polars.Series(CELLS, dtype=polars.Categorical))["peace_label"].to_list() == expected(
        model, "peace_label"
    )
    assert model.score(polars.Series("none", [None, None]))["peace_score"].to_list() == [None, None]
    assert model.score(polars.Series("none", [], dtype=polars.String)).height == 0
    with pytest.raises(TypeError, match="the frame is lazy"):
        model.score(table.lazy())
    with pytest.raises(ValueError, match="there is no column `words`; there is `text` and `n`"):
        model.score(table, text="words")
    with pytest.raises(ValueError, match="already"):
        model.score(scored)
    with pytest.raises(ValueError, match="expected a type of texts"):
        model.score(polars.Series([1, 2]))


def test_arrow_gives_arrow(model: Model) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    string, large, view = pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()
    forms = [pyarrow.array(CELLS, kind) for kind in (string, large, view)]
    forms.append(pyarrow.array(CELLS).dictionary_encode())
    forms.append(pyarrow.chunked_array([CELLS[:5], [], CELLS[5:]], string))
    forms.append(pyarrow.concat_arrays([pyarrow.array(["before"]), pyarrow.array(CELLS)])[1:])
    for texts in forms:
        scores = model.score(texts)
        assert isinstance(scores, pyarrow.Table) and scores.column_names == columns(model)
        for name in scores.column_names:
            assert scores[name].to_pylist() == expected(model, name), (name, texts.type)
    table = pyarrow.table({"n": range(len(CELLS)), "text": CELLS}, metadata={"kept": "yes"})
    for given in (table, table.to_batches()[0], table.to_reader(max_chunksize=4)):
        scored = model.score(given)
        assert scored.column_names == ["n", "text", *columns(model)]
        assert scored["n"].to_pylist() == list(range(len(CELLS)))
        assert scored["peace_score"].to_pylist() == expected(model, "peace_score")
    assert model.score(table).schema.metadata == {b"kept": b"yes"}
    assert model.score(pyarrow.array([None, None]))["peace_score"].to_pylist() == [None, None]
    assert model.score(pyarrow.array([], string)).num_rows == 0
    assert model.score(table.slice(0, 0)).num_rows == 0
    with pytest.raises(ValueError, match="column `n` is of Arrow's type `Int64`; expected a type of texts"):
        model.score(table, text="n")
    with pytest.raises(ValueError, match="there is no column `words`; there is `n` and `text`"):
        model.score(table, text="words")
    with pytest.raises(ValueError, match="there is a column `has_known_features` already"):
        model.score(model.score(table))


def test_any_object_of_arrow_is_taken_and_its_columns_are_not_copied(model: Model) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"n": pyarrow.array(range(1000)), "text": ["We welcome peace."] * 1000})

    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return table.__arrow_c_stream__(requested_schema)

    scored = model.score(Stream())
    assert scored["peace_label"].to_pylist() == ["favor"] * 1000
    buffers = [column.chunk(0).buffers()[1].address for column in (table["n"], scored["n"])]
    assert buffers[0] == buffers[1]


def test_arrays_of_numpy_are_lists(model: Model) -> None:
    numpy = pytest.importorskip("numpy")
    assert model.score(numpy.array(TEXTS)) == model.score([str(text) for text in numpy.array(TEXTS).tolist()])
    assert model.score(numpy.array(["a", None], dtype=object))[1] is None


def test_too_long_texts_are_null_in_every_kind_of_table(model: Model) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    for kind in (pandas.Series, polars.Series, pyarrow.array):
        with pytest.warns(UserWarning, match="1 text is longer than 5 bytes"):
            scores = model.score(kind(["short", "too long"]), max_bytes=5)
        cells = list(scores["peace_label"])
        assert [str(cell) in ("None", "nan", "<NA>") for cell in cells] == [False, True]
