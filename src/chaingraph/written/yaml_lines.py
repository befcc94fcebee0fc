"""YAML read together with the line of every key, so that a fault in a value can name its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from chaingraph.written.problem import Problem
from chaingraph.written.slips import slips

DAY = re.compile(r"\d{4}-\d\d?-\d\d?")
Lines = dict[tuple[str | int, ...], int]


def yaml_loader() -> type[yaml.SafeLoader] | type[yaml.CSafeLoader]:
    """YAML's safe loader: the one in C where it was built, which is ten times as fast."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str, file: Path, offset: int = 0) -> tuple[Any, Lines, list[Problem]]:
    """The data, the line of every key and item (``offset`` lines stand before the text), and the faults."""
    try:
        node = yaml.compose(text, Loader=yaml_loader())
        data = yaml.load(text, Loader=yaml_loader())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = offset + 1 + (mark.line if mark else 0)
        return None, {}, [Problem(file, line, f"this is not YAML: {error.problem}")]
    except (yaml.YAMLError, ValueError) as error:
        impossible = list(_impossible_days(text, file, offset))
        return None, {}, impossible or [Problem(file, offset + 1, f"this is not YAML: {error}")]
    lines: Lines = {(): offset + 1}
    problems: list[Problem] = []
    if node is not None:
        _walk(node, (), offset, file, lines, problems)
    return data, lines, problems


def _impossible_days(text: str, file: Path, offset: int) -> Iterator[Problem]:
    """What has the form of a day and is none, such as 2025-02-30: YAML itself says neither where nor what."""
    for token in yaml.scan(text, Loader=yaml_loader()):
        if isinstance(token, yaml.ScalarToken) and token.plain and DAY.match(token.value):
            try:
                yaml.load(token.value, Loader=yaml_loader())
            except ValueError as error:
                line = token.start_mark.line + 1 + offset
                yield Problem(file, line, f"there is no day {token.value} ({error})")


def _walk(
    node: yaml.Node, at: tuple[str | int, ...], offset: int, file: Path, lines: Lines, problems: list[Problem]
) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            line = key.start_mark.line + 1 + offset
            here = (*at, str(key.value))
            if here in lines:
                problems.append(Problem(file, line, f"{key.value} stands here twice"))
            lines[here] = line
            _walk(value, here, offset, file, lines, problems)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*at, index)] = value.start_mark.line + 1 + offset
            _walk(value, (*at, index), offset, file, lines, problems)


def faults(error: ValidationError, model: type[BaseModel], lines: Lines, file: Path) -> list[Problem]:
    """Every fault that pydantic found, in plain words and with its line."""
    return [Problem(file, _line(slip.where, lines), slip.text) for slip in slips(error, model)]


def _line(parts: tuple[str | int, ...], lines: Lines) -> int:
    while parts not in lines and parts:
        parts = parts[:-1]
    return lines.get(parts, 1)
