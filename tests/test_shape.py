"""The shape of the project: laws that neither the linter nor the type checker can see.

Ruff holds functions to 50 statements and asks for docstrings; import-linter keeps the direction of
imports; this file holds the rest.
"""

import ast
import fnmatch
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "schelling"
LONGEST_MODULE = 400
LARGEST_ROOM = 25  # modules beside each other; more, and nobody guesses the file
EMPTY_NAMES = {"base", "common", "helper", "helpers", "misc", "util", "utils"}
ARRAYS = {"jax", "numpy", "pandas", "pyarrow", "scipy", "xarray", "zarr"}
OUTSIDE_ROOMS = {f"src/schelling/{name}.py" for name in ("__init__", "moved", "later")}

# Written in pieces, so that this file may be searched too.
HOSTS = "|".join(("py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.", "conda" + r"\.anaconda"))
WORKPLACE = "|".join((r"(?<![\w.])/" + "work/", r"\.\./" + "shared", r"\bsub" + r"agents?\b"))


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository: what lies in the folder and is not ignored."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    ignored = [".git", *(line.strip("/") for line in lines)]

    def inside(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored):
                continue
            if path.is_dir() and not path.is_symlink():
                yield from inside(path)
            else:
                yield path

    return tuple(inside(ROOT))


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Name and content of every file that is text."""
    found: list[tuple[str, str]] = []
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content:
            found.append((str(path.relative_to(ROOT)), content.decode("utf-8", errors="replace")))
    return tuple(found)


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Name and syntax tree of every module of the package."""
    return tuple(
        (str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))
        for path in files()
        if path.suffix == ".py" and path.is_relative_to(PACKAGE)
    )


def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def matches(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> list[str]:
    """Every line of the repository that a pattern is found in."""
    wanted = re.compile(pattern, flags)
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        if wanted.search(text)
        for number, line in enumerate(text.splitlines(), start=1)
        if wanted.search(line)
    ]


def imports(tree: ast.AST) -> Iterator[str]:
    """Full names of everything a module imports, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_modules_fit_on_a_few_screens() -> None:
    long = {
        name: text.count("\n")
        for name, text in texts()
        if name.startswith("src/") and name.endswith(".py") and text.count("\n") > LONGEST_MODULE
    }
    assert not long


def test_rooms_are_seen_at_a_glance() -> None:
    rooms = Counter(
        name.rpartition("/")[0] for name, _ in modules() if not name.endswith("/__init__.py")
    )
    assert rooms["src/schelling/compile/steps"]
    assert not {room: count for room, count in rooms.items() if count > LARGEST_ROOM}


def test_files_are_named_by_their_idea() -> None:
    nameless = [path for path in files() if path.suffix == ".py" and path.stem in EMPTY_NAMES]
    assert not nameless


def test_packages_hand_nothing_on() -> None:
    """Siblings are imported by their full name, so a package's own file holds words only."""
    talking = [
        name
        for name, tree in modules()
        if name.endswith("/__init__.py") and name.count("/") > 2 and len(tree.body) != 1
    ]
    assert not talking


def test_public_signatures_name_what_they_take() -> None:
    vague = [
        f"{name}:{node.lineno}: {node.name}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.args.kwarg and not node.name.startswith("_")
    ]
    assert not vague


