"""What all tests share: where the published files are, and the option that lets no test be left out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from tests.neo4j_server import neo4j_server, neo4j_store  # noqa: F401 - fixtures

# How long an example takes says nothing here: machines differ, and tests share them.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")

CHECKOUT = Path(__file__).resolve().parents[1]


def published_files() -> Path:
    """Where the department's files are, if they are at hand: named, or beside the checkout."""
    return Path(os.environ.get("CHAINGRAPH_REAL_DATA") or CHECKOUT.parent / "shared" / "data")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--no-skips``, for the checks that stand between a change and the main line."""
    parser.addoption(
        "--no-skips",
        action="store_true",
        help="fail where a test was skipped, but for those of published files that are not at hand",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """All tests that need the server go to one worker: it holds one graph, and takes long to get going.

    By name, as a scheduler sees no marks; xdist's own groups are lost on this pytest.
    """

    class OneServer(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return "neo4j" if "neo4j" in nodeid else nodeid

    return OneServer(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the published files is a test of them, and bears the mark; the server's tests bear its name."""
    for item in items:
        if item.get_closest_marker("neo4j") and "neo4j" not in item.nodeid:
            raise pytest.UsageError(f"{item.nodeid} asks for the server: its name has to say neo4j.")
        if "real_data" in getattr(item, "fixturenames", ()):
            item.add_marker("real_data")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a skipped test into a failed run where ``--no-skips`` asks for it."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not session.config.getoption("--no-skips"):
        return
    skipped = reporter.stats.get("skipped", [])
    if not published_files().is_dir():
        skipped = [report for report in skipped if "real_data" not in getattr(report, "keywords", ())]
    if skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"\n--no-skips: {len(skipped)} skipped, first {skipped[0].nodeid}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of published files; without it the test that asks is skipped."""
    folder = published_files()
    if not folder.is_dir():
        pytest.skip(f"the published files are not at {folder}")
    return folder
