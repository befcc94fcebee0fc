"""What people and other tools read of a sweep: HTML, text, JSON and evidence files."""

from __future__ import annotations

from chaingraph.reporting.evidence_file import write_evidence
from chaingraph.reporting.page import to_html
from chaingraph.reporting.sweep_json import to_json
from chaingraph.reporting.sweep_text import to_text
from chaingraph.reporting.texts import Party, read_parties

__all__ = ["Party", "read_parties", "to_html", "to_json", "to_text", "write_evidence"]
