"""A model to score with."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any, Optional, Union, overload

from . import _detente
from ._article import Article, Explanation, clean
from ._detente import MAX_BYTES, Score
from ._frames import Columns, arrow_out, as_list, as_text, kind_of, pandas_scores, prose
from ._progress import Progress, told
from ._relations import Relations
from ._report import Report
from ._training import is_paths, labelled

#: Threads, bytes of the longest text, language of all texts.
_Asked = tuple[Optional[int], int, Optional[str]]


class Model:
    """A fitted model. It can be shared between threads, pickled and sent to other processes, and gives a text the same
    score whatever else is scored.

    Get one from :meth:`default`, :meth:`read`, :meth:`from_bytes` or :func:`train`.

    >>> model = Model.default()
    >>> model.targets
    {'peace': ['favor', 'against', 'none'], 'cooperation': ['favor', 'against', 'none'], \
'conflict': ['favor', 'against', 'none'], 'sentiment': ['negative', 'neutral', 'positive']}
    """

    __slots__ = ("__weakref__", "_inner")

    def __init__(self, inner: _detente.Model) -> None:
        if not isinstance(inner, _detente.Model):
            raise TypeError(
                "a model is made by `Model.default()`, `Model.read(path)`, `Model.from_bytes(data)` or `train`"
            )
        self._inner = inner

    @classmethod
    def default(cls, language: Optional[str] = None) -> Model:
        """The default models, which are part of the wheel: stance on `peace`, `cooperation` and `conflict`, and
        `sentiment`, each text by the model of its language.

        >>> model = Model.default()
        >>> model.score("Nous saluons le cessez-le-feu et la reprise des pourparlers.")["peace"].label
        'favor'

        Parameters
        ----------
        language : `ar`, `en`, `es`, `fr`, `ru` or `zh` for the model of this language alone; default English, and the
            others beside it for texts in their languages

        Raises
        ------
        ValueError
            There is no default model of this language.
        """
        return cls(_detente.Model.default(language))

    @classmethod
    def read(cls, path: Union[str, PathLike[str]]) -> Model:
        """Reads a model file.

        Raises
        ------
        ValueError
            It is no model, truncated, altered or of a newer version; a file that is not there or may not be read is an
            ``OSError`` too.
        """
        return cls(_detente.Model.read(path))

    @classmethod
    def from_bytes(cls, data: bytes) -> Model:
        """Reads a model from the bytes of its file.

        >>> Model.from_bytes(b"something else")
        Traceback (most recent call last):
        ValueError: not a model of detente
        """
        return cls(_detente.Model.from_bytes(bytes(data), False))

    def to_bytes(self) -> bytes:
        """The bytes of its file; the same model gives the same bytes."""
        return self._inner.to_bytes()

    def write(self, path: Union[str, PathLike[str]]) -> None:
        """Writes its file; an old one stays until the new one is whole."""
        self._inner.write(path)

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return self._inner.name

    @property
    def language(self) -> str:
        """The code of its language, as in `fr`; `xx` for a model that takes words as they stand."""
        return self._inner.language

    @property
    def targets(self) -> dict[str, list[str]]:
        """The labels of each target, in the order of training."""
        return {name: labels for name, labels, _ in self._inner.targets}

    def __repr__(self) -> str:
        return f"<Model {self.name}: {', '.join(self.targets)}>"

    def __reduce__(self) -> Any:
        return _unpickled, (type(self), self.to_bytes(), self._inner.is_with_others)

    def __copy__(self) -> Model:
        return self

    def __deepcopy__(self, memo: Any) -> Model:
        # Nothing of a model can be changed.
        return self

    @overload
    def score(self, texts: str, *, text: str = ..., max_bytes: int = ..., language: Optional[str] = ...) -> Score: ...

    @overload
    def score(
        self,
        texts: Union[list[str], list[Optional[str]], tuple[Optional[str], ...]],
        *,
        text: str = ...,
        threads: Optional[int] = ...,
        progress: Progress = ...,
        max_bytes: int = ...,
        language: Optional[str] = ...,
    ) -> list[Optional[Score]]: ...

    @overload
    def score(
        self,
        texts: Any,
        *,
        text: str = ...,
        threads: Optional[int] = ...,
        progress: Progress = ...,
        max_bytes: int = ...,
        language: Optional[str] = ...,
    ) -> Any: ...

    def score(
        self,
        texts: Any,
        *,
        text: str = "text",
        threads: Optional[int] = None,
        progress: Progress = None,
        max_bytes: int = MAX_BYTES,
        language: Optional[str] = None,
    ) -> Any:
        """Scores texts, each as one statement. What goes in comes out:

        ================================ ======================================================================
        a text                           a :class:`Score`
        a list or other iterable         a list of :class:`Score`
        a column of pandas               a DataFrame of scores with the same index
        a column of polars               a DataFrame of scores
        an array of Arrow                a ``pyarrow.Table`` of scores
        a table of any of these          the table with the scores beside its columns
        ================================ ======================================================================

        Columns of scores are `has_known_features` and for each target `T_label`, `T_score` from -1 to 1 (where it has
        sides) and `T_p_LABEL`, as in the CSV of ``detente score``. Arrow is any object with ``__arrow_c_stream__`` or
        ``__arrow_c_array__``; without pyarrow such an object comes out too.

        A missing text (None, NaN, NA) has no score: None in a list, null in every column. So has one of more than
        `max_bytes` bytes, of which a warning gives the number: it is no statement; :meth:`score_article` splits it.

        The language of each text is found out, as by ``detente score``. A text in a language that no model knows gets
        the scores of a text without a word: `has_known_features` is false, and a warning says how many there are.

        Parameters
        ----------
        texts : see above
        text : the column of texts, where a table comes in
        threads : default one a processor; the number changes no score. The GIL is released
        progress : True for a bar (of tqdm, if that is installed), or what is called with the number of rows that are
            done and that of all, or None where that is not known
        max_bytes : of a text, in UTF-8
        language : the code of the language that every text is taken for, as in `fr`; default it is found out. Also
            where it is given, texts in a language that no model knows are told of

        Raises
        ------
        ValueError
            There is no column of that name, or a column of scores already; `threads` is out of its range; no language
            has this code.
        TypeError
            A row is no text.

        Examples
        --------
        >>> model = Model.default()
        >>> good, bad, none = model.score(["We sign the treaty.", "We reject the treaty.", None])
        >>> good["peace"].stance > bad["peace"].stance, none
        (True, None)
        >>> import pandas
        >>> model.score(pandas.Series(["We welcome the truce."], index=["a"]))["peace_label"].to_dict()
        {'a': 'favor'}
        """
        if not isinstance(max_bytes, int) or max_bytes < 1:
            raise ValueError(f"max_bytes is {max_bytes}; expected a number from 1")
        kind = kind_of(texts)
        if kind == "text":
            return self._score_text(texts, max_bytes, language)
        asked = threads, max_bytes, language
        if kind == "arrow":
            n_rows = getattr(texts, "num_rows", None)
            return self._score_arrow(texts, text, n_rows, progress, asked, arrow_out)
        if kind == "polars-column":
            import polars

            column = _strings(texts)
            return self._score_arrow(column, text, len(texts), progress, asked, polars.DataFrame)
        if kind == "polars-table":
            import polars

            column = Columns(texts)
            if text not in column:
                raise ValueError(f"there is no column `{text}`; there is {prose(column.names)}")
            self._check_columns(column.names)
            words = _strings(texts[text])
            scores = self._score_arrow(words, text, len(texts), progress, asked, polars.DataFrame)
            return texts.hstack(scores)
        if kind == "pandas-column":
            return self._score_pandas(texts, texts, progress, asked)
        if kind == "pandas-table":
            if text not in texts.columns:
                raise ValueError(f"there is no column `{text}`; there is {prose(texts.columns)}")
            self._check_columns([str(name) for name in texts.columns])
            import pandas

            if len(texts[text].shape) > 1:
                raise ValueError(f"there are {texts[text].shape[1]} columns `{text}`; expected one")
            scores = self._score_pandas(texts[text], texts, progress, asked)
            return pandas.concat([texts, scores], axis=1)
        items = as_list(texts)
        with told(progress, len(items)) as tell:
            scores, said = self._inner.score_list(items, (threads, tell, max_bytes, language))
        self._warn(said, max_bytes, stacklevel=3)
        return scores

    def _score_text(self, text: Optional[str], max_bytes: int, language: Optional[str]) -> Optional[Score]:
        if text is None:
            return None
        n_bytes = len(text.encode("utf-8", "surrogatepass")) if len(text) * 4 > max_bytes else 0
        if n_bytes > max_bytes:
            raise ValueError(
                f"the text has {n_bytes} bytes; expected at most {max_bytes}, which is `max_bytes`: it is no "
                "statement; `score_article` splits it into statements"
            )
        score, said = self._inner.score_text(text, language)
        self._warn(said, max_bytes)
        return score

    def _score_arrow(
        self, texts: Any, text: str, n_rows: Optional[int], progress: Progress, asked: _Asked, made: Any
    ) -> Any:
        threads, max_bytes, language = asked
        with told(progress, n_rows) as tell:
            table, said = self._inner.score_arrow(texts, text, (threads, tell, max_bytes, language))
        self._warn(said, max_bytes)
        return made(table)

    def _score_pandas(self, column: Any, whole: Any, progress: Progress, asked: _Asked) -> Any:
        items = column.tolist()
        threads, max_bytes, language = asked
        with told(progress, len(items)) as tell:
            columns, said = self._inner.score_columns(items, (threads, tell, max_bytes, language))
        self._warn(said, max_bytes)
        return pandas_scores(columns, getattr(whole, "index", None))

    def _check_columns(self, names: Iterable[str]) -> None:
        taken = set(names)
        for name, _ in self._inner.columns_of_scores:
            if name in taken:
                raise ValueError(f"there is a column `{name}` already; expected a table without columns of scores")

    @staticmethod
    def _warn(said: tuple[int, Optional[str]], max_bytes: int, stacklevel: int = 4) -> None:
        n_too_long, of_languages = said
        if of_languages is not None:
            warnings.warn(of_languages, stacklevel=stacklevel)
        if n_too_long:
            are = "text is" if n_too_long == 1 else "texts are"
            warnings.warn(
                f"{n_too_long} {are} longer than {max_bytes} bytes and got no score; `score_article` splits a text "
                "into statements",
                stacklevel=stacklevel,
            )

    def explain(self, text: str, n_features: int = 10, *, language: Optional[str] = None) -> Explanation:
        """Why a statement gets its labels: the features that moved each most, and its words. The model of its language
        explains it, as :meth:`score` scores it.

        Parameters
        ----------
        text : the statement
        n_features : features that are listed for each target; 0 for all
        language : the code of the language that it is taken for, as in `fr`; default it is found out

        Examples
        --------
        >>> why = Model.default().explain("We welcome the truce.")
        >>> max(why.words("peace"), key=lambda word: word[1])[0]
        'truce'
        """
        text = clean(text)
        return Explanation(text, json.loads(self._inner.explain(text, n_features, language)))

    def score_article(
        self,
        text: str,
        *,
        id: str = "text",
        date: Optional[str] = None,
        title: Optional[str] = None,
        author: Optional[str] = None,
        parties: bool = True,
        explain: Optional[int] = None,
        language: Optional[str] = None,
    ) -> Article:
        """Splits an article into statements, and scores each of them and the whole.

        Parameters
        ----------
        text : the article; a first line ` date YYYY-MM-DD Title` is its header
        id : what it is called
        date, title : where they are known from elsewhere
        author : the party that speaks it, as in a speech
        parties : whether holders, counterparts and quotations are looked for
        explain : features that explain each label; None for no explanation
        language : the code of the language that it is taken for, as in `fr`; default that of each statement is found
            out. Statements that no model knows the language of are not scored: `record["language_note"]` says so

        Examples
        --------
        >>> article = Model.default().score_article("Kenya welcomes the accord with Uganda. It rained.")
        >>> article.statements[0].holder, article.statements[0].counterpart
        ('KEN', 'UGA')
        """
        text = clean(text)
        return Article(text, self._inner.score_article(text, id, date, title, author, parties, explain, language))

    def article_page(
        self,
        text: str,
        *,
        id: str = "text",
        date: Optional[str] = None,
        title: Optional[str] = None,
        author: Optional[str] = None,
        language: Optional[str] = None,
    ) -> str:
        """The page of an article, with its reasons, as one file of HTML that asks for nothing."""
        return self._inner.article_page(clean(text), id, date, title, author, language)

    def evaluate(
        self,
        data: Any,
        *,
        text: str = "text",
        targets: Optional[Sequence[str]] = None,
        group: Optional[str] = None,
        threads: Optional[int] = None,
    ) -> Report:
        """Measures how right it is on labelled rows, with 95 % intervals resampled by document.

        Parameters
        ----------
        data : a table of pandas, polars or Arrow, a dictionary of columns, a list of dictionaries, or the path of a CSV
            file
        text : the column of texts
        targets : the columns of labels; default the model's targets that there are, of a file all of them
        group : the column that names the document of a row; default each distinct text is its own
        threads : default one a processor

        Raises
        ------
        ValueError
            The rows have none of its targets, or a label that it does not know.

        Examples
        --------
        >>> from detente import load_statements
        >>> rows = [row for row in load_statements(kind="list") if row["split"] == "test"][:100]
        >>> report = Model.default().evaluate(rows, group="document")
        >>> report["targets"]["peace"]["n"]
        100
        """
        if targets is None and is_paths(data):
            targets = list(self.targets)
        elif targets is None:
            columns = Columns(data)
            targets = [name for name in self.targets if name in columns]
            if not targets:
                raise ValueError(
                    f"there is no column of a target of the model, which has {prose(self.targets)}; there is "
                    f"{prose(columns.names)}"
                )
        rows = labelled(data, text=text, targets=targets, group=group)
        record, tables = self._inner.evaluate(rows, threads)
        return Report(json.loads(record), tables)

    def relations(
        self,
        articles: Any,
        *,
        text: str = "text",
        id: Optional[str] = None,
        date: Optional[str] = None,
        title: Optional[str] = None,
        author: Optional[str] = None,
        by: str = "year",
        from_date: Optional[str] = None,
        to_date: Optional[str] = None,
        holder: Optional[str] = None,
        counterpart: Optional[str] = None,
        repeats: bool = False,
        seed: int = 42,
        threads: Optional[int] = None,
    ) -> Relations:
        """Tells who stands how toward whom, over time, as ``detente relations`` does.

        Parameters
        ----------
        articles : texts of articles, or a table with a column of them
        text, id, date, title : columns; the last three are `id`, `date` and `title` where there are such
        author : the column of the party that speaks each text, as in speeches
        by : `decade`, `year`, `quarter` or `month`
        from_date, to_date : the days that count, as in `2023-05-01` or `2023`
        holder, counterpart : only statements of and toward these parties: an id (`AZE`) or a name
        repeats : whether articles that nearly repeat an earlier one count too
        seed : of resamples and permutations
        threads : default one a processor

        Examples
        --------
        >>> found = Model.default().relations(["Kenya welcomes the accord with Uganda."])
        >>> found.pairs[0]["counterpart"]["name"]
        'Uganda'
        """
        asked = {
            "by": by,
            "from": from_date,
            "to": to_date,
            "holder": holder,
            "counterpart": counterpart,
            "repeats": repeats,
            "seed": seed,
            "gather": True,
        }
        rows = article_rows(articles, text=text, id=id, date=date, title=title, author=author)
        found, gathered = _detente.relations(self._inner, rows, asked, threads)
        record, tables, page = gathered or ("{}", "", "")
        return Relations(json.loads(record), json.loads(found), tables, page)


def _unpickled(made: type[Model], data: bytes, is_with_others: bool) -> Model:
    return made(_detente.Model.from_bytes(data, is_with_others))


def _strings(column: Any) -> Any:
    """A column of polars; one without a type, in which nothing stands, as one of texts."""
    import polars

    return column.cast(polars.String) if column.dtype == polars.Null else column


def article_rows(
    articles: Any, *, text: str, id: Optional[str], date: Optional[str], title: Optional[str], author: Optional[str]
) -> list[Any]:
    """Articles as the extension module takes them: id, date, title, text, author."""
    if isinstance(articles, str):
        articles = [articles]
    is_texts = isinstance(articles, (list, tuple)) and not any(isinstance(row, dict) for row in articles)
    if is_texts or _is_column(articles):
        cells: Any = articles
        articles = {text: cells.to_pylist() if hasattr(cells, "to_pylist") else as_list(cells)}
    columns = Columns(articles)
    n_rows = len(columns[text])

    def named(asked: Optional[str], usual: str) -> Optional[str]:
        return asked if asked is not None else usual if usual in columns else None

    ids = columns.get(named(id, "id"), n_rows)
    dates = columns.get(named(date, "date"), n_rows)
    titles = columns.get(named(title, "title"), n_rows)
    authors = columns.get(author, n_rows)
    return [
        (as_text(ids[row]) or str(row), as_text(dates[row]), as_text(titles[row]), words, as_text(authors[row]))
        for row, words in enumerate(columns[text])
    ]


def _is_column(data: Any) -> bool:
    is_table = hasattr(data, "columns") or isinstance(data, (dict, list, tuple))
    return not is_table and hasattr(data, "__len__")
