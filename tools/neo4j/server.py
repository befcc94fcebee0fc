#!/usr/bin/env python3
"""A real Neo4j Community server without Docker, for tests, benchmarks and people.

    python tools/neo4j/server.py prepare            gather the server's published artifacts (once)
    python tools/neo4j/server.py start              start a server that stays, and say how to reach it
    python tools/neo4j/server.py status             is it running, and where
    python tools/neo4j/server.py stop               stop it; what it holds is kept for the next start
    python tools/neo4j/server.py run -- COMMAND     a throwaway server for the time that COMMAND runs

``run`` tells COMMAND where the server is through CHAINGRAPH_NEO4J_URI, CHAINGRAPH_NEO4J_USER and
CHAINGRAPH_NEO4J_PASSWORD; the password is made up anew for each server and stands on no command line. The server
listens on the loopback address only, on a port that was free, and speaks to nobody else. CHAINGRAPH_NEO4J_HEAP and
CHAINGRAPH_NEO4J_PAGECACHE set its memory (1g and 512m), CHAINGRAPH_NEO4J_LIB names a folder with the jars of
another 5.26 server. Needs Java 17 or 21, and Maven for ``prepare``.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("CHAINGRAPH_NEO4J_CACHE") or HERE.parent.parent / ".cache" / "neo4j")
KEPT = CACHE / "server.json"
JAVA_VERSIONS = (21, 17)
JAVA_FOLDERS = (
    "/usr/lib/jvm/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk*",
)
OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent", "java.lang")
SECONDS_TO_START = 300
USER = "neo4j"
# For a server that lives for seconds: its start costs half the processor time, its hottest loops run slower.
QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
LASTING = ("-XX:+UseParallelGC",)


class Failed(Exception):
    """Something is missing or did not work; the text says what to do."""


@dataclass(frozen=True)
class Server:
    """A server that answers: where it is, how to sign in, and its process and folder."""

    uri: str
    user: str
    password: str
    pid: int
    home: str

    def environment(self) -> dict[str, str]:
        """The variables by which chaingraph finds it."""
        return {
            "CHAINGRAPH_NEO4J_URI": self.uri,
            "CHAINGRAPH_NEO4J_USER": self.user,
            "CHAINGRAPH_NEO4J_PASSWORD": self.password,
        }


def version() -> str:
    """The version that the Maven project names."""
    found = re.search(r"<neo4j.version>([^<]+)<", (HERE / "pom.xml").read_text(encoding="utf-8"))
    if found is None:
        raise Failed("tools/neo4j/pom.xml names no neo4j.version.")
    return found.group(1)


def prepare() -> Path:
    """The folder with the server's jars; gathered by Maven the first time."""
    given = os.environ.get("CHAINGRAPH_NEO4J_LIB")
    if given:
        if not any(Path(given).glob("neo4j-server-*.jar")):
            raise Failed(f"CHAINGRAPH_NEO4J_LIB is {given}, and no neo4j-server jar is there.")
        return Path(given)
    folder = CACHE / version()
    lib = folder / "lib"
    if not lib.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # of several that start at once, one gathers and the others wait
            if not lib.is_dir():
                _gather(lib)
    return lib


def _gather(lib: Path) -> None:
    program = java()
    maven = shutil.which("mvn") or _install("maven", lambda: shutil.which("mvn"))
    print(f"Gathering Neo4j {version()} (about 120 MB, once)…", file=sys.stderr, flush=True)
    aside = lib.with_name("lib.part")
    shutil.rmtree(aside, ignore_errors=True)
    command = [maven, "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
    done = subprocess.run(
        [*command, "-DincludeScope=runtime", f"-DoutputDirectory={aside}"],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "JAVA_HOME": str(Path(program).resolve().parent.parent)},
        check=False,
    )
    if done.returncode or not any(aside.glob("neo4j-server-*.jar")):
        raise Failed(
            "Maven could not gather Neo4j's artifacts; its message is above. Check the network and try again."
        )
    aside.rename(lib)  # in one step: a folder called lib is a whole one


def java() -> str:
    """A java of version 21 or 17; raises Failed, saying what to install, where there is none."""
    return _find_java() or _install("openjdk-17-jdk-headless", _find_java)


def _find_java() -> str | None:
    homes = [os.environ.get("JAVA_HOME") or ""]
    for pattern in JAVA_FOLDERS:
        homes += sorted(map(str, Path("/").glob(pattern.lstrip("/"))))
    candidates = [shutil.which("java"), *(f"{home}/bin/java" for home in homes if home)]
    found = {_java_version(name): name for name in reversed(candidates) if name and Path(name).is_file()}
    return next((found[wanted] for wanted in JAVA_VERSIONS if wanted in found), None)


def _java_version(program: str) -> int | None:
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else None


def _install(package: str, look: Callable[[], str | None]) -> str:
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {package}…", file=sys.stderr, flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run(command, env=quiet, check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    found = look()
    if found is None:
        raise Failed(
            f"{package} is missing: Neo4j needs Java 17 or 21 (not another version), and Maven gathers it. Install them "
            "(Debian, Ubuntu: apt-get install openjdk-17-jdk-headless maven; macOS: brew install openjdk@21 maven)."
        )
    return found


def launch(
    home: Path, password: str, *, lasting: bool, options: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """Start a server in ``home`` and wait until it answers; ``home`` may hold an earlier server's data."""
    lib, program, port = prepare(), java(), _free_port()
    settings = home / "conf" / "neo4j.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(_configuration(home, port), encoding="utf-8")
    if not (home / "data").exists():
        _first_password(home / "data" / "dbms" / "auth.ini", password)
    heap = os.environ.get("CHAINGRAPH_NEO4J_HEAP") or "1g"
    command = [program, f"-Xms{heap}", f"-Xmx{heap}", *(options or LASTING), "-Djava.awt.headless=true"]
    command += [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENS]
    command += ["-cp", f"{lib}/*", "org.neo4j.server.CommunityEntryPoint"]
    command += [f"--home-dir={home}", f"--config-dir={settings.parent}"]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=lasting,
            preexec_fn=None if lasting else _die_with_parent,
        )
    try:
        _wait(process, port, home)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process
