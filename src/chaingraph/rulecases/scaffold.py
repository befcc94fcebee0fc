"""A new rule to start from: an example that works, with its cases."""

from __future__ import annotations

import re
from pathlib import Path

from chaingraph.content import content_dir
from chaingraph.errors import InputError, SettingsError
from chaingraph.rulecases.case import FOLDER
from chaingraph.rules.catalogue import NOT_PACKS, load_rules
from chaingraph.rules.clause_texts import RANK, load_clauses
from chaingraph.rules.lint import ID
from chaingraph.written.suggest import did_you_mean

TEMPLATES = "new"
_PACK = re.compile(r"[a-z][a-z0-9-]*")


def scaffold(rule_id: str, clause: str, pack: str, queries: Path | None = None) -> list[Path]:
    """Write the rule into ``queries``/pack and its cases beside; returns the files, the rule first.

    Without ``queries`` they go where the rules that ship are, in a checkout. Raises SettingsError for an id,
    clause or pack that cannot be, InputError where the rule is there or there is no place to write to.
    """
    _refuse(rule_id, clause, pack, queries)
    folder, cases = _places(queries)
    given = load_clauses([queries] if queries else [])[clause]
    severity = min("indicator", given.ceiling, key=lambda level: RANK[level])
    templates = content_dir("queries") / TEMPLATES
    made = {
        folder / pack / f"{rule_id}.cypher": (templates / "rule.cypher.template")
        .read_text(encoding="utf-8")
        .replace("{clause}", clause)
        .replace("{severity}", severity)
    }
    for template in sorted(templates.glob("*.yaml.template")):
        name = template.name.removesuffix(".template")
        made[cases / rule_id / name] = template.read_text(encoding="utf-8")
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(made)


def _refuse(rule_id: str, clause: str, pack: str, queries: Path | None) -> None:
    extra = [queries] if queries and queries.is_dir() else []
    if not ID.fullmatch(rule_id):
        raise SettingsError(
            f"A rule cannot be called {rule_id}.",
            remedy="Use small letters and digits with hyphens between, such as payment-term-long.",
        )
    rules = {rule.id: rule for rule in load_rules(extra)}
    if rule_id in rules:
        own = f" --queries {queries}" if queries else ""
        raise InputError(
            f"There is a rule {rule_id} already.", remedy=f"See it: chaingraph rules show {rule_id}{own}"
        )
    clauses = load_clauses(extra)
    if clause not in clauses:
        raise SettingsError(
            f"There is no clause {clause}{did_you_mean(clause.upper(), clauses)}.",
            remedy="List clauses, with the rules that stand on them, with: chaingraph coverage --all",
        )
    if clauses[clause].ceiling == "guard":
        raise SettingsError(
            f"{clause} limits what rules may do; no rule stands on it.",
            remedy="Name the clause whose words the rule is to check.",
        )
    if pack in (*NOT_PACKS, TEMPLATES):
        raise SettingsError(
            f"A pack cannot be called {pack}: that folder holds other things than rules.",
            remedy="Name another.",
        )
    if not _PACK.fullmatch(pack):
        raise SettingsError(
            f"A pack cannot be called {pack}.", remedy="Use small letters and digits with hyphens between."
        )
    packs = {rule.pack for rule in rules.values()}
    if pack not in packs and (near := did_you_mean(pack, packs)):
        raise SettingsError(
            f"There is no pack {pack}{near}.",
            remedy="A new pack takes a name that is not so near to another's.",
        )


def _places(queries: Path | None) -> tuple[Path, Path]:
    """Where the rule's pack and its cases go."""
    if queries is not None:
        return queries, queries / FOLDER
    shipped = content_dir("queries")
    if "_content" in shipped.parts:
        raise InputError(
            "The rules that ship with an installed chaingraph are not changed.",
            remedy="Name a folder of your own: chaingraph rules new ID --clause CLAUSE --queries FOLDER",
        )
    return shipped, content_dir("cases")
