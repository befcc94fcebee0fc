"""Names, ids and messages come out of other people's files: nothing in them may act on the page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chaingraph.findings.sweep import Evidence, Finding, Sweep
from chaingraph.reporting import Party, to_html, to_text
from chaingraph.reporting.plain import inert, line
from tests.reporting import sample, sample_rules
from tests.reporting.parsed import Page

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 191 }}{% for x in y %}",
    "</style></title><base href=//example.net>",
    "javascript:alert(1)",
    "a\u202egpj.exe\u2066b\u200fc",
    "bell\x07 escape\x1b[2J",
]


def poisoned(text: str) -> Sweep:
    made = sample.sweep()
    victim = made.findings[0]
    hostile = Finding(
        **{
            **vars(victim),
            "respondent": text,
            "message": text,
            "subject": {"label": "Contract", "id": text},
            "identity": {"contract_id": text},
            "values": {text: text, "list": [text, {text: text}]},
            "parameters": {"name": text},
            "reproduce": text,
            "evidence": (Evidence("Invoice", text, text, text, 2),),
        }
    )
    late = replace(
        made.rules[0],
        excluded={text: 3},
        warnings=(text,),
        missing=(text,),
        figures={text: [{text: text, "share": 0.5}]},
    )
    sources = [replace(made.sources[0], path=text, sha256=text)]
    return replace(
        made, market=text, store=text, sources=sources, rules=[late, *made.rules[1:]], findings=[hostile]
    )


def page_of(text: str) -> str:
    manifest = {
        "rejected_by_rule": [
            {"table": text, "column": text, "rule": text, "rows": 1, "remedy": text, "example": text},
            {"table": "invoices", "rule": "r", "rows": 1, "example": {"file": text, "row": 2, "value": text}},
        ],
        "tables": [{"table": text, "rows": 1}],
        "reconciliation": [{"what": text, "pence_in": 1, "pence_loaded": 1, "pence_rejected": 0}],
        "warnings": [text],
    }
    parties = {text: Party(text, text, (text,))}
    rules, clauses = sample_rules.rules(), sample_rules.clauses()
    return to_html(poisoned(text), rules, clauses, manifest, parties=parties, evidence_file=text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_ever_text(text: str) -> None:
    clean, page = Page.of(page_of("harmless")), Page.of(page_of(text))
    assert page.unbalanced == []
    assert [node.tag for node in page.all()] == [node.tag for node in clean.all()]
    assert [(tag, name) for tag, name, _ in page.attributes()] == [
        (tag, name) for tag, name, _ in clean.attributes()
    ]
    links = [value for tag, name, value in page.attributes() if name == "href"]
    assert all(link.startswith("#") for link in links)
    assert line(text) in page.by_id("providers").text()


def test_template_syntax_is_not_worked_out() -> None:
    assert "1337" not in page_of("{{ 7 * 191 }}")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_reorders_or_steers_what_is_read(text: str) -> None:
    for shown in (page_of(text), to_text(poisoned(text))):
        assert not set(shown) & set("\u202e\u2066\u200f\x07\x1b\x00")


def test_characters_that_act_become_visible() -> None:
    assert inert("a\u202eb\x1b[2Jc") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[2Jc"
    assert inert("Ynys Môn 雪 עברית") == "Ynys Môn 雪 עברית"
    assert line("two\r\n  lines\tone") == "two lines one"
