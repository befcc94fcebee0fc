"""Evidence as a file: nothing in it that a spreadsheet would run, and never half a file."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chaingraph.errors import InputError
from chaingraph.reporting import write_evidence

ROWS = pa.table(
    {
        "finding": ["f1", "f1", "f2"],
        "id": ["=1+1", "ordinary", None],
        "row": pa.array([2, -3, None], pa.int64()),
        "days": [["a", "b"], [], None],
    }
)


def cells(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    "text", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "|calc", "\u00a0=1", "\n=1"]
)
def test_a_formula_gets_an_apostrophe(text: str, tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    write_evidence(pa.table({"=name": [text]}), path)
    assert cells(path) == [["'=name"], ["'" + text]]


@pytest.mark.parametrize("text", ["INV-1", "a=b", "1-2", 'O\'Neill & Sons, "Ltd"', "Ynys Môn", "two\nlines"])
def test_ordinary_text_comes_back_as_it_was(text: str, tmp_path: Path) -> None:
    write_evidence(pa.table({"name": [text]}), tmp_path / "e.csv")
    assert cells(tmp_path / "e.csv")[1] == [text]


def test_numbers_lists_and_unknowns_in_csv(tmp_path: Path) -> None:
    write_evidence(ROWS, tmp_path / "e.csv")
    assert cells(tmp_path / "e.csv") == [
        ["finding", "id", "row", "days"],
        ["f1", "'=1+1", "2", "a;b"],
        ["f1", "ordinary", "-3", ""],
        ["f2", "", "", ""],
    ]


def test_parquet_holds_the_values_unchanged(tmp_path: Path) -> None:
    write_evidence(ROWS, str(tmp_path / "e.parquet"))
    assert pq.read_table(tmp_path / "e.parquet").equals(ROWS)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "a.parquet", "b.parquet"):
        write_evidence(ROWS, tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@pytest.mark.parametrize("name", ["e.xlsx", "e", "e.csv.gz"])
def test_another_ending_is_refused_with_a_remedy(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"written as \.csv or \.parquet") as caught:
        write_evidence(ROWS, tmp_path / name)
    assert caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be written") as caught:
        write_evidence(ROWS, tmp_path / "nowhere" / "e.csv")
    assert "folder that exists" in str(caught.value)


def test_an_older_file_stays_whole_until_the_new_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "e.csv"
    path.write_text("older\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("chaingraph.reporting.evidence_file.os.replace", full)
    with pytest.raises(InputError, match="No space left"):
        write_evidence(ROWS, path)
    assert path.read_text() == "older\n" and [p.name for p in tmp_path.iterdir()] == ["e.csv"]
