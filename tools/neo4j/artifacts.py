"""What a Neo4j server is started from: its published jars, gathered by Maven, and a Java that it runs on."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("CHAINGRAPH_NEO4J_CACHE") or HERE.parent.parent / ".cache" / "neo4j")
JAVA_VERSIONS = (21, 17)
JAVA_HOMES = (
    "usr/lib/jvm/*",
    "Library/Java/JavaVirtualMachines/*/Contents/Home",
    "opt/homebrew/opt/openjdk*",
)


class Failed(Exception):
    """Something is missing or did not work; the text says what to do."""


def version() -> str:
    """The version that the Maven project names."""
    found = re.search(r"<neo4j.version>([^<]+)<", (HERE / "pom.xml").read_text(encoding="utf-8"))
    if found is None:
        raise Failed("tools/neo4j/pom.xml names no neo4j.version.")
    return found.group(1)


def prepare() -> Path:
    """The folder with the server's jars; gathered by Maven the first time."""
    given = os.environ.get("CHAINGRAPH_NEO4J_LIB")
    lib = Path(given) if given else CACHE / version() / "lib"
    if given and not any(lib.glob("neo4j-server-*.jar")):
        raise Failed(f"CHAINGRAPH_NEO4J_LIB is {given}, and no neo4j-server jar is there.")
    if not lib.is_dir():
        lib.parent.mkdir(parents=True, exist_ok=True)
        with (lib.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # of several that start at once, one gathers and the others wait
            if not lib.is_dir():
                _gather(lib)
    return lib


def _gather(lib: Path) -> None:
    java_home = Path(java()).resolve().parent.parent
    maven = shutil.which("mvn") or _install("maven", lambda: shutil.which("mvn"))
    print(f"Gathering Neo4j {version()} (about 120 MB, once)…", file=sys.stderr, flush=True)
    aside = lib.with_name("lib.part")
    shutil.rmtree(aside, ignore_errors=True)
    command = [maven, "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
    done = subprocess.run(
        [*command, "-DincludeScope=runtime", f"-DoutputDirectory={aside}"],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env={**os.environ, "JAVA_HOME": str(java_home)},
        check=False,
    )
    if done.returncode or not any(aside.glob("neo4j-server-*.jar")):
        raise Failed(
            "Maven could not gather Neo4j's artifacts; its message is above. Check the network and try again."
        )
    aside.rename(lib)  # in one step: what is called lib is whole


def java() -> str:
    """A java of version 21 or 17; raises Failed, saying what to install, where there is none."""
    return _find_java() or _install("openjdk-17-jdk-headless", _find_java)


def _find_java() -> str | None:
    homes = [os.environ.get("JAVA_HOME") or ""]
    homes += [str(home) for pattern in JAVA_HOMES for home in sorted(Path("/").glob(pattern))]
    candidates = [shutil.which("java"), *(f"{home}/bin/java" for home in homes if home)]
    found = {_java_version(name): name for name in reversed(candidates) if name and Path(name).is_file()}
    return next((found[wanted] for wanted in JAVA_VERSIONS if wanted in found), None)


def _java_version(program: str) -> int | None:
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else None


def _install(package: str, look: Callable[[], str | None]) -> str:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {package}…", file=sys.stderr, flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run(command, env=quiet, check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    found = look()
    if found is None:
        raise Failed(
            f"{package} is missing: Neo4j 5.26 runs on Java 17 or 21, and Maven gathers it. To install them: "
            "apt-get install openjdk-17-jdk-headless maven (Debian), brew install openjdk@21 maven (macOS)."
        )
    return found