def test_only_report_writes_markup() -> None:
    """Pages, pictures and TeX are made in one room; import-linter sees libraries, not strings."""
    markup = re.compile(r"</?(svg|path|line|rect|div|table|html|p)[ >]|begin\{")
    found = [
        f"{name}:{node.lineno}: {node.value[:60]!r}"
        for name, tree in modules()
        if not name.startswith("src/schelling/report/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if markup.search(node.value)
    ]
    assert not found


def test_no_module_of_a_room_goes_by_two_names() -> None:
    """Modules of the report and of forecasts are imported under the name of their file."""
    doubled = [
        f"{name}:{node.lineno}: {alias.name} as {alias.asname}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        if (node.module or "").startswith(("schelling.report", "schelling.forecast"))
        for alias in node.names
        if alias.asname
    ]
    assert not doubled


@pytest.mark.parametrize(
    "first",
    [
        "import schelling",
        "import jax; jax.config.update('jax_enable_x64', False); import schelling",
        "import schelling.games.trees.recursion",
    ],
)
def test_jax_computes_with_64_bits_however_the_package_is_entered(first: str) -> None:
    code = f"{first}; import jax.numpy as jnp; print(jnp.ones(1).dtype)"
    command = [sys.executable, "-c", code]
    inherited = {key: value for key, value in os.environ.items() if key != "JAX_ENABLE_X64"}
    done = subprocess.run(command, env=inherited, capture_output=True, text=True, check=True)
    assert done.stdout == "float64\n"


def test_the_root_and_the_case_language_load_no_arrays() -> None:
    """Editors and `schelling check` answer at once, since nothing heavy is imported for them."""
    names = [
        name.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name, _ in modules()
        if name.startswith("src/schelling/case/")
    ]
    code = f"import sys, {', '.join(['schelling', *names])}; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not ARRAYS & set(answer.stdout.split())


def test_rooms_import_each_other_in_the_open() -> None:
    """import-linter reads statements only: `import_module("schelling...")` would pass it by."""
    hidden = [
        f"{name}:{node.lineno}: {ast.unparse(node)}"
        for name, tree in modules()
        if name not in OUTSIDE_ROOMS
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and re.search(r"\b(import_module|__import__)$", ast.unparse(node.func))
        and not re.fullmatch(r"'(?!schelling\b)[\w.]+'", ast.unparse(node.args[0]))
    ]
    assert not hidden


def test_a_room_that_is_imported_later_is_named_in_the_open() -> None:
    """What `later` loads by name stands in a statement beside it, for import-linter to read."""
    hidden = [
        f"{name}: {target}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and re.search(r"\b(LaterModule|later\.load)$", ast.unparse(node.func))
        for target in map(ast.literal_eval, node.args)
        if target.startswith("schelling") and target not in imports(tree)
    ]
    assert not hidden


def test_no_file_names_a_registry() -> None:
    assert not matches(HOSTS, re.IGNORECASE)


def test_no_file_knows_where_it_was_written() -> None:
    assert not matches(WORKPLACE, re.IGNORECASE)


def test_pages_speak_to_the_reader() -> None:
    """Pages say what is so, not who sat down when to write it; a case may speak of parliaments."""
    diary = matches(r"\bsessions?\b|\bTODO\b|\bFIXME\b", re.IGNORECASE)
    assert not [found for found in diary if re.match(r"(?!cases/)[^:]*\.(md|cff|toml):", found)]


def test_the_lock_names_no_address() -> None:
    addressed = [
        found for found in matches("://|^-{1,2}[a-z]") if found.startswith("requirements/")
    ]
    assert not addressed


@pytest.mark.parametrize("lock", ["run", "dev", "bench", "uv"])
def test_the_lock_meets_what_the_project_asks_for(lock: str) -> None:
    """`make lock` was run after the last change to the dependencies."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    pins = [Requirement(line.rstrip(" \\")) for line in re.findall(r"^\w.*$", text, re.MULTILINE)]
    missing = [wish for wish in wishes(lock) if not any(meets(pin, wish) for pin in pins)]
    assert not missing


def wishes(lock: str) -> list[Requirement]:
    """What pyproject.toml asks for in one lock file."""
    asked = settings()
    groups = asked["dependency-groups"]
    own = [] if lock == "uv" else asked["project"]["dependencies"] + groups["build"]
    more = groups[{"uv": "tooling", "run": "build"}.get(lock, lock)]
    return [Requirement(line) for line in own + more if isinstance(line, str)]


def meets(pin: Requirement, wish: Requirement) -> bool:
    (exact,) = pin.specifier
    same = canonicalize_name(pin.name) == canonicalize_name(wish.name)
    return same and wish.specifier.contains(exact.version, prereleases=True)


def test_the_version_is_said_once() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {settings()['project']['version']}\n" in citation


def test_the_wheel_ships_the_whole_package(tmp_path: Path) -> None:
    """No pattern of `.gitignore` keeps a data file of the package at home."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    src = PACKAGE.parent
    package = {path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert shipped == {path.relative_to(src).as_posix() for path in package}
    assert "schelling/py.typed" in shipped


def test_links_between_pages_lead_somewhere() -> None:
    broken: list[str] = []
    for name, text in texts():
        if not name.endswith(".md"):
            continue
        prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)\s#]+)", prose):
            if not re.match(r"\w+:", target) and not (ROOT / name).parent.joinpath(target).exists():
                broken.append(f"{name}: {target}")
    assert not broken


def test_news_is_filed_under_a_kind_that_is_printed() -> None:
    kinds = {kind["directory"] for kind in settings()["tool"]["towncrier"]["type"]}
    named = re.compile(rf"\d+\.({'|'.join(kinds)})(\.\d+)?\.md")
    names = [path.name for path in (ROOT / "changelog.d").iterdir()]
    assert not [name for name in names if not named.fullmatch(name)]


def test_make_alone_lists_the_targets() -> None:
    command = ["make", "--no-print-directory"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = [line.split()[1] for line in printed.splitlines()]
    assert listed == ["demo", "demo-all", "test", "test-all", "mutants", "bench", "fix", "lock"]
