"""The page as a document: it stands alone, its parts are in order, and everybody can find their way."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from chaingraph.content import content_dir
from tests.reporting.conftest import rendered
from tests.reporting.parsed import Node, Page


def test_every_element_is_closed(page: Page) -> None:
    assert page.unbalanced == []
    assert page.root.children[0].tag == "html"


def test_ids_are_unique_and_links_lead_to_them(page: Page) -> None:
    ids = Counter(value for _, name, value in page.attributes() if name == "id")
    assert [name for name, times in ids.items() if times > 1] == []
    targets = [value for tag, name, value in page.attributes() if tag == "a" and name == "href"]
    assert len(targets) > 50
    assert [target for target in targets if not target.startswith("#") or target[1:] not in ids] == []
    labels = [value for _, name, value in page.attributes() if name == "aria-labelledby"]
    assert [label for label in labels if label not in ids] == []


def test_it_needs_nothing_from_outside_and_runs_nothing(html: str, page: Page) -> None:
    assert {node.tag for node in page.all()} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
    } == set()
    assert not [
        found
        for found in page.attributes()
        if found[1] in {"src", "srcset", "action", "style"} or found[1].startswith("on")
    ]
    assert "@import" not in html and "url(" not in html and "http:" not in html and "https:" not in html
    policy = [n.attributes["content"] for n in page.all("meta") if "http-equiv" in n.attributes]
    assert len(policy) == 1 and policy[0].startswith("default-src 'none'") and "script" not in policy[0]


def test_headings_step_down_one_level_at_a_time(page: Page) -> None:
    levels = [int(node.tag[1]) for node in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert [step for step in pairwise(levels) if step[1] > step[0] + 1] == []
    assert all(node.text() for node in page.all("h1", "h2", "h3", "h4", "h5"))


def test_landmarks_language_and_the_way_past_the_header(page: Page) -> None:
    (html_,) = page.all("html")
    assert html_.attributes["lang"] == "en-GB"
    for landmark in ("header", "main", "nav", "title"):
        assert len(page.all(landmark)) == 1
    first_link = page.all("a")[0]
    assert first_link.attributes == {"class": "skip", "href": "#main"}
    assert page.all("main")[0].attributes["id"] == "main"
    regions = [n.attributes["aria-label"] for n in page.all("div") if n.attributes.get("role") == "region"]
    sections = [page.by_id(n.attributes["aria-labelledby"]).text() for n in page.all("section")]
    assert max(Counter([*regions, *sections]).values()) == 1


def test_every_table_has_a_caption_and_headings_with_a_scope(page: Page) -> None:
    tables = page.all("table")
    assert len(tables) > 20
    for table in tables:
        (caption,) = table.all("caption")
        assert caption.text()
        headings = table.all("th")
        assert headings and all(th.attributes.get("scope") in {"col", "row"} for th in headings)
        columns = len(table.all("thead")[0].all("th"))
        assert {len(row.all("th", "td")) for row in table.all("tbody")[0].all("tr")} == {columns}


def test_wide_tables_scroll_in_a_named_frame_that_the_keyboard_reaches(page: Page) -> None:
    def framed(node: Node) -> bool:
        if node.attributes.get("role") == "region":
            return bool(node.attributes["aria-label"]) and node.attributes["tabindex"] == "0"
        return node.attributes.get("class") == "inside" or (node.parent is not None and framed(node.parent))

    assert [table.text()[:40] for table in page.all("table") if not framed(table)] == []


def test_pictures_are_silent_and_stand_beside_their_numbers(page: Page) -> None:
    pictures = page.all("svg")
    assert len(pictures) > 15
    for picture in pictures:
        assert picture.attributes["aria-hidden"] == "true"
        beside = picture.parent if picture.parent and picture.parent.tag == "li" else _row_of(picture)
        assert beside.text()


def _row_of(node: Node) -> Node:
    assert node.parent is not None
    return node if node.tag == "tr" else _row_of(node.parent)


def test_the_same_sweep_gives_the_same_bytes(html: str) -> None:
    assert rendered() == html


def test_five_hundred_findings_are_still_a_page_that_opens() -> None:
    large = rendered(late=500)
    assert len(large.encode()) < 5_000_000
    assert Page.of(large).unbalanced == []


@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        *((name, ground, 4.5) for name in ("ink", "quiet", "link") for ground in ("paper", "wash")),
        *(("paper", name, 4.5) for name in ("band", "breach", "indicator", "attestation")),
        *((name, "paper", 3.0) for name in ("passed", "flagged", "unknown")),
        ("ink", "focus", 4.5),
        ("link", "focus", 4.5),
    ],
)
def test_colours_have_the_contrast_that_wcag_asks_for(ink: str, paper: str, least: float) -> None:
    css = (content_dir("reports") / "sweep.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6})", css)) | {"focus": "#fff3bf"}
    light, dark = sorted((_luminance(colours[ink]), _luminance(colours[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
