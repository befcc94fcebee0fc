"""A page taken apart by the standard library's parser, as a browser would see its structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "rect", "line", "base"}

BLOCKS = {
    "p",
    "li",
    "td",
    "th",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "caption",
    "footer",
    "summary",
    "a",
}


@dataclass
class Node:
    """One element: its attributes, its elements and texts, in order."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None = field(default=None, repr=False)
    parts: list[Node | str] = field(default_factory=list)

    @property
    def children(self) -> list[Node]:
        """The elements right under this one."""
        return [part for part in self.parts if isinstance(part, Node)]

    def all(self, *tags: str) -> list[Node]:
        """This element's descendants (of these tags, if any are named), in document order."""
        found = [self] if not tags or self.tag in tags else []
        return found + [node for child in self.children for node in child.all(*tags)]

    def text(self) -> str:
        """All text inside, blanks made one."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for part in self.parts:
            if isinstance(part, str):
                yield part
            else:
                yield from (part._texts() if part.tag not in BLOCKS else (" ", *part._texts(), " "))


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#document", {})
        self.here = self.root
        self.unbalanced: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.parts.append(node)
        if tag not in VOID:
            self.here = node

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.here.tag != tag:
            self.unbalanced.append(f"</{tag}> closes <{self.here.tag}> at {self.getpos()}")
        if self.here.parent is not None:
            self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.parts.append(data)


@dataclass
class Page:
    """The parsed page."""

    root: Node
    unbalanced: list[str]

    @classmethod
    def of(cls, html: str) -> Page:
        """Take a page apart."""
        builder = _Builder()
        builder.feed(html)
        builder.close()
        return cls(builder.root, builder.unbalanced)

    def all(self, *tags: str) -> list[Node]:
        """Every element of these tags, in document order."""
        return self.root.all(*tags)

    def by_id(self, name: str) -> Node:
        """The one element of this id."""
        (node,) = [node for node in self.all() if node.attributes.get("id") == name]
        return node

    def attributes(self) -> list[tuple[str, str, str]]:
        """Every (tag, attribute, value)."""
        return [(node.tag, name, value) for node in self.all() for name, value in node.attributes.items()]
