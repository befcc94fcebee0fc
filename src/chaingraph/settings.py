"""``chaingraph.toml`` in the current folder: the store, Neo4j's user and password, parameters of rules."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chaingraph.errors import SettingsError
from chaingraph.written.slips import slips


class Neo4jSettings(BaseModel):
    """How to sign in to the server that ``store`` names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: str | None = None
    password: str | None = None


class Settings(BaseModel):
    """Everything a settings file may say.

    ``rules`` maps a rule id to parameters that differ from its defaults, and to ``enabled`` (true or false).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    store: str | None = None
    neo4j: Neo4jSettings = Field(default_factory=Neo4jSettings)
    rules: dict[str, dict[str, Any]] = Field(default_factory=dict)


def read_settings(path: Path = Path("chaingraph.toml")) -> Settings:
    """Read the file; defaults where there is none. Raises SettingsError naming every fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text.", remedy="Save it as UTF-8.") from error
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path} is not TOML: {error}.",
            remedy='It may hold store = "…", [neo4j] with user and password, and [rules.RULE-ID] with enabled and parameters.',
        ) from error
    except ValidationError as error:
        found = "; ".join(slip.text for slip in slips(error, Settings))
        raise SettingsError(
            f"{path}: {found}.", remedy="It may hold store, [neo4j] user and password, and [rules.RULE-ID]."
        ) from error
