"""The scripts behind `make`: what they say on a machine that lacks something, and when they do nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.hygiene import LARGEST_FILE_BYTES, faults

CHECKOUT = Path(__file__).resolve().parents[1]
TOOLS = ("dirname", "cksum", "cat", "id", "rm", "grep", "sh")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the script and the list of what to install, as a fresh clone has them."""
    folder = tmp_path / "clone"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(CHECKOUT / "scripts" / "bootstrap", folder / "scripts")
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of commands that has a shell's own and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    return folder


def command(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.unlink(
        missing_ok=True
    )  # a link among TOOLS: written through, it would change the machine's own command
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def bootstrap(clone: Path, bare: Path, *purpose: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [clone / "scripts" / "bootstrap", *purpose], env={"PATH": str(bare)}, capture_output=True, text=True
    )


def test_no_python_is_one_clear_message(clone: Path, bare: Path) -> None:
    ended = bootstrap(clone, bare)
    assert ended.returncode == 1
    assert "needs Python 3.11, 3.12, 3.13 or 3.14, and found none" in ended.stderr
    assert "apt-get install python3" in ended.stderr
    assert not (clone / ".venv").exists()


def test_an_older_python_is_passed_over(clone: Path, bare: Path) -> None:
    command(bare, "python3", "exit 1")  # what an old one answers, and a version manager's empty shim too
    assert "found none" in bootstrap(clone, bare).stderr


def test_a_python_without_venv_says_which_package_brings_it(clone: Path, bare: Path) -> None:
    command(
        bare,
        "python3",
        f'case "$2" in *ensurepip*) exit 1 ;; *) exec {sys.executable} "$@" ;; esac',
    )
    command(bare, "id", "echo 1000")
    ended = bootstrap(clone, bare)
    assert ended.returncode == 1
    minor = sys.version_info.minor
    assert f"sudo apt-get install python3.{minor}-venv" in ended.stderr


def test_root_on_debian_gets_venv_installed(clone: Path, bare: Path, tmp_path: Path) -> None:
    done = tmp_path / "installed"
    command(
        bare,
        "python3",
        f'case "$2" in *ensurepip*) test -f {done} ;; venv) exit 9 ;; *) exec {sys.executable} "$@" ;; esac',
    )
    command(bare, "id", "echo 0")
    command(bare, "apt-get", f'case "$*" in *install*python3.*-venv*) : >{done} ;; esac')
    ended = bootstrap(clone, bare)
    assert ended.returncode == 9  # it went on to make the environment
    assert done.exists()


def test_an_unknown_purpose_is_refused(clone: Path, bare: Path) -> None:
    ended = bootstrap(clone, bare, "everything")
    assert ended.returncode == 2
    assert "not 'everything'" in ended.stderr


def test_a_ready_environment_is_left_alone(clone: Path, bare: Path) -> None:
    """Its stamp holds, so nothing is asked of pip, which is not even there."""
    (clone / ".venv" / "bin").mkdir(parents=True)
    command(clone / ".venv" / "bin", "python", f'exec {sys.executable} "$@"')
    listed = (clone / "pyproject.toml").read_bytes()
    sums = subprocess.run(["cksum"], input=listed, capture_output=True, check=True).stdout.decode()
    (clone / ".venv" / ".ready-dev").write_text(f"{sums.strip()} {clone} ")
    for purpose in ("run", "dev"):
        ended = bootstrap(clone, bare, purpose)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    with (clone / "pyproject.toml").open("a") as file:
        file.write("\n# one more\n")
    assert "found none" in bootstrap(clone, bare, "run").stderr


def test_every_make_target_is_listed() -> None:
    text = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    shown = subprocess.run(["make", "help"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "lint", "bench", "calibrate", "docs", "clean", "neo4j"):
        assert f"\n{target}:" in text
        assert f"make {target} " in shown


@pytest.mark.parametrize(
    ("name", "content", "wrong"),
    [
        ("a.py", b"x = 1\n", None),
        ("a.py", b"", None),
        ("a.py", b"x = 1", "a.py:1: no line end"),
        ("a.py", b"y = 2\nx = 1  \n", "a.py:2: blanks"),
        ("a.py", b"x = 1\r\n", "a.py:1: a Windows line end"),
        ("a.md", b"<" * 7 + b" theirs\n", "a.md:1: a mark of a merge"),
        ("a.md", b"a" * LARGEST_FILE_BYTES + b"\n", "a.md: 1,000,001 bytes"),
        ("as-exported.csv", b"a,b \r\n1,2", None),
        ("a.png", b"\x89PNG\0\r\n", None),
    ],
)
def test_hygiene(
    name: str, content: bytes, wrong: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(content)
    found = faults(Path(name))
    assert len(found) == (wrong is not None)
    assert wrong is None or found[0].startswith(wrong)
