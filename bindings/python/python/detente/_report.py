"""What is measured and found out, as a dictionary that can be looked at."""

from __future__ import annotations

import re
from html import escape
from typing import Any, Optional

_MEASURES = (
    ("macro_f1", "macro-F1"),
    ("f_avg", "F avg"),
    ("accuracy", "accuracy"),
    ("log_loss", "log-loss"),
    ("brier", "Brier"),
    ("ece", "ECE"),
)


def plain(tables: str) -> str:
    """Tables without the marks that make a terminal write bold."""
    return re.sub(r"\x1b\[[0-9;]*m", "", tables)


class Report(dict[str, Any]):
    """How right a model is: the JSON of ``detente evaluate`` as a dictionary. ``print`` shows its tables, and in a
    notebook it shows itself. A first line warns where the model has learned from these rows.

    >>> from detente import Model
    >>> rows = [{"text": "We welcome the truce.", "peace": "favor"}, {"text": "We reject it.", "peace": "against"}]
    >>> report = Model.default().evaluate(rows)
    >>> report["targets"]["peace"]["n"]
    2
    """

    def __init__(self, record: dict[str, Any], tables: str) -> None:
        super().__init__(record)
        #: The tables that the program prints.
        self.tables = plain(tables)

    def __str__(self) -> str:
        return self.tables

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {', '.join(self)}>"

    def __reduce__(self) -> Any:
        return type(self), (dict(self), self.tables)

    def _repr_html_(self) -> str:
        found = self.get("targets", {})
        # A training lists its targets, an evaluation has them by name.
        named = found.items() if isinstance(found, dict) else [(target["target"], target) for target in found]
        targets = {name: target for name, target in named if isinstance(target, dict) and "n" in target}
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>{target['n']}</td>"
            + "".join(f"<td>{self._cell(target, key)}</td>" for key, _ in _MEASURES)
            + "</tr>"
            for name, target in targets.items()
            if "macro_f1" in target
        )
        head = "".join(f"<th>{name}</th>" for _, name in _MEASURES)
        table = f"<table><thead><tr><th>target</th><th>n</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
        details = f"<details><summary>all tables</summary><pre>{escape(self.tables)}</pre></details>"
        warned = "".join(f"<p>{escape(line)}</p>" for line in self.tables.splitlines() if line.startswith("warning:"))
        return f'<div class="detente-report">{warned}{table if rows else ""}{details}</div>'

    @staticmethod
    def _cell(target: dict[str, Any], key: str) -> str:
        value: Optional[float] = target.get(key)
        if value is None:
            return "-"
        ends = (target.get("intervals") or {}).get(key)
        interval = f' <small style="white-space: nowrap">[{ends[0]:.3f}, {ends[1]:.3f}]</small>' if ends else ""
        return f"{value:.3f}{interval}"
