"""A made-up market to try chaingraph on, with breaches planted in it and a file that says where."""

from __future__ import annotations

from chaingraph.demo.truth import Planted, Truth
from chaingraph.demo.write import DEFAULT_SCALE, write_market

__all__ = ["DEFAULT_SCALE", "Planted", "Truth", "write_market"]
