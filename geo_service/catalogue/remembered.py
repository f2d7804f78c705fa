"""A small memory for figures that cost much and change only with their version."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

Figure = TypeVar("Figure")


class Remembered:
    """What was used last, by a key that holds its version: an old version is never asked for again and falls out."""

    def __init__(self, most: int = 4000) -> None:
        self._most, self._lock = most, Lock()
        self._known: OrderedDict[tuple[str, ...], object] = OrderedDict()

    def get(self, key: tuple[str, ...]) -> object | None:
        """What is known under this key."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: tuple[str, ...], figure: object) -> None:
        """Remember it."""
        with self._lock:
            self._known[key] = figure
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def recall(self, key: tuple[str, ...], make: Callable[[], Figure]) -> Figure:
        """What is known, else what is made now."""
        known = self.get(key)
        if known is None:
            known = make()
            self.put(key, known)
        return known  # type: ignore[return-value]
