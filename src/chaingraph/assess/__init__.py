"""Statistics and structure: pure functions on arrays, and the named assessments that rules ask for.

Every module of this folder is imported with it, so that an assessment is known by being there.
"""

from __future__ import annotations

import importlib
import pkgutil

from chaingraph.assess.registry import ASSESSMENTS
from chaingraph.assess.result import Assessment, Statistics, Unit

for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")

__all__ = ["ASSESSMENTS", "Assessment", "Statistics", "Unit"]
