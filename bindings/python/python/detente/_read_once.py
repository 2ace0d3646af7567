"""What an executor reads once, however many tasks use it."""

from __future__ import annotations

import threading
from typing import Callable, Generic, TypeVar

Read = TypeVar("Read")

#: What a process keeps: an executor may live for weeks.
MOST_KEPT = 4


class ReadOnce(Generic[Read]):
    """Bytes that are read once by each process, and the last few of them kept.

    >>> lengths = ReadOnce(len)
    >>> [lengths.get("a", b"one"), lengths.get("a", b"one"), lengths.n_read]
    [3, 3, 1]
    """

    def __init__(self, read: Callable[[bytes], Read]) -> None:
        self._read = read
        self._kept: dict[str, Read] = {}
        # Sail runs the batches of one process on several threads.
        self._lock = threading.Lock()
        #: How often it read.
        self.n_read = 0

    def get(self, digest: str, data: bytes) -> Read:
        """What the bytes of this digest are."""
        with self._lock:
            found = self._kept.pop(digest, None)
            if found is None:
                found = self._read(data)
                self.n_read += 1
            # The last used stands last.
            self._kept[digest] = found
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            return found
