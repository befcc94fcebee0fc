"""Rule files: header, sections, and every fault with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaingraph.errors import ContentError, SettingsError
from chaingraph.rules.catalogue import choose, find_rule, load_rules, read_rules, rule_files
from chaingraph.rules.header import Parameter
from chaingraph.rules.parameters import bound, resolve, runs
from chaingraph.rules.rule import parse_rule, read_rule
from tests.rules_machinery.samples import MAIN, rule_text, sample

PATH = Path("pack/sample.cypher")
LINES = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1).filter(
    lambda text: "*/" not in text and text.strip() == text
)


@given(title=LINES, unit=LINES, innocent=st.lists(LINES, min_size=1), default=st.integers(0, 30))
def test_what_a_header_says_comes_back(title: str, unit: str, innocent: list[str], default: int) -> None:
    days = {"type": "integer", "default": default, "minimum": 0, "maximum": 30, "unit": unit, "basis": "b"}
    rule = sample(title=title, innocent=innocent, parameters={"days": days})
    assert (rule.title, list(rule.innocent)) == (title, innocent)
    assert rule.parameters["days"] == Parameter.model_validate(days)
    assert rule.main.text == MAIN
    assert rule.main.parameters == {"as_of_day", "days"}


def test_sections_are_cut_at_their_marks_and_nowhere_else() -> None:
    main = "RETURN '// population' AS a, \"\n// evidence\n\" AS b"
    rule = sample(main + ";\n// population\nRETURN 2 AS c;\n// evidence\nRETURN 3 AS d;\n")
    assert [name for name, _ in rule.statements] == ["main", "population", "evidence"]
    assert rule.main.text == main
    assert rule.population is not None
    assert (rule.population.text, rule.population.closed) == ("RETURN 2 AS c", True)


def faults(text: str) -> list[tuple[int, str]]:
    rule, problems = parse_rule(text, PATH)
    assert rule is None
    return [(problem.line, problem.message) for problem in sorted(problems)]


TWICE = "RETURN 1 AS a;\n// population\nRETURN 2 AS a;\n// population \nRETURN 3 AS b"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("MATCH (n) RETURN n", "MATCH (n) RETURN n", "begins with its header"),
        ("/*---\ntitle: [\n---*/\nRETURN 1", "---*/", "not YAML"),
        ("/*---\n- a\n---*/\nRETURN 1", "/*---", "`name: value`"),
        (rule_text("// nothing but words"), "---*/", "holds no statement"),
        (rule_text("MATCH (a)\nRETURN 'a"), "RETURN 'a", "never closed"),
        (rule_text(TWICE), "// population ", "twice"),
    ],
)
def test_files_that_are_no_rule(text: str, line: str, says: str) -> None:
    [(number, message)] = faults(text)
    assert says in message
    assert text.splitlines()[number - 1] == line


def test_every_fault_of_a_header_is_told_at_once_with_its_line() -> None:
    text = rule_text(title=..., severity="crime", inocent=["x"], version="1", ask=[])
    found = faults(text)
    said = "\n".join(message for _, message in found)
    for part in (
        "title is missing",
        "severity",
        "inocent is not known here (did you mean innocent",
        "version",
        "ask",
    ):
        assert part in said
    lines = text.splitlines()
    for line, message in found:
        if "missing" not in message:
            assert message.split(".")[0].split(":")[0].split(" ")[0] in lines[line - 1]


def test_a_line_given_twice_does_not_pass() -> None:
    text = rule_text().replace("severity: indicator\n", "severity: indicator\nseverity: breach\n")
    [(line, message)] = faults(text)
    assert message == "severity stands here twice"
    assert text.splitlines()[line - 1] == "severity: breach"


@pytest.mark.parametrize(
    ("parameter", "says"),
    [
        ({"type": "integer", "default": 1.5}, "not a whole number"),
        ({"type": "integer", "default": True}, "not a whole number"),
        ({"type": "integer", "default": -1, "minimum": 0}, "below the minimum of 0"),
        ({"type": "number", "default": 2, "maximum": 1.5}, "above the maximum of 1.5"),
        ({"type": "number", "default": float("nan")}, "not a number"),
        ({"type": "date", "default": "2026-02-30"}, "not a date"),
        ({"type": "list", "default": "a"}, "not a list"),
        ({"type": "boolean", "default": 1}, "not true or false"),
    ],
)
def test_a_default_is_within_its_own_bounds(parameter: dict[str, Any], says: str) -> None:
    [(_, message)] = faults(rule_text(parameters={"days": {**parameter, "basis": "made up"}}))
    assert says in message


def test_parameters_are_bound_as_their_type() -> None:
    assert Parameter(type="number", default=1, basis="b").checked(2) == 2.0
    assert type(Parameter(type="number", default=1, basis="b").checked(2)) is float
    assert Parameter(type="date", default="2026-03-31", basis="b").checked("2026-03-31") == date(2026, 3, 31)
    with pytest.raises(ValueError, match="not a whole number"):
        Parameter(type="integer", default=1, basis="b").checked(2**63)


def test_overrides_are_checked_all_at_once() -> None:
    rule = sample()
    assert resolve([rule], {"sample": {"days": 7}}) == {"sample": {"days": 7}}
    with pytest.raises(SettingsError) as raised:
        resolve([rule], {"sampel": {}, "sample": {"day": 1, "days": 31}})
    for part in (
        "sampel (did you mean sample?",
        "no parameter day (did you mean days?",
        "31 is above the maximum of 30",
    ):
        assert part in str(raised.value)


def test_a_statement_is_given_what_it_uses_and_nothing_else() -> None:
    rule = sample()
    assert bound(rule.main, {"days": 3, "other": 1}, date(1970, 1, 11)) == {"as_of_day": 10, "days": 3}


def test_the_body_hash_sees_code_and_thresholds_not_words() -> None:
    def body(text: str) -> str:
        rule, problems = parse_rule(text, PATH)
        assert rule is not None, problems
        return rule.body_hash

    same = body(rule_text())
    assert body(rule_text("// a remark\n" + MAIN.replace("\n", "   \n"))) == same
    assert body(rule_text(title="Another title", version=2)) == same
    assert body(rule_text(MAIN.replace("<", "<="))) != same
    assert body(rule_text(identity=["invoice_id"])) != same
    changed = {"days": {"type": "integer", "default": 4, "minimum": 0, "maximum": 30, "basis": "made up"}}
    assert body(rule_text(parameters=changed)) != same


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "mine.cypher").write_text(rule_text(), encoding="utf-8")
    (tmp_path / "also.cypher").write_text(rule_text(), encoding="utf-8-sig")
    (tmp_path / "explore").mkdir()
    (tmp_path / "explore" / "question.cypher").write_text("MATCH (n) RETURN n", encoding="utf-8")
    assert {"mine", "also"} <= {rule.id for rule in load_rules([tmp_path])}
    assert "question" not in {path.stem for path in rule_files([tmp_path])}


def test_files_that_cannot_be_read_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "latin.cypher").write_bytes(rule_text(title="Caf\xe9").encode("latin-1"))
    (tmp_path / "empty.cypher").write_text("", encoding="utf-8")
    known = load_rules()[0]
    (tmp_path / f"{known.id}.cypher").write_text(rule_text(), encoding="utf-8")
    _, problems = read_rules([tmp_path])
    assert sorted(problem.file.name for problem in problems) == sorted(
        ["latin.cypher", "empty.cypher", f"{known.id}.cypher"]
    )
    with pytest.raises(ContentError, match="not UTF-8"):
        read_rule(tmp_path / "latin.cypher")


def test_rules_are_chosen_by_name_with_a_hint() -> None:
    rules = [sample(name="alpha"), sample(name="beta")]
    assert [rule.id for rule in choose(rules, [])] == ["alpha", "beta"]
    assert [rule.id for rule in choose(rules, ["beta"])] == ["beta"]
    with pytest.raises(SettingsError, match=r"no rule alhpa \(did you mean alpha"):
        find_rule(rules, "alhpa")


def test_settings_switch_rules_on_and_off() -> None:
    on, off = sample(name="alpha"), sample(name="beta", enabled=False)
    assert (runs(on, {}), runs(off, {})) == (True, False)
    overrides: dict[str, dict[str, object]] = {
        "alpha": {"enabled": False, "days": 7},
        "beta": {"enabled": True},
    }
    assert (runs(on, overrides), runs(off, overrides)) == (False, True)
    assert resolve([on, off], overrides)["alpha"]["days"] == 7
    with pytest.raises(SettingsError, match=r"alpha\.enabled: 'no' is not true or false"):
        resolve([on], {"alpha": {"enabled": "no"}})
    with pytest.raises(SettingsError, match=r"no parameter enable \(did you mean enabled\?\)"):
        resolve([on], {"alpha": {"enable": True}})
