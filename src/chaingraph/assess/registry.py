"""The named assessments that a rule's header may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chaingraph.assess.result import Assessment

if TYPE_CHECKING:
    import pandas as pd

Assess = Callable[["pd.DataFrame", Mapping[str, Any]], Assessment]

ASSESSMENTS: dict[str, Assess] = {}


def assessment(name: str) -> Callable[[Assess], Assess]:
    """Register a function under the name that rule headers use."""

    def register(function: Assess) -> Assess:
        ASSESSMENTS[name] = function
        return function

    return register
