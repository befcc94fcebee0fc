#!/usr/bin/env python3
"""A real Neo4j Community server without Docker, for tests, benchmarks and people.

    python tools/neo4j/server.py prepare            gather the server's published artifacts (once)
    python tools/neo4j/server.py start              start a server that stays, and say how to reach it
    python tools/neo4j/server.py status             is it running, and where
    python tools/neo4j/server.py stop               stop it; what it holds is there at the next start
    python tools/neo4j/server.py run -- COMMAND     a throwaway server for the time that COMMAND runs

``run`` tells COMMAND where the server is through CHAINGRAPH_NEO4J_URI, CHAINGRAPH_NEO4J_USER and
CHAINGRAPH_NEO4J_PASSWORD; ``start`` and ``status`` print the same as lines for a shell. Each server has a
password made up for it, which stands on no command line, listens on the loopback address only, on a port that
was free, and reports to nobody. Needs Java 17 or 21, and Maven to gather. Heed is paid to

    CHAINGRAPH_NEO4J_HEAP, CHAINGRAPH_NEO4J_PAGECACHE    memory (1g, 512m)
    CHAINGRAPH_NEO4J_JAVA_OPTIONS                        instead of our choice of collector and compiler
    CHAINGRAPH_NEO4J_LIB                                 a folder with the jars of another 5.26 server
    CHAINGRAPH_NEO4J_CACHE                               where jars and the lasting server live (.cache/neo4j)
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
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

if not __package__:  # run as a script
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tools.neo4j.artifacts import CACHE, Failed, java, prepare

HOME = CACHE / "home"
USER = "neo4j"
OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent", "java.lang")
SECONDS_TO_START = 300
SECONDS_TO_STOP = 120
# A server that lives for seconds starts in half the processor time when nothing is compiled for the long run.
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
LASTING = ("-XX:+UseParallelGC",)
# However the parent ends, its server ends with it (Linux; elsewhere the context manager alone stops it). In a
# process of its own rather than in ``preexec_fn``, which is not safe in a parent with threads.
ENDS_WITH_PARENT = """
import ctypes, os, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 9)
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass(frozen=True)
class Server:
    """A server that answers: where it is, how to sign in, and its process."""

    uri: str
    user: str
    password: str
    pid: int

    def environment(self) -> dict[str, str]:
        """The variables by which chaingraph finds it."""
        return {
            "CHAINGRAPH_NEO4J_URI": self.uri,
            "CHAINGRAPH_NEO4J_USER": self.user,
            "CHAINGRAPH_NEO4J_PASSWORD": self.password,
        }


def launch(home: Path, *, lasting: bool, quick: bool = False) -> tuple[Server, subprocess.Popen[bytes]]:
    """Start a server in ``home`` and wait until it answers; ``home`` may hold what an earlier one left.

    A ``lasting`` server outlives this process; ``quick`` trades its speed for a quick start.
    """
    lib, program, port = prepare(), java(), _free_port()
    (home / "conf").mkdir(parents=True, exist_ok=True)
    (home / "conf" / "neo4j.conf").write_text(_configuration(home, port, quick=quick), encoding="utf-8")
    password = _password(home)
    heap = os.environ.get("CHAINGRAPH_NEO4J_HEAP") or "1g"
    command = [
        program,
        f"-Xms{heap}",
        f"-Xmx{heap}",
        "-XX:+ExitOnOutOfMemoryError",
        *(QUICK if quick else LASTING),
    ]
    command += [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENS]
    command += ["-cp", f"{lib}/*", "org.neo4j.server.CommunityEntryPoint"]
    command += [f"--home-dir={home}", f"--config-dir={home / 'conf'}"]
    if not lasting:
        command = [sys.executable, "-c", ENDS_WITH_PARENT, str(os.getpid()), *command]
    said = home / "logs" / "neo4j.log"
    said.unlink(missing_ok=True)
    with (home / "server.log").open("wb") as log, (home / "lock").open("w") as lock:
        if not _free(lock.fileno()):
            raise Failed(f"Another server runs in {home}.")
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=lasting,
            pass_fds=[lock.fileno()],  # the lock is the server's: it is held for as long as that lives
        )
    try:
        _wait(process, said, home / "server.log")
    except BaseException:
        process.kill()
        process.wait()
        raise
    return Server(f"bolt://127.0.0.1:{port}", USER, password, process.pid), process


