"""What stands in a document: the things of one kind in it, and the values of each as text.

``each`` names where the things are: names joined by dots, and ``/`` between a thing and the things in it
(``bids.details/tenderers``). A value's path starts at the thing; ``../`` goes to the thing around it, ``/`` to
the document, ``#`` is the thing's place among its like, from 1, ``[0]`` the first of several. Where an array
stands on the way, all its values count, joined by semicolons; an object where an array is expected is an
array of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

PLACE = re.compile(r"^(?P<name>[^\[\]]+)(?:\[(?P<nth>\d+)\])?$")
Getter = Callable[["Item"], str | None]


class Item(NamedTuple):
    """A thing in a document: its value, its place among its like, and the thing around it."""

    value: Any
    nth: int
    around: Item | None


def is_path(path: str) -> bool:
    """Whether a text is a path as this module reads it."""
    steps = path.removeprefix("/")
    while steps.startswith("../"):
        steps = steps[3:]
    return steps == "#" or (bool(steps) and all(PLACE.match(step) for step in steps.split(".")))


def items(document: dict[str, Any], each: str) -> Iterator[Item]:
    """The things of a document that ``each`` names; the document itself where it names none."""
    found: Iterable[Item] = [Item(document, 1, None)]
    for level in [part for part in each.split("/") if part]:
        steps = level.split(".")
        found = _within(found, steps)
    return iter(found)


def _within(outer: Iterable[Item], steps: Sequence[str]) -> Iterator[Item]:
    for item in outer:
        for nth, value in enumerate(_reach(item.value, steps), 1):
            yield Item(value, nth, item)


def _reach(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    """Everything at the end of the steps; arrays on the way and at the end are gone through."""
    if isinstance(value, list):
        for one in value:
            yield from _reach(one, steps)
    elif not steps:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        place = PLACE.match(steps[0])
        assert place is not None
        inner = value.get(place["name"])
        if place["nth"] and isinstance(inner, list):
            inner = inner[int(place["nth"])] if int(place["nth"]) < len(inner) else None
        yield from _reach(inner, steps[1:])


def getter(paths: Sequence[str]) -> Getter:
    """What gives a thing's value as text: that of the first of the paths under which there is one."""
    gets = [_getter(path) for path in paths]
    if len(gets) == 1:
        return gets[0]

    def first(item: Item) -> str | None:
        for get in gets:
            value = get(item)
            if value is not None:
                return value
        return None

    return first


def _getter(path: str) -> Getter:
    root = path.startswith("/")
    path = path.removeprefix("/")
    up = 0
    while path.startswith("../"):
        up, path = up + 1, path[3:]
    steps = path.split(".")

    def get(item: Item) -> str | None:
        at: Item | None = item
        if root:
            while at is not None and at.around is not None:
                at = at.around
        for _ in range(up):
            at = at.around if at is not None else None
        if at is None:
            return None
        return str(at.nth) if steps == ["#"] else as_text(list(_reach(at.value, steps)))

    return get


def as_text(values: Sequence[Any]) -> str | None:
    """JSON values as the text of one cell; None where there is none."""
    texts = [text for value in values if (text := _scalar(value)) is not None]
    if not texts:
        return None
    joined = ";".join(texts) if len(texts) > 1 else texts[0]
    # Half a pair of surrogates can be written in JSON, but is no text.
    return joined if joined.isascii() else joined.encode("utf-8", "replace").decode()


def _scalar(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        plain = -30 < value.adjusted() < 30
        text = format(value, "f") if plain else str(value)
        return text.rstrip("0").rstrip(".") if plain and "." in text else text
    if isinstance(value, int):
        return str(value) if value.bit_length() < 4_000 else f"{value:#x}"
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)
