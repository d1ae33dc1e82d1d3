"""Shape words are checked while tests run: `Float[Array, "draw thing"]` is what it says.

Every module that imports jaxtyping is instrumented as it is imported: each function and data
class whose annotations carry a shape word is checked by beartype at every call, with one size per
axis name. jaxtyping's own hook wraps all functions of a package, the nested ones again at every
call of the outer one, and triples the time of some tests; this one leaves alone what carries no
word. `JAXTYPING_DISABLE=1` switches it off.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from inspect import isgeneratorfunction
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import jaxtyping
from beartype import BeartypeConf, beartype

PACKAGE = "schelling"
MARK = "__shape_words__"  # what an instrumented module calls `checked`
CONFIGURATION = BeartypeConf(is_pep484_tower=True)  # a whole number is a float
SIZES = jaxtyping.jaxtyped("context")
"""One size per axis name within; as a decorator it would bind the arguments again at every call."""


_off = ContextVar("off", default=False)


@contextmanager
def unchecked() -> Iterator[None]:
    """For tests of what a function itself says of a wrong shape."""
    before = _off.set(True)
    try:
        yield
    finally:
        _off.reset(before)


def checked(thing: Any) -> Any:
    """A function, or a data class, that checks its annotations at every call."""
    if isinstance(thing, type):
        thing.__init__ = checked(thing.__init__)
        return thing
    careful = beartype(conf=CONFIGURATION)(thing)
    if isgeneratorfunction(thing):  # what it yields is left alone
        careful = jaxtyping.jaxtyped(typechecker=None)(careful)

    @wraps(thing)
    def called(*arguments: Any, **named: Any) -> Any:
        if _off.get():
            return thing(*arguments, **named)
        with SIZES:
            return careful(*arguments, **named)

    return called


class _Marker(ast.NodeTransformer):
    """Puts `checked` on every function and data class with a shape word, aliases included."""

    def __init__(self, tree: ast.Module) -> None:
        self.words, self.registered = words_of(tree), registered(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        arguments = ast.walk(node.args)
        hints = [one.annotation for one in arguments if isinstance(one, ast.arg)]
        if any(speaks(hint, self.words) for hint in [*hints, node.returns]):
            node.decorator_list.append(mark(node))
        return node  # what is nested is left alone: it would be wrapped anew at every call

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        written = [ast.unparse(one) for one in node.decorator_list]
        data = any("dataclass" in one for one in written)
        if node.name in self.registered or any("register_dataclass" in one for one in written):
            return node  # JAX takes such a class apart and puts it together around anything
        hints = [one.annotation for one in node.body if isinstance(one, ast.AnnAssign)]
        if data and any(speaks(hint, self.words) for hint in hints):
            node.decorator_list.insert(0, mark(node))
        return node


def mark(node: ast.FunctionDef | ast.ClassDef) -> ast.Name:
    return ast.copy_location(ast.Name(MARK, ast.Load()), node)


def speaks(hint: ast.AST | None, words: set[str]) -> bool:
    """Whether an annotation names something of jaxtyping's."""
    nodes = ast.walk(hint) if hint else ()
    return any(isinstance(node, ast.Name) and node.id in words for node in nodes)


def words_of(tree: ast.Module) -> set[str]:
    """What a module imports from jaxtyping, and its own names for it."""
    words: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "jaxtyping":
            words |= {one.asname or one.name for one in node.names}
        elif isinstance(node, ast.Assign) and speaks(node.value, words):
            words |= {one.id for one in node.targets if isinstance(one, ast.Name)}
    return words


def registered(tree: ast.Module) -> set[str]:
    """Classes that a module hands to JAX's `register_dataclass`."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return {
        ast.unparse(call.args[0])
        for call in calls
        if ast.unparse(call.func).endswith("register_dataclass")
    }


class _Loader(SourceFileLoader):
    """Compiles a module with its checks; nothing of it is left in a cache."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:
        tree = ast.parse(data, path)
        _Marker(tree).visit(tree)
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)

    def exec_module(self, module: ModuleType) -> None:
        vars(module)[MARK] = checked
        super().exec_module(module)


class _Finder(MetaPathFinder):
    """Finds the modules of the package that import jaxtyping."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(PACKAGE + "."):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not spec.origin or "jaxtyping" not in Path(spec.origin).read_text():
            return None
        spec.loader = _Loader(fullname, spec.origin)
        return spec


def check() -> None:
    """From now on what is imported checks its shape words."""
    if jaxtyping.config.jaxtyping_disable or any(isinstance(one, _Finder) for one in sys.meta_path):
        return
    early = [name for name in sys.modules if name.startswith(PACKAGE + ".")]
    if early:
        message = f"imported before their shape words could be checked: {', '.join(early)}"
        raise RuntimeError(message)
    sys.meta_path.insert(0, _Finder())
