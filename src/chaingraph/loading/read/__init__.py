"""Files to raw tables: whatever a table was saved as, it becomes numbered columns with row numbers."""

from __future__ import annotations

from chaingraph.loading.read.header import EmptyTable, Peek, peek
from chaingraph.loading.read.raw import RawTable
from chaingraph.loading.read.source import SourceFile, open_source, passed_over
from chaingraph.loading.read.table import read_table

__all__ = ["EmptyTable", "Peek", "RawTable", "SourceFile", "open_source", "passed_over", "peek", "read_table"]
