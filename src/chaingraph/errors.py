"""What can go wrong, as a tree.

    ChaingraphError
    ├── InputError      a source file, a row or an option is not what was expected
    ├── ContentError    a rule, mapping or template is wrong (all faults at once)
    ├── SettingsError   a setting or an environment variable is wrong
    └── StoreError      a graph cannot be published, opened or asked

Every one carries a message for a person and, where there is one, a remedy. The command line prints
both and exits with 2; it never shows a traceback unless ``--debug`` asks for it.
"""

from __future__ import annotations


class ChaingraphError(Exception):
    """Base of every error that a user may meet."""

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class InputError(ChaingraphError):
    """A source, a row or an option is not what was expected."""


class ContentError(ChaingraphError):
    """A rule, a loader mapping, a clause file or a template is wrong."""


class SettingsError(ChaingraphError):
    """A setting or an environment variable is wrong."""


class StoreError(ChaingraphError):
    """A graph cannot be published, opened or asked."""
