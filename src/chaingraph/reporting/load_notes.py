"""What the load says of itself: the manifest that a store keeps, as a report prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chaingraph.reporting.privacy import WITHHELD, hides_table


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class LoadedSource(_Part):
    """One file: its rows, those rejected, and the loader that read it."""

    path: str
    sha256: str
    rows: int = 0
    rejected: int = 0
    loader: str = ""


class LoadedTable(_Part):
    """One table: rows offered, loaded, rejected, and merged into a row that was there already."""

    table: str
    rows: int = 0
    loaded: int = 0
    rejected: int = 0
    merged: int = 0


class Rejection(_Part):
    """Rows refused for one reason, with an example and what to do about it."""

    table: str
    rule: str
    column: str = ""
    rows: int = 0
    expected: str = ""
    remedy: str = ""
    example: str = ""


class Reconciliation(_Part):
    """Money in the files against money in the graph, in pence."""

    what: str
    pence_in: int
    pence_loaded: int
    pence_rejected: int
    note: str = ""

    @property
    def difference(self) -> int:
        """Pence that are neither loaded nor rejected: anything but nought is a fault of the load."""
        return self.pence_in - self.pence_loaded - self.pence_rejected


class LoadNotes(_Part):
    """A whole manifest. Keys that a report does not print are passed over."""

    market: str = ""
    as_of: str = ""
    sources: list[LoadedSource] = Field(default_factory=list)
    tables: list[LoadedTable] = Field(default_factory=list)
    rejected_by_rule: list[Rejection] = Field(default_factory=list)
    reconciliation: list[Reconciliation] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)


def load_notes(manifest: Mapping[str, Any]) -> LoadNotes:
    """The manifest checked. Examples from tables of customers, staff or grievances keep their place only."""
    rejections = [_told(dict(entry)) for entry in manifest.get("rejected_by_rule", ())]
    return LoadNotes.model_validate({**manifest, "rejected_by_rule": rejections})


def _told(entry: dict[str, Any]) -> dict[str, Any]:
    example = entry.get("example")
    parts = dict(example) if isinstance(example, Mapping) else {"value": example}
    for name in ("file", "row", "value"):
        parts.setdefault(name, entry.get(f"example_{name}"))
    value = WITHHELD if hides_table(str(entry.get("table", ""))) else parts.get("value")
    where = parts.get("file") or parts.get("source") or parts.get("path") or ""
    place = f"{where} row {parts['row']}".strip() if parts.get("row") else str(where)
    told = ": ".join(part for part in (place, "" if value is None else str(value)) if part)
    return {**{name: item for name, item in entry.items() if item is not None}, "example": told}
