"""What a rule says of itself, before its query: the YAML of the leading comment as a model."""

from __future__ import annotations

import math
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Severity = Literal["breach", "indicator", "attestation"]
ParameterType = Literal["integer", "number", "boolean", "text", "date", "list"]
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Parameter(BaseModel):
    """A threshold that a sweep may change.

    ``minimum`` and ``maximum`` are inclusive; ``basis`` says where the number comes from: a clause, a
    statute, a method, or that the project chose it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ParameterType
    default: Any
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    basis: Text

    @model_validator(mode="after")
    def _default_is_allowed(self) -> Parameter:
        self.checked(self.default)
        return self

    def checked(self, given: Any) -> Any:
        """The value as it is bound to the query. Raises ValueError saying what was expected."""
        value = _typed(self.type, given)
        if isinstance(value, int | float) and not isinstance(value, bool):
            if self.minimum is not None and value < self.minimum:
                raise ValueError(f"{given!r} is below the minimum of {self.minimum:g}")
            if self.maximum is not None and value > self.maximum:
                raise ValueError(f"{given!r} is above the maximum of {self.maximum:g}")
        return value


def _typed(kind: ParameterType, given: Any) -> Any:
    whole = isinstance(given, int) and not isinstance(given, bool)
    if kind == "integer" and whole and abs(given) < 2**63:
        return given
    if kind == "number" and (whole or (isinstance(given, float) and math.isfinite(given))):
        return float(given)
    if kind == "boolean" and isinstance(given, bool):
        return given
    if kind == "text" and isinstance(given, str):
        return given
    if kind == "list" and isinstance(given, list | tuple) and all(isinstance(item, str) for item in given):
        return list(given)
    if kind == "date":
        if type(given) is date:
            return given
        if isinstance(given, str):
            try:
                return date.fromisoformat(given)
            except ValueError:
                pass
    expected = {
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "text": "text",
        "date": "a date such as 2026-03-31",
        "list": "a list of texts",
    }[kind]
    raise ValueError(f"{given!r} is not {expected}")


class Header(BaseModel):
    """The header of a rule.

    ``needs``       ``Label.property``, ``Label`` or ``-[TYPE]-``: without a value of each the rule is not
                    assessable
    ``record``      the label that a returned row is about; ``record_key`` is the column that holds its id,
                    by default the label's own key (another where the identity already uses that name)
    ``evidence``    with ``assess``: the label of the rows that the evidence section returns
    ``subject``     the label of the node that a finding stands on; its id is the identity column of its
                    key, or the only identity column
    ``respondent``  the column that holds the organisation that answers; null where nobody in particular does
    ``next_step``   what to do with a finding where that is not to ask the respondent and wait for the reply
    ``duties``      true: the assessment is handed, as ``duties``, what the rule's clauses want shown by a
                    document (the ``attest`` of each)
    ``enabled``     false: the rule runs only where it is asked for by name (like drafts and deprecated ones)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Text
    clauses: tuple[Text, ...] = Field(min_length=1)
    severity: Severity
    status: Literal["draft", "stable", "deprecated"]
    version: int = Field(ge=1, strict=True)
    needs: tuple[Text, ...] = ()
    record: Text
    record_key: Name | None = None
    evidence: Text | None = None
    subject: Text | None = None
    identity: tuple[Name, ...] = Field(min_length=1)
    respondent: Name | None = None
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    message: Text
    innocent: tuple[Text, ...] = Field(min_length=1)
    ask: tuple[Text, ...] = Field(min_length=1)
    next_step: Text | None = None
    assess: Name | None = None
    duties: bool = False
    enabled: bool = True

    @field_validator("title", "message", "next_step")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and value != " ".join(value.split()):
            raise ValueError("is to be one line without blanks at its ends")
        return value

    @field_validator("identity", "clauses", "needs")
    @classmethod
    def _no_duplicates(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({item for item in value if value.count(item) > 1})
        if twice:
            raise ValueError(f"names {', '.join(twice)} twice")
        return value
