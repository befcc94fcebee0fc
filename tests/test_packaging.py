"""What a wheel holds: the package, the whole of the content folders, the command, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from chaingraph.content import Kind, content_dir

CHECKOUT = Path(__file__).resolve().parents[1]
KINDS: tuple[Kind, ...] = ("queries", "loaders", "reports", "examples")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel built from this checkout by the build backend that is installed, without reaching out."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return zipfile.ZipFile(built)


def shipped(folder: Path) -> set[str]:
    """The files of a folder that git knows or would, relative to it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."],
        cwd=folder,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return {name for name in filter(None, listed.split("\0")) if (folder / name).is_file()}


@pytest.mark.parametrize("kind", KINDS)
def test_content_is_in_the_wheel(wheel: zipfile.ZipFile, kind: Kind) -> None:
    prefix = f"chaingraph/_content/{kind}/"
    held = {name.removeprefix(prefix) for name in wheel.namelist() if name.startswith(prefix)}
    assert held == shipped(content_dir(kind))
    assert held


def test_every_module_is_in_the_wheel_and_no_test_is(wheel: zipfile.ZipFile) -> None:
    modules = {name for name in wheel.namelist() if "/_content/" not in name and ".dist-info/" not in name}
    assert modules == {f"chaingraph/{name}" for name in shipped(CHECKOUT / "src" / "chaingraph")}


def test_the_wheel_brings_the_command_the_licence_and_the_python_range(wheel: zipfile.ZipFile) -> None:
    def info(name: str) -> str:
        (path,) = [held for held in wheel.namelist() if held.endswith(f".dist-info/{name}")]
        return wheel.read(path).decode()

    assert "chaingraph = chaingraph.cli:main" in info("entry_points.txt")
    assert "MIT License" in info("licenses/LICENSE")
    assert "Requires-Python: <3.15,>=3.11" in info("METADATA")
    assert "Requires-Dist: ladybug==0.22.0" in info("METADATA")


def test_an_installed_wheel_finds_its_own_content(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    ask = "from chaingraph.content import content_dir; print(content_dir('queries'))"
    answer = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert Path(answer) == tmp_path / "chaingraph" / "_content" / "queries"
