"""``chaingraph.toml`` and ``market.toml``: what is not understood is told by its key, with what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaingraph.errors import InputError, SettingsError
from chaingraph.loading.market_file import read_market_file
from chaingraph.settings import Settings, read_settings


def test_no_file_is_no_settings(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "chaingraph.toml") == Settings()


def test_what_a_file_may_say(tmp_path: Path) -> None:
    path = tmp_path / "chaingraph.toml"
    path.write_text(
        'store = "neo4j://somewhere"\n[neo4j]\nuser = "u"\n[rules.payment-late]\nenabled = false\ntolerance_days = 3\n'
    )
    settings = read_settings(path)
    assert (settings.store, settings.neo4j.user) == ("neo4j://somewhere", "u")
    assert settings.rules == {"payment-late": {"enabled": False, "tolerance_days": 3}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stor = 3", "stor is not known here (did you mean store?)"),
        ("store = 3", "store: 3 is not text (in quotes)"),
        ("[neo4j]\nusr = 'x'", "neo4j.usr is not known here (did you mean user?)"),
        ("[rules]\npayment-late = 3", "rules.payment-late: 3 is not a section with keys of its own"),
        (
            "stor = 3\n[neo4j]\nuser = 4",
            "neo4j.user: 4 is not text (in quotes); stor is not known here (did you mean store?)",
        ),
        ("store", "is not TOML"),
        ("store = '\\xff'", "is not UTF-8 text"),
    ],
)
def test_settings_that_are_wrong(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "chaingraph.toml"
    path.write_bytes(text.encode().replace(b"\\xff", b"\xff"))
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert says in " ".join(str(caught.value).split())
    assert "pydantic" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("asof = 2026-03-31", "asof is not known here (did you mean as_of?)"),
        ("as_of = 'spring'", "as_of: 'spring' is not a date such as 2026-03-31"),
        (
            "as_of = 2026-03-31T10:30:00",
            "as_of: 2026-03-31 10:30:00 is not a date without a time, such as 2026-03-31",
        ),
        ("as_of = 2026-02-30", "is not TOML"),
    ],
)
def test_a_market_file_that_is_wrong(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "market.toml").write_text(text)
    with pytest.raises(InputError) as caught:
        read_market_file(tmp_path)
    assert says in str(caught.value)
