"""``market.toml`` in a market folder: its name, the day it is judged by, who the department is."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from chaingraph.errors import InputError
from chaingraph.written.slips import slips


class MarketFile(BaseModel):
    """What a market folder says of itself; everything may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = None
    as_of: date | None = None
    department_org_id: str | None = None

    def overridden(self, other: MarketFile) -> MarketFile:
        """The same with what ``other`` says in place of what is said here."""
        return self.model_copy(update=other.model_dump(exclude_none=True))


def read_market_file(source: Path) -> MarketFile:
    """The folder's market.toml, empty where there is none. Raises InputError naming every fault in it."""
    path = source / "market.toml"
    if not path.is_file():
        return MarketFile()
    try:
        return MarketFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} is not TOML: {error}.", remedy="Write for example: as_of = 2026-03-31."
        ) from error
    except ValidationError as error:
        faults = "; ".join(slip.text for slip in slips(error, MarketFile))
        raise InputError(
            f"{path}: {faults}.", remedy="It may hold name, as_of (a date) and department_org_id."
        ) from error
