"""Input that goes wrong: one clear message each, nothing lost, no traceback of something else."""

from __future__ import annotations

import gzip
import os
import re
import zipfile
from pathlib import Path

import duckdb
import pytest

from chaingraph.errors import InputError
from chaingraph.loading.read import careful as careful_module
from chaingraph.loading.read import open_source, read_table
from chaingraph.loading.read.records import MOST_CHARACTERS

from .reading import read_all

# How the older workbooks and every encrypted one begin.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PLAIN = b"org_id,name\nX-1,First\nX-2,Second\n"


def refuse(path: Path, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_all(path)
    assert "\n" in str(caught.value) or caught.value.remedy is None
    assert "Traceback" not in str(caught.value)


def test_a_missing_source_is_named_with_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "payments.csv").write_bytes(PLAIN)
    refuse(tmp_path / "payment.csv", r"payment\.csv does not exist\. There is payments\.csv")


def test_an_empty_folder_and_one_without_tables(tmp_path: Path) -> None:
    refuse(tmp_path, "holds no table: it is empty")
    (tmp_path / "minutes.docx").write_bytes(b"PK\x03\x04")
    refuse(tmp_path, r"holds no table: it holds minutes\.docx")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(gzip.compress(b""), "holds an empty file", id="gzip of nothing"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3", "is a PDF document", id="PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a PNG picture", id="PNG"),
        pytest.param(bytes(range(256)) * 40, "is a binary file", id="binary"),
        pytest.param(gzip.compress(bytes(range(256)) * 40), "is a binary file", id="gzip of binary"),
        pytest.param(gzip.compress(PLAIN * 500)[:60], "damaged gzip", id="gzip cut off"),
        pytest.param(gzip.compress(os.urandom(9000))[:5000], "damaged gzip|binary", id="gzip of noise"),
        pytest.param(b"PAR1" + b"\0" * 40, "is not a readable Parquet file", id="Parquet"),
        pytest.param(b"PK\x03\x04 cut off", "is a damaged workbook", id="XLSX"),
        pytest.param(OLE + b"\0" * 600, "is a damaged workbook", id="XLS"),
        pytest.param(
            OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 99,
            "protected by a password",
            id="locked workbook",
        ),
        pytest.param(b"\n\n , \n", "has no header row", id="no header"),
        pytest.param(
            b'org_id,"name\nX-1,First\n',
            "row 1: the header is not a row whose quotation marks come in pairs",
            id="open quotation mark",
        ),
        pytest.param(b"a," * 3000 + b"a\n1\n", "3,001 columns", id="3,001 columns"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "organisations.csv"
    path.write_bytes(content)
    refuse(path, message)


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.csv", "w") as archive:
        archive.writestr("organisations.csv", PLAIN)
    refuse(tmp_path / "t.csv", "is a ZIP archive, not a workbook")


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(PLAIN)
    path.chmod(0)
    if os.access(path, os.R_OK):  # root may read anything: be told no all the same
        real = Path.open

        def forbid(self: Path, *args: object, **kwargs: object) -> object:
            if self == path:
                raise PermissionError(13, "Permission denied")
            return real(self, *args, **kwargs)  # type: ignore[call-overload]

        monkeypatch.setattr(Path, "open", forbid)
    refuse(path, "may not be read")


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"org_id,name\n")
    raw, rows = read_all(path)
    assert rows == []
    assert raw.notes == ["t.csv has a header but no rows."]


def test_a_cell_of_ten_million_characters_costs_its_row_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    giant = "x" * 10_000_000
    path.write_text(f'org_id,name\nX-1,First\nX-2,{giant}\nX-3,"{giant}"\nX-4,Last\n')
    raw, rows = read_all(path)
    assert rows == [("X-1", "First", 2), ("X-4", "Last", 5)]
    assert [(r.row, r.column, r.rule) for r in raw.rejections] == [
        (3, "name", "cell-too-long"),
        (4, "name", "cell-too-long"),
    ]
    assert f"{MOST_CHARACTERS:,}" in raw.rejections[0].expected
    assert len(raw.rejections[0].line) < 11_000
    assert raw.rejections[0].line.startswith('["X-2", "xxxx')


def test_a_line_without_end_does_not_fill_memory(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        for _ in range(40):
            file.write(b"y" * (1 << 20))
        file.write(b"\n3,4\n")
    raw, rows = read_all(path)
    assert rows == [("1", "2", 2), ("3", "4", 4)]
    assert raw.rejections[0].rule == "cell-too-long"
    assert f"{40 << 20:,}" in raw.rejections[0].expected


def test_ragged_rows_are_rejected_whole_or_padded(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12,,\nAMS,5,5,AMS\nA LTD,5,5,5\n")
    raw, rows = read_all(path)
    assert rows == [("1", "2", "3", 2), ("10", "11", "12", 5)]
    assert [(r.row, r.rule, r.value, r.line) for r in raw.rejections] == [
        (3, "ragged-row", "2 cells", '["4", "5"]'),
        (4, "ragged-row", "4 cells", '["6", "7", "8", "9"]'),
        (6, "ragged-row", "4 cells", '["AMS", "5", "5", "AMS"]'),
        (7, "ragged-row", "4 cells", '["A LTD", "5", "5", "5"]'),
    ]
    assert "quotation marks" in raw.rejections[1].remedy
    assert re.search(r"t\.csv, row 3: '2 cells' is not a row of at least 3 cells", str(raw.rejections[0]))
    raw, rows = read_all(path, ragged="pad")
    # A cell too many is harmless only where it repeats a word: a figure may be half of "1,000.50".
    assert rows[1:] == [("4", "5", None, 3), ("10", "11", "12", 5), ("AMS", "5", "5", 6)]
    assert [r.row for r in raw.rejections] == [4, 7]
    assert len(raw.notes) == 2


def test_an_unclosed_quote_takes_no_other_row_with_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('a,b\n"ACME,1\nBETA,2\n"GAMMA",3\nDELTA,4\n')
    raw, rows = read_all(path)
    assert rows == [("BETA", "2", 3), ("GAMMA", "3", 4), ("DELTA", "4", 5)]
    assert [(r.row, r.rule, r.line) for r in raw.rejections] == [(2, "unclosed-quote", '["\\"ACME,1"]')]


def test_a_quote_in_the_middle_is_read_as_a_spreadsheet_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('a,b\n5" pipe,1\n"ACME" LTD,2\n')
    _raw, rows = read_all(path)
    assert rows == [('5" pipe', "1", 2), ("ACME LTD", "2", 3)]


def test_a_nul_costs_its_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n1,2\n3,\0\n5,6\n")
    raw, rows = read_all(path)
    assert rows == [("1", "2", 2), ("5", "6", 4)]
    assert [(r.row, r.rule) for r in raw.rejections] == [(3, "nul-character")]


def test_a_column_without_a_name_is_told_when_it_holds_something(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",a,,b,\n0,1,,2,\n1,3,x,4,\n")
    raw, rows = read_all(path)
    assert raw.header == ["", "a", "", "b", ""]
    told = [note for note in raw.notes if "no name in row 1" in note]
    assert len(told) == 2
    assert "column A" in told[0] and "holds 2 values" in told[0]
    assert "column C" in told[1] and "holds 1 values" in told[1]
    assert [row[1] for row in rows] == ["1", "3"]


def test_a_file_that_is_broken_throughout_stops_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(careful_module, "MOST_REJECTIONS", 5)
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "1,2,3\n" * 9)
    refuse(path, "5 rows and more cannot be split into cells; nothing was loaded. The first: .*row 2")


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_a_file_deleted_or_changed_while_it_is_read(tmp_path: Path, name: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def fresh() -> Path:
        path = tmp_path / name
        if name == "t.csv":
            path.write_bytes(PLAIN)
        else:
            pq.write_table(pa.table({"org_id": ["X-1"]}), path)
        return path

    with duckdb.connect() as con:
        (source,) = open_source(fresh())
        source.path.unlink()
        with pytest.raises(InputError, match="was deleted while it was being read; nothing was loaded"):
            read_table(con, source, "gone")
        (source,) = open_source(fresh())
        with source.path.open("ab") as file:
            file.write(b"X-3,Third\n")
        with pytest.raises(InputError, match="was changed while it was being read; nothing was loaded"):
            read_table(con, source, "longer")
        (source,) = open_source(fresh())
        content = bytearray(source.path.read_bytes())
        content[20] ^= 1
        source.path.write_bytes(bytes(content))  # as long as before, within the same tick of the clock
        with pytest.raises(InputError):
            read_table(con, source, "other")
        (source,) = open_source(fresh())
        source.path.touch()  # a new time stamp alone changes nothing
        assert read_table(con, source, "same").rows > 0
