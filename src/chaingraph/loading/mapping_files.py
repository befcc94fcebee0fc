"""The mappings' files: chaingraph's own and those that a steward adds, each perhaps a variation of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from chaingraph.content import content_dir
from chaingraph.loading.mapping import Loader
from chaingraph.written.problem import Problem, refuse
from chaingraph.written.suggest import did_you_mean
from chaingraph.written.yaml_lines import Lines, faults, read_yaml

REMEDY = "Correct the mapping; docs/loaders.md describes its parts."


class _File(NamedTuple):
    path: Path
    content: dict[str, Any]
    lines: Lines


def read_loaders(folders: Sequence[Path] = ()) -> dict[str, Loader]:
    """The mappings of chaingraph and those in further folders (or files), by name; a later one replaces.

    Raises ContentError with all faults of all files at once, each with file and line.
    """
    problems: list[Problem] = []
    files: dict[str, _File] = {}
    for folder in (content_dir("loaders"), *folders):
        paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else [folder]
        if not paths:
            problems.append(Problem(folder, 1, "holds no mapping (*.yaml)"))
        for path in paths:
            found = _open(path, problems)
            if found is not None:
                files[str(found.content.get("name", path.stem))] = found
    loaders: dict[str, Loader] = {}
    for file in files.values():
        loader = _made(file, files, problems)
        if loader is not None:
            loaders[loader.name] = loader
    refuse(problems, remedy=REMEDY)
    return loaders


def _open(path: Path, problems: list[Problem]) -> _File | None:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        problems.append(Problem(path, 1, f"cannot be read ({error.strerror})"))
        return None
    except UnicodeDecodeError:
        problems.append(Problem(path, 1, "is not UTF-8 text"))
        return None
    content, lines, found = read_yaml(text, path)
    problems += found
    if found:
        return None
    if not isinstance(content, dict):
        problems.append(Problem(path, 1, "must be a mapping with name, title, …"))
        return None
    return _File(path, content, lines)


def _made(file: _File, files: Mapping[str, _File], problems: list[Problem]) -> Loader | None:
    content, seen = dict(file.content), [file]
    while "extends" in content:
        wanted = str(content.pop("extends"))
        line = file.lines.get(("extends",), 1)
        base = files.get(wanted)
        if base is None:
            hint = did_you_mean(wanted, files)
            problems.append(Problem(file.path, line, f"extends: there is no mapping {wanted!r}{hint}"))
            return None
        if base in seen:
            problems.append(Problem(file.path, line, f"extends: {wanted!r} goes round in a circle"))
            return None
        seen.append(base)
        content = _over(base.content, content)
    try:
        return Loader.model_validate(content)
    except ValidationError as error:
        for problem in faults(error, Loader, file.lines, file.path):
            problems += [problem._replace(message=part) for part in problem.message.split("; ")]
    return None


def _over(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The base with what the variation says: maps are laid over each other by name, all else is replaced."""
    result = dict(base)
    for key, value in more.items():
        inner = result.get(key)
        result[key] = _over(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return {key: value for key, value in result.items() if value is not None}
