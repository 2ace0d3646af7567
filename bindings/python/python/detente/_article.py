"""Articles and explanations as people look at them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Optional


def clean(text: str) -> str:
    """The text as it is scored: half of a surrogate pair becomes a replacement character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text


def in_characters(text: str, places: Iterable[int]) -> dict[int, int]:
    """Places in bytes of UTF-8 as places in characters.

    >>> in_characters("né à", [0, 3, 4])
    {0: 0, 3: 2, 4: 3}
    """
    data = text.encode()
    found, at_byte, at_character = {}, 0, 0
    for place in sorted(set(places)):
        at_character += len(data[at_byte:place].decode("utf-8", "replace"))
        at_byte = place
        found[place] = at_character
    return found


def _shade(strength: float) -> str:
    """A background from red (-1) to green (1); letters stay readable on any page."""
    hue = "46, 160, 67" if strength > 0 else "218, 54, 51"
    return f"background-color: rgba({hue}, {min(abs(strength), 1.0) * 0.45:.2f})"


def _signed(number: Optional[float]) -> str:
    return "-" if number is None else f"{number:+.2f}"


@dataclass(frozen=True)
class Statement:
    """A statement of an article.

    Attributes
    ----------
    text : its words
    start, end : where they stand in the article's text, in characters; None for a title given apart
    is_title : whether it is the title
    targets : by target: `label`, `score` from -1 to 1 (None without sides), `probabilities`
    record : everything that is known of it, as in the JSON of ``detente score``; offsets there are in bytes
    """

    text: str
    start: Optional[int]
    end: Optional[int]
    is_title: bool
    targets: Mapping[str, Mapping[str, Any]]
    record: Mapping[str, Any]

    @property
    def holder(self) -> Optional[str]:
        """The id of the party whose position it conveys, where one was found."""
        found = self.record.get("holder")
        return found["id"] if found else None

    @property
    def counterpart(self) -> Optional[str]:
        """The id of the party toward whom, where one was found."""
        found = self.record.get("counterpart")
        return found["id"] if found else None


class Article:
    """A scored article; in a notebook it shows itself with its statements highlighted.

    >>> from detente import Model
    >>> article = Model.default().score_article("We welcome the truce. Trade will resume on Monday.")
    >>> [statement.text for statement in article.statements]
    ['We welcome the truce.', 'Trade will resume on Monday.']
    >>> article.statements[0].targets["peace"]["label"]
    'favor'
    >>> article.scores["peace"]["favor"]
    1
    """

    def __init__(self, text: str, line: str) -> None:
        self.text = text
        self._line = line
        #: The article as in the JSON of ``detente score``; offsets are in bytes.
        self.record: Mapping[str, Any] = json.loads(line)
        record = self.record
        spans = [(row["start"], row["end"]) for row in record["statements"]]
        at = in_characters(text, (place for span in spans for place in span if place is not None))
        #: Its statements, in the order of the text.
        self.statements = [
            Statement(
                text=row["text"],
                start=None if start is None else at[start],
                end=None if end is None else at[end],
                is_title=row["title"],
                targets=row["targets"],
                record=row,
            )
            for row, (start, end) in zip(record["statements"], spans)
        ]

    @property
    def title(self) -> Optional[str]:
        """The title, where it has one."""
        return self.record["title"]  # type: ignore[no-any-return]

    @property
    def date(self) -> Optional[str]:
        """The date as it was given."""
        return self.record["date"]  # type: ignore[no-any-return]

    @property
    def scores(self) -> Mapping[str, Mapping[str, Any]]:
        """The scores of the whole article, by target."""
        return self.record["article"]  # type: ignore[no-any-return]

    def to_json(self) -> str:
        """One line of JSON: the line of ``detente score --format jsonl``, letter by letter."""
        return self._line

    def __reduce__(self) -> Any:
        return type(self), (self.text, self._line)

    def __len__(self) -> int:
        return len(self.statements)

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)

    def __repr__(self) -> str:
        scores = (f"{target} {_signed(score['score'])}" for target, score in self.scores.items() if "score" in score)
        return f"<Article of {len(self)} statements: {', '.join(scores)}>"

    def html(self, target: Optional[str] = None) -> str:
        """A piece of HTML with the text, each statement coloured by its score on a target (default: the first with
        sides). Everything of the text is escaped.

        Raises
        ------
        ValueError
            There is no such target.
        """
        target = self._target(target)
        pieces, at = [], 0
        for statement in self.statements:
            if statement.start is None or statement.end is None:
                pieces.append(f"<strong>{self._mark(statement, target)}</strong>\n\n")
                continue
            pieces.append(escape(self.text[at : statement.start]))
            mark = self._mark(statement, target)
            pieces.append(f"<strong>{mark}</strong>" if statement.is_title else mark)
            at = statement.end
        pieces.append(escape(self.text[at:]))
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>{_signed(score['score'])}</td><td>{score['favor']}</td>"
            f"<td>{score['against']}</td></tr>"
            for name, score in self.scores.items()
            if "score" in score
        )
        legend = f"coloured: {escape(target)}, green is favor and red is against" if target else ""
        return (
            '<div class="detente-article"><table><thead><tr><th>target</th><th>score</th><th>favor</th><th>against'
            f"</th></tr></thead><tbody>{rows}</tbody></table><p><small>{legend}</small></p>"
            f'<div style="white-space: pre-wrap">{"".join(pieces)}</div></div>'
        )

    def _target(self, target: Optional[str]) -> Optional[str]:
        if target is not None and target not in self.scores:
            from ._frames import prose

            raise ValueError(f"there is no target `{target}`; there is {prose(self.scores)}")
        if target is not None:
            return target
        return next((name for name, score in self.scores.items() if "score" in score), None)

    @staticmethod
    def _mark(statement: Statement, target: Optional[str]) -> str:
        said = []
        for name, score in statement.targets.items():
            number = "" if score["score"] is None else f" {_signed(score['score'])}"
            said.append(f"{name}: {score['label']}{number}")
        tip = escape("; ".join(said), quote=True)
        strength, sign = 0.0, ""
        if target is not None:
            score = statement.targets[target]
            strength = score["score"] or 0.0
            # Not by colour alone.
            sign = {"favor": "<sup>+</sup>", "against": "<sup>&minus;</sup>"}.get(score["label"], "")
        return f'<mark style="color: inherit; {_shade(strength)}" title="{tip}">{escape(statement.text)}</mark>{sign}'

    def _repr_html_(self) -> str:
        return self.html()


