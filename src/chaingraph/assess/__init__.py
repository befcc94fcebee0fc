"""Statistics and structure: pure functions on arrays, and the named assessments that rules ask for."""

from __future__ import annotations

from chaingraph.assess import concentration, promises, shares, skew
from chaingraph.assess.registry import ASSESSMENTS
from chaingraph.assess.result import Assessment, Statistics, Unit

__all__ = ["ASSESSMENTS", "Assessment", "Statistics", "Unit", "concentration", "promises", "shares", "skew"]
