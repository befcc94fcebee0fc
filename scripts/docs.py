"""Writes the pages of docs/ that are generated from code and content; a test holds them current."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from chaingraph.cli import group
from chaingraph.model.datapackage import datapackage
from chaingraph.model.dictionary import dictionary
from chaingraph.reporting.coverage import to_markdown
from chaingraph.reporting.schema import json_schema
from chaingraph.rules.catalogue import load_rules
from chaingraph.rules.clause_texts import load_clauses
from chaingraph.rules.coverage import cover
from scripts.rule_pages import rule_pages

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
    # Its own settings, which a command brings along only when it is run.
    describe(group, click.Context(group, info_name="chaingraph", **{**group.context_settings, **width}))
    return "\n".join(parts)


def coverage() -> str:
    """Every clause with the rules that stand on it and the data that they need."""
    top = (
        "# Coverage of the clauses\n\nGenerated from `queries/`: every clause, the rules that stand on it, and the "
        "data they need. `chaingraph coverage`\nsays of a market which of them what is loaded can answer. "
        "*At most*: what a rule\non the clause may call its findings (a breach, an indicator, an attestation);\n"
        "no rule stands on a guard.\n"
    )
    return top + to_markdown(cover(load_clauses(), load_rules()), loaded=False)


def pages() -> dict[Path, str]:
    """Each generated page's place and text."""
    return {
        DOCS / "data-dictionary.md": dictionary(),
        DOCS / "datapackage.json": json.dumps(datapackage(), indent=2, ensure_ascii=False) + "\n",
        DOCS / "command-line.md": command_line(),
        DOCS / "coverage.md": coverage(),
        DOCS / "sweep.schema.json": json_schema(),
        **{DOCS / "rules" / name: text for name, text in rule_pages(load_rules(), load_clauses()).items()},
    }


def main() -> None:
    """Write the pages that differ from what is there, and name them; a rule that is gone takes its page with it."""
    for stray in set((DOCS / "rules").glob("*.md")) - set(pages()):
        stray.unlink()
    for path, text in pages().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(DOCS.parent)}")


if __name__ == "__main__":
    main()
