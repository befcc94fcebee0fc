"""Refuses what troubles the next reader: stray blanks, odd line ends, half-done merges, large files."""

from __future__ import annotations

import sys
from pathlib import Path

LARGEST_FILE_BYTES = 1_000_000
MERGE_MARKS = ("<" * 7 + " ", ">" * 7 + " ", "=" * 7 + "\n")
# Test files may hold what no other file may: they are what a careless exporter made.
AS_FOUND = {".csv", ".tsv", ".jsonl"}


def faults(file: Path) -> list[str]:
    """What is wrong with one file, as ``file:line: what``."""
    content = file.read_bytes()
    found = []
    if len(content) > LARGEST_FILE_BYTES:
        found.append(f"{file}: {len(content):,} bytes, above the {LARGEST_FILE_BYTES:,} a file here may have")
    if file.suffix in AS_FOUND or b"\0" in content[:4096]:
        return found
    lines = content.decode("utf-8", errors="replace").splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        if line.endswith("\r\n"):
            found.append(f"{file}:{number}: a Windows line end")
        elif line.startswith(MERGE_MARKS):
            found.append(f"{file}:{number}: a mark of a merge that was not finished")
        elif line.rstrip("\n") != line.rstrip("\n").rstrip(" \t"):
            found.append(f"{file}:{number}: blanks at the end of the line")
    if lines and not lines[-1].endswith("\n"):
        found.append(f"{file}:{len(lines)}: no line end at the end of the file")
    return found


def main(names: list[str]) -> int:
    """Print the faults of the named files; 1 where there are any."""
    found = [fault for name in names if Path(name).is_file() for fault in faults(Path(name))]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
