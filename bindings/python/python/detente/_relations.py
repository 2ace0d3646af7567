"""Who stands how toward whom, as people look at it."""

from __future__ import annotations

from html import escape
from os import PathLike
from pathlib import Path
from typing import Any, Union

from ._report import plain
from ._statements import frame


class Relations(dict[str, Any]):
    """Pairs of parties with their scores over time: the JSON of ``detente relations`` as a dictionary. ``print`` shows
    its tables, and in a notebook it shows itself.

    >>> from detente import Model
    >>> articles = [{"text": "Kenya welcomes the accord with Uganda.", "date": "2024-03-09"}]
    >>> found = Model.default().relations(articles)
    >>> [(row["holder"], row["counterpart"]) for row in found.rows]
    [('KEN', 'UGA')]
    """

    def __init__(self, record: dict[str, Any], rows: list[dict[str, Any]], tables: str, page: str) -> None:
        super().__init__(record)
        #: The statements of a holder toward a counterpart that count, as dictionaries.
        self.rows = rows
        #: The tables that the program prints.
        self.tables = plain(tables)
        self._page = page

    @property
    def pairs(self) -> list[dict[str, Any]]:
        """Pairs of holder and counterpart, those with most statements first."""
        return self["pairs"]  # type: ignore[no-any-return]

    def to_frame(self, kind: str = "pandas") -> Any:
        """The statements as a table; `kind` as in :func:`load_statements`."""
        return frame(flat_rows(self.rows), kind)

    def series(self, kind: str = "pandas") -> Any:
        """The series as a table, one row a pair, period and measure; `kind` as in :func:`load_statements`."""
        rows = [
            {
                "holder": pair["holder"]["id"],
                "counterpart": pair["counterpart"]["id"],
                "period": point["period"],
                "measure": measure,
                "score": score["score"],
                "low": score["interval"][0] if score["interval"] else None,
                "high": score["interval"][1] if score["interval"] else None,
                "smoothed": score["smoothed"],
                "n_articles": point["n_articles"],
                "n_statements": point["n_statements"],
            }
            for pair in self.pairs
            for point in pair.get("series", ())
            for measure, score in point["scores"].items()
        ]
        return frame(rows, kind)

    def page(self) -> str:
        """One file of HTML with everything, as ``detente relations --format html`` writes it."""
        return self._page

    def save(self, path: Union[str, PathLike[str]]) -> None:
        """Writes the page."""
        Path(path).write_text(self._page, encoding="utf-8")

    def __str__(self) -> str:
        return self.tables

    def __repr__(self) -> str:
        return f"<Relations: {len(self.pairs)} pairs, {len(self.rows)} statements>"

    def __reduce__(self) -> Any:
        return type(self), (dict(self), self.rows, self.tables, self._page)

    def _repr_html_(self) -> str:
        measures = list(self.pairs[0]["scores"]) if self.pairs else []
        rows = "".join(
            f"<tr><td>{escape(pair['holder']['name'])}</td><td>{escape(pair['counterpart']['name'])}</td>"
            f"<td>{pair['n_articles']}</td><td>{pair['n_statements']}</td>"
            + "".join(f"<td>{_signed(pair['scores'][measure]['score'])}</td>" for measure in measures)
            + "</tr>"
            for pair in self.pairs
        )
        head = "".join(f"<th>{escape(measure)}</th>" for measure in measures)
        return (
            '<table class="detente-relations"><thead><tr><th>holder</th><th>toward</th><th>articles</th><th>statements'
            f"</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _signed(number: Any) -> str:
    return "-" if number is None else f"{number:+.2f}"


def flat_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with `peace` and `peace_score` beside the other cells, as the CSV of ``detente relations`` has them."""
    flat = []
    for row in rows:
        cells: dict[str, Any] = {}
        for name, value in row.items():
            if name == "labels":
                for target, label in value.items():
                    cells[target] = label
                    cells[f"{target}_score"] = row["scores"][target]
            elif name != "scores":
                cells[name] = value
        flat.append(cells)
    return flat
