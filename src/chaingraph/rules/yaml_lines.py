"""YAML read together with the line of every key, so that a fault in a value can name its line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from chaingraph.content import yaml_loader
from chaingraph.rules.problem import Problem
from chaingraph.rules.suggest import did_you_mean

Lines = dict[tuple[str | int, ...], int]


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
        return None, {}, [Problem(file, offset + 1, f"this is not YAML: {error}")]
    lines: Lines = {(): offset + 1}
    problems: list[Problem] = []
    if node is not None:
        _walk(node, (), offset, file, lines, problems)
    return data, lines, problems


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
    found = []
    for fault in error.errors():
        where = tuple(fault["loc"])
        name = ".".join(str(part) for part in where if part != "[key]")
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            known = list(model.model_fields) if len(where) == 1 else []
            text = f"{name} is not known here{did_you_mean(str(where[-1]), known)}"
        elif fault["type"] == "missing":
            text = f"{name} is missing"
        else:
            text = f"{name}: {message[:1].lower()}{message[1:]}"
        found.append(Problem(file, _line(where, lines), text))
    return found


def _line(where: Sequence[str | int], lines: Lines) -> int:
    parts = tuple(where)
    while parts not in lines and parts:
        parts = parts[:-1]
    return lines.get(parts, 1)
