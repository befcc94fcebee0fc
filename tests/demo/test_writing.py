"""The folder itself: the same bytes again, the model's columns, sizes, and whose folder may be replaced."""

from __future__ import annotations

import errno
import hashlib
import json
import time
from pathlib import Path

import duckdb
import pytest

from chaingraph.demo import write as writing
from chaingraph.demo import write_market
from chaingraph.demo.size import size_of
from chaingraph.errors import InputError
from chaingraph.model import TABLES
from tests.demo.conftest import Made


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_same_seed_same_bytes_other_seed_other_bytes(made: Made, tmp_path: Path) -> None:
    again = write_market(tmp_path / "again")
    other = write_market(tmp_path / "other", seed=2)
    assert again == made.truth
    assert digests(tmp_path / "again") == digests(made.folder)
    assert other.planted != made.truth.planted
    assert digests(tmp_path / "other")["referrals.csv"] != digests(made.folder)["referrals.csv"]


def test_parquet_says_the_same_as_csv(made: Made, tmp_path: Path) -> None:
    truth = write_market(tmp_path / "market", form="parquet")
    assert truth == made.truth
    for table in truth.rows:
        path = tmp_path / "market" / f"{table}.parquet"
        columns = duckdb.execute(f"DESCRIBE FROM '{path}'").fetchall()
        types = ", ".join(f"'{name}': '{kind}'" for name, kind, *_ in columns)
        csv = f"read_csv('{made.folder / table}.csv', header = true, columns = {{{types}}})"
        for left, right in ((csv, f"'{path}'"), (f"'{path}'", csv)):
            assert duckdb.execute(f"FROM {left} EXCEPT ALL FROM {right} LIMIT 3").fetchall() == [], table


def test_every_file_is_a_table_of_the_model_with_its_columns(made: Made) -> None:
    tables = {path.stem for path in made.folder.glob("*.csv")}
    assert tables <= TABLES.keys()
    # What a market in good order has none of (staff who changed employer), and what notices and reports bring.
    notices = {"processes", "tenderers", "awards", "award_suppliers", "payment_reports"}
    assert TABLES.keys() - tables <= {"staff_moves", *notices}
    for name in tables:
        model = TABLES[name].columns
        columns = (made.folder / f"{name}.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
        assert set(columns) <= model.keys(), name
        assert {column.name for column in model.values() if column.required} <= set(columns), name
        for column in columns:
            if model[column].required:
                (empty,) = made.con.execute(
                    f'SELECT count(*) FROM "{name}" WHERE "{column}" IS NULL'
                ).fetchone() or (0,)
                assert empty == 0, (name, column)
            if model[column].codes:
                rows = made.con.execute(f'SELECT DISTINCT "{column}" FROM "{name}"').fetchall()
                assert {value for (value,) in rows} - {None} <= set(model[column].codes), (name, column)
    assert made.truth.rows == {
        name: (made.con.execute(f'SELECT count(*) FROM "{name}"').fetchone() or (0,))[0]
        for name in made.truth.rows
    }


def test_nobody_in_it_is_real(made: Made) -> None:
    """Ids are local ones, people have no names, and no organisation has a register's number."""
    assert made.con.execute("SELECT count(*) FROM organisations WHERE org_id NOT LIKE 'X-%'").fetchone() == (
        0,
    )
    assert made.con.execute("SELECT count(DISTINCT name) = count(*) FROM organisations").fetchone() == (True,)
    columns = {row[0] for row in made.con.execute("DESCRIBE people").fetchall()}
    columns |= {row[0] for row in made.con.execute("DESCRIBE organisations").fetchall()} - {"name"}
    assert not columns & {"name", "company_number", "charity_number", "postcode"}


def test_nothing_in_it_happened_after_its_day(made: Made) -> None:
    happened = {
        "referrals": ("referred_on", "first_contact_on", "ended_on"),
        "outcomes": ("job_started_on", "claimed_on", "verified_on"),
        "invoices": ("invoiced_on", "received_on", "validated_on", "disputed_on", "dispute_resolved_on"),
        "payments": ("paid_on",),
        "evidence": ("issued_on",),
        "policies": ("approved_on",),
        "attestations": ("issued_on",),
    }
    for table, columns in happened.items():
        for column in columns:
            latest = made.con.execute(f"SELECT max({column}) <= as_of() FROM {table}").fetchone()
            assert latest == (True,), (table, column)


def test_counts_follow_from_the_scale() -> None:
    whole = size_of(1, 1)
    assert (whole.referrals, whole.invoices) == (2_000_000, 3_000_000)
    assert whole.subs + whole.primes + whole.prime_pairs + whole.groups + 1 == 3_000
    assert size_of(0.1, 1).referrals == 200_000
    # Below the floor a market would be too small to show anything.
    assert size_of(0.0001, 1).referrals == size_of(0.001, 1).referrals == 8_000


def test_the_default_takes_seconds(tmp_path: Path) -> None:
    started = time.perf_counter()
    write_market(tmp_path / "market")
    assert time.perf_counter() - started < 30


@pytest.mark.parametrize("scale", [0, -1, 21, float("nan"), float("inf")])
def test_a_scale_out_of_range_is_refused(scale: float, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="scale of a made-up market"):
        write_market(tmp_path / "market", scale=scale)


def test_a_negative_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="seed of a made-up market"):
        write_market(tmp_path / "market", seed=-1)


def test_an_earlier_market_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "market"
    write_market(folder, form="parquet")
    write_market(folder, seed=3)
    assert not list(folder.glob("*.parquet"))
    assert json.loads((folder / "truth.json").read_text(encoding="utf-8"))["seed"] == 3


@pytest.mark.parametrize("name", ["notes.txt", "contracts.csv"])
def test_a_folder_of_somebody_elses_is_left_alone(name: str, tmp_path: Path) -> None:
    """Tables alone are not enough: without a truth file they may be somebody's own market."""
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is not overwritten"):
        write_market(tmp_path)
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_interrupted_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "market"
    write_market(folder)
    before = digests(folder)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "make_invoices", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_market(folder, seed=2)
    assert digests(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["market"]


def test_the_folder_one_stands_in_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write_market(Path("."))
    assert (tmp_path / "here" / "truth.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_place_that_cannot_be_written_is_said_in_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="could not be written"):
        write_market(tmp_path / "file" / "market")


def test_a_full_disk_is_said_in_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing, "make_invoices", full)
    with pytest.raises(InputError, match=r"market: No space left on device\."):
        write_market(tmp_path / "market")
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_and_ends_at_the_total(tmp_path: Path) -> None:
    told: dict[str, tuple[int, int]] = {}

    def listen(what: str, done: int, total: int) -> None:
        told[what] = (done, total)

    write_market(tmp_path / "market", progress=listen)
    assert told.keys() == {"referrals", "invoices"}
    assert all(done == total > 0 for done, total in told.values())
