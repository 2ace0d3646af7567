"""How much is done: a bar of tqdm, a line on standard error, or what the caller does with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, Optional, Union

Progress = Union[None, bool, Callable[[int, Optional[int]], object]]


@contextmanager
def told(progress: Progress, total: Optional[int]) -> Iterator[Optional[Callable[[int], object]]]:
    """Gives what takes the number of rows that are done."""
    if progress is None or progress is False:
        yield None
    elif callable(progress):
        yield lambda n_done: progress(n_done, total)
    else:
        bar = _bar(total)
        if bar is None:
            yield lambda n_done: _line(n_done, total)
            print(file=sys.stderr)
        else:
            with bar:
                yield lambda n_done: bar.update(n_done - bar.n)


def _bar(total: Optional[int]) -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(total=total, unit=" texts", unit_scale=True)


def _line(n_done: int, total: Optional[int]) -> None:
    of_all = "" if total is None else f" of {total:,}"
    print(f"\r{n_done:,}{of_all} texts", end="", file=sys.stderr, flush=True)
