#!/usr/bin/env python3
"""A real Neo4j Community server without Docker, for tests, benchmarks and people.

    python tools/neo4j/server.py prepare            gather the server's published artifacts (once)
    python tools/neo4j/server.py start              start a server that stays, and say how to reach it
    python tools/neo4j/server.py status             is it running, and where
    python tools/neo4j/server.py stop               stop it
    python tools/neo4j/server.py run -- COMMAND     a throwaway server for the time that COMMAND runs

``run`` tells COMMAND where the server is through CHAINGRAPH_NEO4J_URI, CHAINGRAPH_NEO4J_USER and
CHAINGRAPH_NEO4J_PASSWORD; the password is made up anew each time and stands on no command line. The server listens
on the loopback address only, on a port that was free. CHAINGRAPH_NEO4J_HEAP and CHAINGRAPH_NEO4J_PAGECACHE set its
memory (defaults 1g and 512m). Needs Java 17 or 21, and Maven for ``prepare``.
"""

from __future__ import annotations

import contextlib
import ctypes
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
CHECKOUT = HERE.parent.parent
CACHE = Path(os.environ.get("CHAINGRAPH_NEO4J_CACHE") or CHECKOUT / ".cache" / "neo4j")
JAVA_VERSIONS = (21, 17)
SECONDS_TO_START = 180
OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent", "java.lang")


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
    lib = CACHE / version() / "lib"
    if (lib / "complete").is_file():
        return lib
    maven = shutil.which("mvn") or _install("maven", "mvn")
    java()  # Maven runs on it too: say so first if it is missing
    print(f"Gathering Neo4j {version()} (about 120 MB, once)…", file=sys.stderr, flush=True)
    lib.mkdir(parents=True, exist_ok=True)
    command = [maven, "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
    done = subprocess.run(
        [*command, "-DincludeScope=runtime", f"-DoutputDirectory={lib}"], stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise Failed("Maven could not gather Neo4j's artifacts; its message is above. Check the network and try again.")
    (lib / "complete").touch()
    return lib


def java() -> str:
    """A java of version 17 or 21; raises Failed, saying what to install, where there is none."""
    homes = [os.environ.get("JAVA_HOME"), *sorted(map(str, Path("/usr/lib/jvm").glob("*")), reverse=True)]
    candidates = [shutil.which("java"), *(f"{home}/bin/java" for home in homes if home)]
    for wanted in JAVA_VERSIONS:
        for candidate in candidates:
            if candidate and Path(candidate).is_file() and _java_version(candidate) == wanted:
                return candidate
    return _install("openjdk-17-jdk-headless", "java")


def _java_version(program: str) -> int | None:
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else None


def _install(package: str, program: str) -> str:
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {package}…", file=sys.stderr, flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False, stdin=subprocess.DEVNULL)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package],
            env=quiet,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        found = shutil.which(program)
        if found:
            return found
    raise Failed(f"{program} is missing. Install {package} (Java 17 or 21 and Maven are needed), then try again.")


def launch(home: Path, *, dies_with_us: bool) -> tuple[Server, subprocess.Popen[bytes]]:
    """Start a server in ``home`` and wait until it answers with a password of its own."""
    lib, program = prepare(), java()
    port = _free_port()
    config = home / "conf"
    config.mkdir(parents=True, exist_ok=True)
    (config / "neo4j.conf").write_text(_configuration(home, port), encoding="utf-8")
    heap = os.environ.get("CHAINGRAPH_NEO4J_HEAP") or "1g"
    command = [
        program,
        f"-Xms{heap}",
        f"-Xmx{heap}",
        "-XX:+UseParallelGC",
        "-Djava.awt.headless=true",
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENS),
        "-cp",
        f"{lib}/*",
        "org.neo4j.server.CommunityEntryPoint",
        f"--home-dir={home}",
        f"--config-dir={config}",
    ]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=not dies_with_us,
            preexec_fn=_die_with_parent if dies_with_us else None,
        )
    try:
        password = secrets.token_urlsafe(18)
        _wait(process, port, home)
        uri = f"bolt://127.0.0.1:{port}"
        _set_password(uri, password)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return Server(uri, "neo4j", password, process.pid, str(home)), process


