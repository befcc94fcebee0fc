"""The script that starts Neo4j: servers that end with their parent or stay, and what is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import neo4j
import pytest

from tests.neo4j_server import jars_or_skip
from tools.neo4j import artifacts
from tools.neo4j.artifacts import Failed

TOOL = Path(artifacts.__file__).with_name("server.py")
PRINT_SIGN_IN = (
    "import os; print(*[os.environ['CHAINGRAPH_NEO4J_' + n] for n in ('URI', 'USER', 'PASSWORD')])"
)


@pytest.fixture
def small_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of its own beside the gathered jars, and options for a server that starts soon."""
    monkeypatch.setenv("CHAINGRAPH_NEO4J_LIB", str(jars_or_skip()))
    monkeypatch.setenv("CHAINGRAPH_NEO4J_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("CHAINGRAPH_NEO4J_HEAP", "400m")
    monkeypatch.setenv("CHAINGRAPH_NEO4J_PAGECACHE", "64m")
    monkeypatch.setenv("CHAINGRAPH_NEO4J_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    return tmp_path / "cache"


def tool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(TOOL), *arguments], capture_output=True, text=True, check=False, timeout=500
    )


def exported(lines: str) -> tuple[str, str, str]:
    """Address, user and password from the lines for a shell."""
    uri, user, password = (line.partition("=")[2] for line in lines.splitlines())
    return uri, user, password


def count(uri: str, user: str, password: str, query: str) -> int:
    # Without the driver's half minute of trying again, which a server that is gone would be waited for.
    with neo4j.GraphDatabase.driver(uri, auth=(user, password), max_transaction_retry_time=0) as driver:
        return int(driver.execute_query(query).records[0][0])


@pytest.mark.neo4j
def test_a_throwaway_server_is_told_of_and_ends_with_its_parent(small_server: Path) -> None:
    stay = f"{PRINT_SIGN_IN}; import sys, time; sys.stdout.flush(); time.sleep(600)"
    runner = subprocess.Popen(
        [sys.executable, str(TOOL), "run", "--", sys.executable, "-c", stay],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert runner.stdout is not None
        uri, user, password = runner.stdout.readline().split()
        assert uri.startswith("bolt://127.0.0.1:")
        assert count(uri, user, password, "RETURN 42") == 42
        with pytest.raises(neo4j.exceptions.AuthError):
            count(uri, user, "neo4j", "RETURN 42")
        if sys.platform == "linux":
            for command in Path("/proc").glob("[0-9]*/cmdline"):
                assert password.encode() not in _bytes(command)
        runner.kill()  # no chance to clean up
        runner.wait()
        _until_gone(uri, user, password)
    finally:
        os.killpg(runner.pid, signal.SIGKILL)
        if runner.stdout is not None:
            runner.stdout.close()


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""  # that process has ended


def _until_gone(uri: str, user: str, password: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            count(uri, user, password, "RETURN 1")
        except neo4j.exceptions.ServiceUnavailable:
            return
        time.sleep(0.2)
    pytest.fail("the server outlived the process that started it")


@pytest.mark.neo4j
def test_a_lasting_server_keeps_what_it_holds(small_server: Path) -> None:
    assert tool("status").returncode == 1
    try:
        first = tool("start")
        assert first.returncode == 0, first.stderr
        sign_in = exported(first.stdout)
        assert count(*sign_in, "CREATE (n:Kept) RETURN count(n)") == 1
        assert tool("start").stdout == tool("status").stdout == first.stdout  # the one that runs
        assert tool("stop").returncode == 0
        assert tool("status").returncode == 1
        again = exported(tool("start").stdout)
        assert again[1:] == sign_in[1:]
        assert count(*again, "MATCH (n:Kept) RETURN count(n)") == 1
    finally:
        tool("stop")
    assert (small_server / "home" / "password").stat().st_mode & 0o077 == 0


def test_a_command_that_is_not_there() -> None:
    ran = tool("run", "--", "no-such-command")
    assert (ran.returncode, ran.stderr) == (2, "Error: no-such-command is not a command that can be run.\n")


def test_how_it_is_used() -> None:
    for arguments in ((), ("run",), ("run", "--"), ("begin",), ("start", "now")):
        told = tool(*arguments)
        assert told.returncode == 2
        assert "python tools/neo4j/server.py run -- COMMAND" in told.stdout


def test_no_java_is_said_with_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"25.0.1\" 2025-10-21' >&2\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", "")
    monkeypatch.setattr(artifacts, "JAVA_HOMES", ())
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Failed, match=r"openjdk-17-jdk-headless is missing: .* Java 17 or 21"):
        artifacts.java()


def test_the_right_java_of_several(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for major in (11, 17, 21, 25):
        program = tmp_path / f"jdk-{major}" / "bin" / "java"
        program.parent.mkdir(parents=True)
        program.write_text(
            f"#!/bin/sh\necho 'openjdk version \"{major}.0.1\" 2025-10-21' >&2\n", encoding="utf-8"
        )
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "jdk-25" / "bin"))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk-11"))
    monkeypatch.setattr(artifacts, "JAVA_HOMES", (str(tmp_path.relative_to("/") / "*"),))
    assert artifacts.java() == str(tmp_path / "jdk-21" / "bin" / "java")


def test_no_maven_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHAINGRAPH_NEO4J_LIB", raising=False)
    monkeypatch.setattr(artifacts, "CACHE", tmp_path)
    monkeypatch.setattr(artifacts, "java", lambda: "/usr/bin/java")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Failed, match="maven is missing"):
        artifacts.prepare()


def test_a_wrong_folder_of_jars(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHAINGRAPH_NEO4J_LIB", str(tmp_path))
    with pytest.raises(Failed, match="no neo4j-server jar is there"):
        artifacts.prepare()
