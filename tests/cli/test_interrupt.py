"""Ctrl-C in the middle of a load, and a disk that is full: one line, nothing published, nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chaingraph.demo.write import write_market

COMMAND = [sys.executable, "-c", "from chaingraph.cli import main; main()"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("interrupt") / "market"
    write_market(folder, scale=0.02, seed=3)
    return folder


def _start(*arguments: object) -> subprocess.Popen[str]:
    # A group of its own, so that the signal reaches the load and not the tests.
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "NO_COLOR": "1"},
    )


def _wait_for(process: subprocess.Popen[str], sign: Path) -> None:
    while process.poll() is None and not any(sign.parent.glob(sign.name)):
        time.sleep(0.02)


@pytest.mark.parametrize("sign", ["lock", "tables/building-*", "graph/building-*"])
def test_ctrl_c_leaves_nothing_half_done(source: Path, tmp_path: Path, sign: str) -> None:
    market = tmp_path / "market"
    process = _start("--market", market, "load", source)
    _wait_for(process, market / sign)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=240)
    assert "Traceback" not in said
    if process.returncode != 0:  # a signal that comes after the last step finds a whole load
        assert process.returncode == 130
        assert "Stopped. Nothing was published" in said
        assert not (market / "graph" / "current").exists()
        assert not (market / "sources.json").exists()
    assert not list(market.glob("*/building-*"))
    again = _start("--market", market, "load", source)
    out, said = again.communicate(timeout=240)
    assert again.returncode == 0, said
    assert "judged as of" in out