def _configuration(home: Path, port: int) -> str:
    cache = os.environ.get("CHAINGRAPH_NEO4J_PAGECACHE") or "512m"
    return "\n".join(
        (
            f"server.directories.data={home}/data",
            f"server.directories.logs={home}/logs",
            "server.default_listen_address=127.0.0.1",
            "server.bolt.enabled=true",
            f"server.bolt.listen_address=127.0.0.1:{port}",
            f"server.bolt.advertised_address=127.0.0.1:{port}",
            "server.http.enabled=false",
            "server.https.enabled=false",
            "dbms.security.auth_enabled=true",
            "dbms.usage_report.enabled=false",
            f"server.memory.pagecache.size={cache}",
            # The server is made anew whenever it is wanted; logs of transactions need not pile up.
            "db.tx_log.rotation.retention_policy=1 files",
            "",
        )
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    # However the parent ends, no server is left behind (Linux; elsewhere the context manager stops it).
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _wait(process: subprocess.Popen[bytes], port: int, home: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            tail = (home / "server.log").read_text(encoding="utf-8", errors="replace")[-2_000:]
            raise Failed(f"Neo4j ended while it was starting:\n{tail}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise Failed(f"Neo4j did not answer within {SECONDS_TO_START} seconds; its log is {home / 'server.log'}.")


def _set_password(uri: str, password: str) -> None:
    # A new server knows only the password that everybody knows, and insists that it be changed.
    from neo4j import GraphDatabase
    from neo4j.exceptions import DriverError, Neo4jError

    deadline = time.monotonic() + 60
    while True:
        try:
            with GraphDatabase.driver(uri, auth=("neo4j", "neo4j")) as driver, driver.session(database="system") as ask:
                ask.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", new=password).consume()
            return
        except (DriverError, Neo4jError) as error:
            if time.monotonic() > deadline:
                raise Failed(f"Neo4j's first password could not be changed: {error}") from error
            time.sleep(0.2)


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """A throwaway server in a folder of its own; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="chaingraph-neo4j-", ignore_cleanup_errors=True) as home:
        server, process = launch(Path(home), dies_with_us=True)
        try:
            yield server
        finally:
            process.kill()
            process.wait()


def _kept() -> Path:
    return CACHE / "server.json"


def _status() -> Server | None:
    try:
        server = Server(**json.loads(_kept().read_text(encoding="utf-8")))
        os.kill(server.pid, 0)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return server


def _say(server: Server) -> None:
    print(f"Neo4j {version()} at {server.uri} (process {server.pid}). To use it:")
    for name, value in server.environment().items():
        print(f"  export {name}={value}")
    print("  chaingraph --store $CHAINGRAPH_NEO4J_URI load SOURCE")


def start() -> None:
    """Start a server that stays after this process, unless one runs already."""
    server = _status()
    if server is None:
        home = CACHE / "home"
        shutil.rmtree(home, ignore_errors=True)
        server, process = launch(home, dies_with_us=False)
        process.returncode = 0  # it stays; we are not to wait for it
        _kept().touch(mode=0o600)
        _kept().write_text(json.dumps(vars(server)), encoding="utf-8")
    _say(server)


def stop() -> None:
    """Stop that server."""
    server = _status()
    if server is None:
        print("No server of ours is running.")
        return
    os.kill(server.pid, signal.SIGTERM)
    for _ in range(300):
        try:
            os.kill(server.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    _kept().unlink(missing_ok=True)
    print("Stopped.")


def main(arguments: list[str]) -> int:
    """Run one verb; returns the exit code."""
    verb = arguments[0] if arguments else ""
    if verb == "prepare":
        print(prepare())
    elif verb == "start":
        start()
    elif verb == "stop":
        stop()
    elif verb == "status":
        server = _status()
        if server is None:
            print("No server of ours is running.")
            return 1
        _say(server)
    elif verb == "run" and "--" in arguments[1:2] and len(arguments) > 2:
        with running_server() as server:
            return subprocess.run(arguments[2:], env={**os.environ, **server.environment()}, check=False).returncode
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)