def _configuration(home: Path, port: int, *, quick: bool) -> str:
    cache = os.environ.get("CHAINGRAPH_NEO4J_PAGECACHE") or "512m"
    return "\n".join(
        (
            f"server.directories.data={home}/data",
            f"server.directories.logs={home}/logs",
            "server.default_listen_address=127.0.0.1",
            f"server.bolt.listen_address=127.0.0.1:{port}",
            f"server.bolt.advertised_address=127.0.0.1:{port}",
            "server.http.enabled=false",
            "server.https.enabled=false",
            "dbms.usage_report.enabled=false",
            "server.bolt.telemetry.enabled=false",
            f"server.memory.pagecache.size={cache}",
            "db.tx_log.rotation.retention_policy=1 files",
            "db.tx_log.preallocate=false",
            # Many small graphs after one another: each looks as if all statistics had changed, which tests need not heed.
            *(("dbms.cypher.min_replan_interval=1d",) if quick else ()),
            "",
        )
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _password(home: Path) -> str:
    """The password of the server in ``home``; for a new one it is made up and laid out for its first start.

    What `neo4j-admin dbms set-initial-password` would write, but without a second Java, and without the
    moment in which a new server takes the password that everybody knows.
    """
    kept = home / "password"
    if not kept.is_file():
        password, salt = secrets.token_urlsafe(18), secrets.token_bytes(32)
        digest = hashlib.sha256(salt + password.encode()).digest()
        for _ in range(1023):
            digest = hashlib.sha256(digest).digest()
        (home / "data" / "dbms").mkdir(parents=True, exist_ok=True)
        entry = f"{USER}:SHA-256,{digest.hex()},{salt.hex()},1024:\n"
        (home / "data" / "dbms" / "auth.ini").write_text(entry, encoding="utf-8")
        kept.touch(mode=0o600)
        kept.write_text(password, encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def _free(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(process: subprocess.Popen[bytes], said: Path, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None:
        if time.monotonic() > deadline:
            raise Failed(
                f"Neo4j did not answer within {SECONDS_TO_START} seconds; its logs are in {said.parent}."
            )
        # Its own word, not an open port: that might be another server's.
        if said.is_file() and " Started." in said.read_text(encoding="utf-8", errors="replace"):
            return
        time.sleep(0.05)
    both = [path.read_text(encoding="utf-8", errors="replace") for path in (said, log) if path.is_file()]
    raise Failed("Neo4j ended while it was starting:\n" + "\n".join(text[-2_000:] for text in both))


@contextlib.contextmanager
def running_server(*, quick: bool = False) -> Iterator[Server]:
    """A throwaway server in a folder of its own; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="chaingraph-neo4j-", ignore_cleanup_errors=True) as home:
        server, process = launch(Path(home), lasting=False, quick=quick)
        try:
            yield server
        finally:
            process.kill()
            process.wait()


def status() -> Server | None:
    """The server that ``start`` left running, if it still does."""
    try:
        with (HOME / "lock").open() as lock:
            if _free(lock.fileno()):
                return None
            return Server(**json.loads((HOME / "server.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def start() -> Server:
    """The server that stays after this process: the running one, or a new one with what the last one held."""
    server = status()
    if server is None:
        HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
        server, process = launch(HOME, lasting=True)
        process.returncode = 0  # it stays; nobody is to wait for it
        (HOME / "server.json").touch(mode=0o600)
        (HOME / "server.json").write_text(json.dumps(vars(server)), encoding="utf-8")
    return server


def stop() -> None:
    """Ask that server to stop, and wait until it has."""
    server = status()
    if server is None:
        print("No server is running here.")
        return
    os.kill(server.pid, signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_STOP
    while status() is not None:
        if time.monotonic() > deadline:
            raise Failed(
                f"Process {server.pid} did not stop within {SECONDS_TO_STOP} seconds; its logs are in {HOME}."
            )
        time.sleep(0.1)
    print(f"Stopped. What it held is in {HOME}; remove that folder to begin afresh.")


def run(command: list[str]) -> int:
    """Run a command beside a throwaway server; its exit code."""
    if shutil.which(command[0]) is None:
        raise Failed(f"{command[0]} is not a command that can be run.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exit that cleans up
    with running_server() as server:
        code = subprocess.run(command, env={**os.environ, **server.environment()}, check=False).returncode
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    """Run one verb; returns the exit code."""
    verb = arguments[0] if arguments else ""
    if verb == "run" and arguments[1:2] == ["--"] and len(arguments) > 2:
        return run(arguments[2:])
    if verb not in ("prepare", "start", "status", "stop") or len(arguments) > 1:
        print(__doc__)
        return 2
    if verb == "prepare":
        print(prepare())
    elif verb == "stop":
        stop()
    else:
        server = start() if verb == "start" else status()
        if server is None:
            print("No server is running here.", file=sys.stderr)
            return 1
        # The story on one channel and the variables on the other, so that a shell can eval the latter.
        print(f"Neo4j at {server.uri}, process {server.pid}. To use it:", file=sys.stderr)
        for name, value in server.environment().items():
            print(f"export {name}={value}", flush=True)
        print("chaingraph --store $CHAINGRAPH_NEO4J_URI load SOURCE", file=sys.stderr)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
