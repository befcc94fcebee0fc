"""``chaingraph rules new`` and ``rules test``, as somebody with a folder of their own uses them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chaingraph.cli import group
from chaingraph.errors import ChaingraphError
from chaingraph.rules.lint import lint


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def start(folder: Path, name: str = "payment-term-long", clause: str = "COC-POST-07") -> Result:
    return call("rules", "new", name, "--clause", clause, "--queries", folder)


def test_a_new_rule_works_as_it_stands_and_its_cases_see_a_slip(tmp_path: Path) -> None:
    assert start(tmp_path).exit_code == 0
    rule = tmp_path / "own" / "payment-term-long.cypher"
    assert [str(problem) for problem in lint([tmp_path]) if str(tmp_path) in str(problem)] == []
    sound = call("rules", "test", "--queries", tmp_path)
    assert (sound.exit_code, sound.output) == (0, "ok     payment-term-long: 2 cases\n")

    rule.write_text(rule.read_text().replace("> $most_days", ">= $most_days"))
    broken = call("rules", "test", "payment-term-long", "--queries", tmp_path)
    assert broken.exit_code == 1
    assert "FAILED payment-term-long: 2 cases, 2 failed" in broken.output
    assert "at-the-limit.yaml" in broken.output
    assert "K60" in broken.output


def test_a_rule_with_a_fault_is_not_run(tmp_path: Path) -> None:
    start(tmp_path)
    rule = tmp_path / "own" / "payment-term-long.cypher"
    rule.write_text(rule.read_text().replace("c.payment_term_days >", "c.payment_trm_days >"))
    result = call("rules", "test", "--queries", tmp_path)
    assert result.exit_code == 1
    assert "FAILED payment-term-long: 2 cases, not run: mend the rule first" in result.output
    assert "payment_trm_days (did you mean payment_term_days" in result.output


def test_a_kind_of_case_that_is_missing_fails(tmp_path: Path) -> None:
    start(tmp_path)
    (tmp_path / "cases" / "payment-term-long" / "at-the-limit.yaml").unlink()
    result = call("rules", "test", "payment-term-long", "--queries", tmp_path)
    assert result.exit_code == 1
    assert "no case of these kinds: exclusion, missing-data, negative, positive" in result.output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title: [", "this is not YAML"),
        (
            "title: T\nkinds: [positive]\nas_of: 2026-02-30\ngiven: {}\nexpect: {}\n",
            "wrong.yaml:3: there is no day 2026-02-30 (day is out of range for month)",
        ),
        (
            "title: T\nkinds: [positive]\nas_of: 2026-02-28\ngiven: {}\nexpect: {exclude: {}}\n",
            "wrong.yaml:5: expect.exclude is not known here (did you mean excluded?)",
        ),
        (
            "title: T\nkinds: [as-of, missing-data]\nas_of: 2026-02-28\ngiven: {}\nexpect: {counts: {passed: 1}}\n",
            "wrong.yaml:1: a case of kind missing-data has expect.counts.not_assessable above 0, or status: not_assessable",
        ),
        ("title: T\nkinds: [positive]\ngiven: {}\nexpect: {}\n", "wrong.yaml:1: as_of is missing"),
        (
            "title: T\nkinds: [positiv]\nas_of: 2026-01-01\ngiven: {}\nexpect: {}\n",
            "wrong.yaml:2: kinds.0: positiv is none of positive, negative, threshold-below",
        ),
        (
            "title: T\nkinds: [positive]\nas_of: 2026-01-01\ngiven: {contract: []}\nexpect: {}\n",
            "there is no table contract (did you mean contracts",
        ),
        (
            "title: T\nkinds: [as-of]\nas_of: 2026-01-01\nexpect: {}\ngiven:\n  contracts:\n"
            "    - {contract_id: H, tier: 1, buyer_id: D, supplier_id: P, starts_on: soon}\n",
            "The loader rejects rows of this case",
        ),
    ],
)
def test_a_case_that_is_wrong_says_how(text: str, says: str, tmp_path: Path) -> None:
    start(tmp_path)
    (tmp_path / "cases" / "payment-term-long" / "wrong.yaml").write_text(text)
    result = call("rules", "test", "payment-term-long", "--queries", tmp_path)
    assert result.exit_code == 1
    assert says in result.output


@pytest.mark.parametrize(
    ("name", "clause", "pack", "says"),
    [
        ("Payment_Long", "COC-POST-07", "own", "cannot be called Payment_Long"),
        ("payment-late", "COC-POST-07", "own", "There is a rule payment-late already"),
        ("long", "COC-POST-7", "own", "no clause COC-POST-7 (did you mean COC-POST-07"),
        ("long", "STR-DEV-06", "own", "limits what rules may do"),
        ("long", "coc-post-07", "own", "no clause coc-post-07 (did you mean COC-POST-07"),
        ("long", "COC-POST-07", "cases", "A pack cannot be called cases: that folder holds other things"),
        ("long", "COC-POST-07", "markets", "There is no pack markets (did you mean market"),
    ],
)
def test_what_cannot_be_a_rule(name: str, clause: str, pack: str, says: str, tmp_path: Path) -> None:
    result = call("rules", "new", name, "--clause", clause, "--pack", pack, "--queries", tmp_path)
    assert isinstance(result.exception, ChaingraphError)
    assert says in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_the_severity_keeps_to_the_clause(tmp_path: Path) -> None:
    start(tmp_path, "shared-practice", "COC-VAL-05")  # a duty that only a document shows
    text = (tmp_path / "own" / "shared-practice.cypher").read_text()
    assert "severity: attestation " in text.replace("\n", " ")


def test_an_empty_folder_says_how_to_start(tmp_path: Path) -> None:
    result = call("rules", "test", "--queries", tmp_path)
    assert "chaingraph rules new" in str(result.exception)