class Explanation(Mapping[str, Mapping[str, Any]]):
    """Why a statement got its labels, by target: ``label``, ``margin``, ``intercept``, ``contributions``, ``words`` and
    more, as in the JSON of ``detente score --explain``. What contributions, intercept and remainder add up to is the
    margin, in log-odds.

    >>> from detente import Model
    >>> why = Model.default().explain("We welcome the truce.")
    >>> why["peace"]["label"]
    'favor'
    >>> [word for word, contribution in why.words("peace") if contribution > 1.0]
    ['welcome', 'truce']
    """

    def __init__(self, text: str, record: Mapping[str, Mapping[str, Any]]) -> None:
        self.text = text
        self._record = record

    def __getitem__(self, target: str) -> Mapping[str, Any]:
        return self._record[target]

    def __iter__(self) -> Iterator[str]:
        return iter(self._record)

    def __len__(self) -> int:
        return len(self._record)

    def __repr__(self) -> str:
        labels = (f"{target}: {one['label']}" for target, one in self.items())
        return f"<Explanation {', '.join(labels)}>"

    def words(self, target: str) -> list[tuple[str, float]]:
        """The words in their order, each with its part in the margin."""
        return [(self.text[start:end], number) for start, end, number in self._spans(target)]

    def _spans(self, target: str) -> list[tuple[int, int, float]]:
        rows = self._record[target]["words"]
        at = in_characters(self.text, (place for row in rows for place in row["span"]))
        return [(at[row["span"][0]], at[row["span"][1]], row["contribution"]) for row in rows]

    def _repr_html_(self) -> str:
        lines = []
        for target, one in self.items():
            spans = self._spans(target)
            most = max((abs(number) for _, _, number in spans), default=0.0) or 1.0
            pieces, at = [], 0
            for start, end, number in spans:
                pieces.append(escape(self.text[at:start]))
                style = f"color: inherit; {_shade(number / most)}"
                pieces.append(f'<mark style="{style}" title="{_signed(number)}">{escape(self.text[start:end])}</mark>')
                at = end
            pieces.append(escape(self.text[at:]))
            lines.append(
                f"<tr><td>{escape(target)}</td><td>{escape(one['label'])}</td>"
                f'<td style="text-align: left; white-space: pre-wrap">{"".join(pieces)}</td></tr>'
            )
        return (
            '<table class="detente-explanation"><thead><tr><th>target</th><th>label</th><th>green speaks for the '
            f"label, red against it</th></tr></thead><tbody>{''.join(lines)}</tbody></table>"
        )
