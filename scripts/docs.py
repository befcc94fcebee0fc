"""Writes the pages of docs/ that are generated from code and content; a test holds them current."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from chaingraph.cli import group
from chaingraph.model.datapackage import datapackage
from chaingraph.model.dictionary import dictionary
from chaingraph.reporting.schema import json_schema
from chaingraph.rules.catalogue import load_rules
from chaingraph.rules.clause_texts import Clause, load_clauses
from chaingraph.rules.rule import Rule

DOCS = Path(__file__).resolve().parents[1] / "docs"
HELP_WIDTH = 100


def command_line() -> str:
    """Every command's own ``--help``, as a page."""
    parts = ["# The command line\n\nGenerated from `chaingraph --help` and that of each command.\n"]

    def describe(command: click.Command, context: click.Context) -> None:
        parts.append(f"## {context.command_path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                if inner is not None:
                    describe(inner, click.Context(inner, info_name=name, parent=context, **width))

    width: dict[str, Any] = {"max_content_width": HELP_WIDTH, "terminal_width": HELP_WIDTH}
    describe(group, click.Context(group, info_name="chaingraph", **width))
    return "\n".join(parts)


def rules() -> str:
    """Every rule by pack: its title, its clauses in their own words, its thresholds, other explanations."""
    known = load_clauses()
    parts = [
        "# The rules\n\nGenerated from the rule files in `queries/`; the clauses are quoted word for word.\n"
    ]
    for pack, members in groupby(
        sorted(load_rules(), key=lambda rule: (rule.pack, rule.id)), lambda r: r.pack
    ):
        parts.append(f"## {pack}\n")
        parts += [_rule(rule, known) for rule in members]
    return "\n".join(parts)


def _rule(rule: Rule, known: Mapping[str, Clause]) -> str:
    header = rule.header
    lines = [
        f"### {rule.id}\n",
        f"{rule.title}. Severity: {rule.severity}; {header.status}, version {rule.version}.\n",
    ]
    lines += [f"> {' '.join(known[clause].quote.split())} ({clause})\n" for clause in rule.clauses]
    if header.parameters:
        lines.append("| parameter | default | unit | where it comes from |\n|---|---|---|---|")
        lines += [
            f"| `{name}` | {parameter.default} | {parameter.unit or ''} | {parameter.basis} |"
            for name, parameter in header.parameters.items()
        ]
        lines.append("")
    lines.append("What else may explain it:\n")
    lines += [f"- {other}" for other in header.innocent]
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """Each generated page's place and text."""
    return {
        DOCS / "data-dictionary.md": dictionary(),
        DOCS / "datapackage.json": json.dumps(datapackage(), indent=2, ensure_ascii=False) + "\n",
        DOCS / "command-line.md": command_line(),
        DOCS / "rules.md": rules(),
        DOCS / "sweep.schema.json": json_schema(),
    }


def main() -> None:
    """Write the pages that differ from what is there, and name them."""
    for path, text in pages().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(DOCS.parent)}")


if __name__ == "__main__":
    main()
