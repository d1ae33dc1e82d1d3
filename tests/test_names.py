"""One name, one thing: public classes, and the modules that pages name."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"

AS_WRITTEN = "schelling.case.schema."
"""A section of a case as the file has it bears the name of what it becomes in `case.model`: the
schema of editors publishes these names."""


def modules() -> dict[str, ast.Module]:
    """Every module of the package, parsed."""
    return {
        ".".join(path.relative_to(SOURCE).with_suffix("").parts): ast.parse(path.read_text("utf8"))
        for path in sorted((SOURCE / "schelling").rglob("*.py"))
    }


def shared(kind: type[ast.stmt]) -> dict[str, list[str]]:
    """Public names that two modules or more give to a thing of their own, with these modules."""
    homes: dict[str, list[str]] = defaultdict(list)
    for module, tree in modules().items():
        for node in tree.body:
            if isinstance(node, kind) and not getattr(node, "name", "_").startswith("_"):
                homes[node.name].append(module)
    return {name: found for name, found in homes.items() if len(found) > 1}


def test_no_two_public_classes_have_the_same_name() -> None:
    twice = {
        name: homes
        for name, homes in shared(ast.ClassDef).items()
        if len([home for home in homes if not home.startswith(AS_WRITTEN)]) > 1
        or len([home for home in homes if home.startswith(AS_WRITTEN)]) > 1
    }
    assert not twice
