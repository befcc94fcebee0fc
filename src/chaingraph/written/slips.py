"""What pydantic finds wrong in what somebody wrote, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError

from chaingraph.written.suggest import did_you_mean

# What was wanted, for the kinds of fault whose own words speak of types and not of what to write.
WANTED = {
    "string_type": "text (in quotes)",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a section with keys of its own",
    "model_type": "a section with keys of its own",
    "date_type": "a date such as 2026-03-31",
    "date_parsing": "a date such as 2026-03-31",
    "date_from_datetime_parsing": "a date such as 2026-03-31",
    "date_from_datetime_inexact": "a date without a time, such as 2026-03-31",
}
LONGEST_VALUE = 40  # characters of a wrong value that a message repeats


class Slip(NamedTuple):
    """One fault: the keys that lead to it, and what is wrong, beginning with their name."""

    where: tuple[str | int, ...]
    text: str


def slips(error: ValidationError, model: type[BaseModel]) -> list[Slip]:
    """Every fault, in the order of the model; a key that is not known comes with the nearest that is."""
    return [Slip(tuple(fault["loc"]), _text(fault, model)) for fault in error.errors()]


def _text(fault: Any, model: type[BaseModel]) -> str:
    where, kind, given = tuple(fault["loc"]), fault["type"], fault["input"]
    name = ".".join(str(part) for part in where if part != "[key]")
    if kind == "extra_forbidden":
        return f"{name} is not known here{did_you_mean(str(where[-1]), _keys(model, where[:-1]))}"
    if kind == "missing":
        return f"{name} is missing"
    if kind == "literal_error":
        allowed = str(fault["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return f"{name}: {given} is none of {', '.join(allowed)}{did_you_mean(str(given), allowed)}"
    if kind in WANTED:
        said = repr(given) if isinstance(given, str) else str(given)
        said = said if len(said) <= LONGEST_VALUE else f"{said[:LONGEST_VALUE]}…"
        return f"{name}: {said} is not {WANTED[kind]}".removeprefix(": ")
    message = fault["msg"].removeprefix("Value error, ")
    return f"{name}: {message[:1].lower()}{message[1:]}".removeprefix(": ")


def _keys(model: type[BaseModel], where: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at a place; none where any may."""
    here: Any = model
    for part in where:
        below = here.model_fields.get(str(part)) if _is_model(here) else None
        if below is not None:
            here = below.annotation
        elif not _is_model(here):  # the items of a list, the values of a dictionary
            here = next((inner for inner in _inside(here) if _is_model(inner)), None)
        else:
            return []
    inside = [here, *_inside(here)]
    return [key for found in inside if _is_model(found) for key in found.model_fields]


def _inside(annotation: Any) -> Iterator[Any]:
    for inner in get_args(annotation):
        yield inner
        yield from _inside(inner)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
