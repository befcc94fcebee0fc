"""The values that a rule's parameters take in one sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chaingraph.errors import SettingsError
from chaingraph.rules.rule import Rule, Statement
from chaingraph.written.suggest import did_you_mean

EPOCH = date(1970, 1, 1)
# Among a rule's settings, beside its parameters: whether a sweep runs it.
SWITCH = "enabled"


def resolve(rules: Sequence[Rule], overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rule id → parameter → value: the defaults, changed by ``overrides`` (which may also hold ``enabled``).

    Raises SettingsError that names every unknown rule, unknown parameter and refused value.
    """
    known = {rule.id: rule for rule in rules}
    strange = [name for name in overrides if name not in known]
    faults = [f"there is no rule {name}{did_you_mean(name, known)}" for name in strange]
    resolved = {}
    for rule in rules:
        values = {name: p.checked(p.default) for name, p in rule.parameters.items()}
        for name, given in overrides.get(rule.id, {}).items():
            if name == SWITCH:
                if not isinstance(given, bool):
                    faults.append(f"{rule.id}.{SWITCH}: {given!r} is not true or false")
                continue
            if name not in rule.parameters:
                near = did_you_mean(name, [*rule.parameters, SWITCH]) or _listed(rule)
                faults.append(f"{rule.id} has no parameter {name}{near}")
                continue
            try:
                values[name] = rule.parameters[name].checked(given)
            except ValueError as error:
                faults.append(f"{rule.id}.{name}: {error}")
        resolved[rule.id] = values
    if faults:
        remedy = "See a rule's parameters with: chaingraph rules show RULE"
        if strange:
            remedy += ". A rule of your own is known where its folder is given: --queries FOLDER"
        raise SettingsError("; ".join(faults) + ".", remedy=remedy)
    return resolved


def runs(rule: Rule, overrides: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a sweep runs the rule without being asked for it by name: as the settings say, else the rule."""
    return bool(overrides.get(rule.id, {}).get(SWITCH, rule.runs_by_default))


def _listed(rule: Rule) -> str:
    names = ", ".join(sorted(rule.parameters))
    return f". It has: {names}" if names else ". It has none"


def bound(
    statement: Statement,
    values: Mapping[str, Any],
    as_of: date,
    identity: Mapping[str, Any] | None = None,
    *,
    department_org_id: str = "",
) -> dict[str, Any]:
    """What one statement is given: exactly the parameters that it uses.

    ``department_org_id`` is who answers for the commissioning; empty where nobody is known to.
    """
    day = {"as_of": as_of, "as_of_day": (as_of - EPOCH).days, "department_org_id": department_org_id}
    there = {**values, **(identity or {}), **day}
    return {name: there[name] for name in sorted(statement.parameters) if name in there}
