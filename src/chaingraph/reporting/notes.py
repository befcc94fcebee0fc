"""What reports say about particular rules and figures: written in ``reports/notes.yaml``, checked here."""

from __future__ import annotations

from functools import cache
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chaingraph.content import content_dir
from chaingraph.errors import ContentError
from chaingraph.reporting.plain import number, percent


class _Note(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EffectNote(_Note):
    """What a rule's ``effect`` is: its name and unit, a mark to compare it with, and how to read it."""

    name: str = "Effect"
    unit: Literal["", "share"] = ""
    mark: float = 0.0
    mark_is: str = "no difference"
    scale: Literal["linear", "log"] = "linear"
    reading: str = ""

    def told(self, value: float) -> str:
        """An effect, or an end of its interval, as text."""
        return percent(value) if self.unit == "share" else number(value, 3)


class FigureNote(_Note):
    """How a figure is printed: title, columns in order, their headings and units, the one drawn as bars.

    A unit is named only where the column's own name does not end on it.
    """

    title: str
    columns: list[str] = Field(default_factory=list)
    headings: dict[str, str] = Field(default_factory=dict)
    units: dict[str, Literal["share", "pence", "points", "days"]] = Field(default_factory=dict)
    bar: str = ""
    full: float | None = Field(default=None, gt=0, description="what a whole bar stands for")
    note: str = ""


class ErrorRates(_Note):
    """Measured error rates of one rule."""

    rule: str
    caption: str
    columns: list[str]
    rows: list[list[str]]
    note: str = ""


class Notes(_Note):
    """The whole of ``notes.yaml``; effects by rule id, figures by figure name."""

    effects: dict[str, EffectNote] = Field(default_factory=dict)
    figures: dict[str, FigureNote] = Field(default_factory=dict)
    error_rates: list[ErrorRates] = Field(default_factory=list)


@cache
def read_notes() -> Notes:
    """The notes that ship with the reports. Raises ContentError naming every fault at once."""
    path = content_dir("reports") / "notes.yaml"
    try:
        return Notes.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise ContentError(
            f"reports/notes.yaml: {error}", remedy="Correct the file and run again."
        ) from error
