"""The house's rules, held against the code: imports run down, modules stay small, no machine is named."""

from __future__ import annotations

import ast
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGE = CHECKOUT / "src" / "chaingraph"

# From the ground up. A part imports itself and what stands before it, never what stands after it.
LAYERS = (
    "errors",
    "written",
    "settings",
    "content",
    "model",
    "store",
    "loading",
    "assess",
    "rules",
    "findings",
    "rulecases",
    "reporting",
    "market",
    "demo",
    "cli",
)
# The Python API is one part in three files.
API = {"market", "swept", "frames"}
# Narrower than their place: the methods are arithmetic, and know neither files nor engines.
MAY_NOT = {"assess": {"store", "loading"}}
# The package's own front door (`import chaingraph`) leads to the API, so it may reach as far as that.
FRONT_DOOR = {"__init__": "market", "__main__": "cli"}
LONGEST_MODULE_LINES = 300

MODULES = sorted(PACKAGE.rglob("*.py"))


def part(module: Path) -> str:
    """The layer that a file belongs to: its folder or its own name right under the package."""
    return placed(module.relative_to(PACKAGE).parts[0].removesuffix(".py"))


def placed(name: str) -> str:
    """The layer of a name right under the package."""
    return "market" if name in API else name


def imported_parts(module: Path) -> set[tuple[str, int]]:
    """Every (layer, line) that a file imports, at its top or inside a function, relative or absolute."""
    found: set[tuple[str, int]] = set()
    package = ["chaingraph", *module.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            # `from chaingraph import market` names the layer in what is imported, not in where from.
            names = [f"{stem}.{alias.name}" for alias in node.names] if stem == "chaingraph" else [stem]
        else:
            continue
        for name in names:
            head, _, rest = name.partition(".")
            if head == "chaingraph" and rest:
                found.add((placed(rest.partition(".")[0]), node.lineno))
    return found


def faults(module: Path) -> list[str]:
    """What a file imports against the direction, each as ``file:line imports layer``."""
    own = part(module)
    own = FRONT_DOOR.get(own, own)
    reach = LAYERS.index(own) if own in LAYERS else -1  # a part without a place may import nothing
    wrong = []
    for layer, line in sorted(imported_parts(module)):
        known = layer in LAYERS
        if known and (LAYERS.index(layer) > reach or layer in MAY_NOT.get(own, set())):
            wrong.append(f"{module.relative_to(CHECKOUT)}:{line} imports {layer}")
    return wrong


def test_every_part_has_its_place() -> None:
    assert {part(module) for module in MODULES} <= {*LAYERS, *FRONT_DOOR}


def test_imports_run_down_only() -> None:
    assert [fault for module in MODULES for fault in faults(module)] == []


@pytest.mark.parametrize(
    ("where", "line", "wrong"),
    [
        ("model/x.py", "from chaingraph.loading.check import y", True),
        ("model/x.py", "import chaingraph.cli", True),
        ("model/x.py", "from chaingraph import rules", True),
        ("model/x.py", "from ..store import protocol", True),
        ("model/x.py", "def f():\n    from chaingraph.store import protocol", True),
        ("assess/x.py", "from chaingraph.store.protocol import Store", True),
        ("model/x.py", "from .codes import y", False),
        ("assess/x.py", "from chaingraph.model import TABLES", False),
        ("cli/x.py", "from chaingraph.market import Market", False),
    ],
)
def test_the_direction_is_really_seen(
    where: str, line: str, wrong: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    monkeypatch.setitem(globals(), "CHECKOUT", tmp_path)
    module = tmp_path / where
    module.parent.mkdir()
    module.write_text(line)
    assert bool(faults(module)) is wrong


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_has_one_subject(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE_LINES


def test_the_machinery_names_no_clause_no_rule_and_no_source() -> None:
    """Domain content is in queries/, loaders/ and reports/: the package must not know any of it by name."""
    rules = {path.stem for path in (CHECKOUT / "queries").rglob("*.cypher")}
    sources = {path.stem for path in (CHECKOUT / "loaders").glob("*.yaml")} - NATIVE_FORM
    named = re.compile("|".join([r"\b(COC|STR|LAW)-[A-Z0-9]+-\d+\b", *map(_quoted, sorted(rules | sources))]))
    found = [
        f"{module.relative_to(CHECKOUT)}: {match.group()}"
        for module in MODULES
        if part(module) != "demo"  # a planted breach has to say which rule is to find it
        for match in named.finditer(_code_only(module))
    ]
    assert found == []


# The one form that is the model itself (a folder of its tables), so the machinery knows it by name.
NATIVE_FORM = {"market-folder"}


def _quoted(name: str) -> str:
    return rf"(?<=[\"']){re.escape(name)}(?=[\"'])"


def _code_only(module: Path) -> str:
    """The file without its docstrings, which may well give a rule as their example."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
            ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def tracked_text() -> dict[str, str]:
    """Every text file that the project ships: those git knows, and those it would."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    texts = {}
    for name in filter(None, listed.split("\0")):
        file = CHECKOUT / name
        if file.is_file():
            content = file.read_bytes()
            if b"\0" not in content[:4096]:
                texts[name] = content.decode("utf-8", errors="replace")
    return texts


# Written in halves, so that this file is not its own first finding.
MACHINE = re.compile(
    "|".join(
        [
            r"(?<![\w.~-])/" + r"(?:work|farm|home|Users|root|opt/wheels)/",
            r"\bpypi" + r"\.org\b",
            r"\bpythonhosted" + r"\.org\b",
            r"\brepo1?\.maven" + r"\.(?:apache\.)?org\b",
            r"\bregistry\.npmjs" + r"\.org\b",
            r"\bdeb\.debian" + r"\.org\b",
            r"--(?:extra-)?index" + r"-url\b",
        ]
    )
)


def test_nothing_names_a_machine_or_a_package_host() -> None:
    """Where packages come from, and whose machine this is, is the business of whoever runs it."""
    found = [
        f"{name}: {match.group()}"
        for name, text in tracked_text().items()
        for match in MACHINE.finditer(text)
    ]
    assert found == []


# Permissive licences, as expressions (PEP 639), as free text and as classifiers tell them.
PERMISSIVE = re.compile(
    r"MIT|BSD|0BSD|Apache|ISC|Zlib|PSF|Python-2\.0|Python Software Foundation|CC0|Unlicense|Unicode",
    re.IGNORECASE,
)
# Mozilla's list of certificates, unchanged: data that a reader of web pages brings, and chaingraph never asks for.
CERTIFICATES = {"certifi": "MPL"}
RECIPROCAL = re.compile(r"\bA?L?GPL|GNU|Mozilla|\bMPL|EUPL|SSPL|BUSL|Elastic", re.IGNORECASE)


def licence(name: str) -> str:
    """A distribution's licence in its own words: expression, else classifiers, else the first line."""
    about = metadata.distribution(name).metadata
    if "License-Expression" in about:
        return about["License-Expression"]
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    return "; ".join(classifiers) or "".join(about.get_all("License") or []).strip().partition("\n")[0]


def default_install(root: str = "chaingraph") -> set[str]:
    """The names of all distributions that installing ``root`` brings with it on this machine."""
    seen: set[str] = set()
    wanted = [root]
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        for line in metadata.distribution(name).requires or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                wanted.append(requirement.name.lower().replace("_", "-"))
    return seen


def test_the_default_install_is_permissive() -> None:
    brought = default_install() - {"chaingraph"}
    assert {"duckdb", "ladybug", "neo4j", "pytz"} <= brought  # the walk goes further than one step
    words = {name: licence(name) for name in sorted(brought - CERTIFICATES.keys())}
    assert all(word in licence(name) for name, word in CERTIFICATES.items())
    assert {n: w for n, w in words.items() if not PERMISSIVE.search(w) or RECIPROCAL.search(w)} == {}


@pytest.mark.parametrize("name", ["hypothesis", "pathspec"])
def test_a_reciprocal_licence_would_be_seen(name: str) -> None:
    """Both serve the tests alone, and both carry the Mozilla licence."""
    assert RECIPROCAL.search(licence(name))
    assert name not in default_install()
