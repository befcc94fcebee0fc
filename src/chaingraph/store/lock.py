"""One writer at a time, across processes."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from chaingraph.errors import StoreError


@contextlib.contextmanager
def exclusive(path: Path, busy: str) -> Iterator[None]:
    """Hold the lock file ``path``; raise StoreError with the text ``busy`` where somebody else holds it.

    The lock goes with the process, however that ends, so a killed load leaves nothing locked.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(busy, remedy="Wait until it has ended, then try again.") from error
        yield
