"""Classes as source text has them: read with `ast`, resolved across files, never imported."""

import ast
import importlib.machinery
import sys
from pathlib import Path
from typing import NamedTuple

from quarterdeck.projects import place

LARGEST_FILE = 2_000_000


class ClassSource(NamedTuple):
    """A class statement and the file it is in."""

    node: ast.ClassDef
    source: "FileSource"


class FileSource:
    """One parsed file: its classes, and what its names refer to."""

    def __init__(self, path: Path, tree: ast.Module) -> None:
        self.path = path
        self.placement = place(path)
        self.classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        self._imported: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    self._imported[bound] = alias.name if alias.asname else bound
            elif isinstance(node, ast.ImportFrom):
                origin = self._origin(node)
                for alias in node.names:
                    self._imported[alias.asname or alias.name] = f"{origin}.{alias.name}"

    def dotted(self, expression: ast.expr | None) -> str | None:
        """Return the full name an expression such as `module.Class` refers to."""
        if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
            expression = ast.parse(expression.value, mode="eval").body
        if isinstance(expression, ast.Subscript):
            return self.dotted(expression.value)
        if isinstance(expression, ast.Attribute):
            owner = self.dotted(expression.value)
            return None if owner is None else f"{owner}.{expression.attr}"
        if isinstance(expression, ast.Name):
            if expression.id in self.classes:
                return f"{self.placement.module}.{expression.id}"
            return self._imported.get(expression.id, expression.id)
        return None

    def _origin(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.placement.module.split(".")
        is_package = self.path.name == "__init__.py"
        parts = parts[: len(parts) - node.level + is_package]
        return ".".join([*parts, *([node.module] if node.module else [])])


class SourceIndex:
    """Finds classes by their full name in the workspace and in NautilusTrader's Python files."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._parsed: dict[Path, FileSource | None] = {}
        engine = importlib.machinery.PathFinder.find_spec("nautilus_trader", sys.path)
        locations = engine.submodule_search_locations if engine else None
        self._engine_root = Path(next(iter(locations))).parent if locations else None

    def parse(self, path: Path) -> FileSource:
        """Return a parsed file; raises SyntaxError, ValueError or OSError."""
        known = self._parsed.get(path)
        if known is None:
            if path.stat().st_size > LARGEST_FILE:
                raise ValueError("larger than 2 MB")
            known = FileSource(path, ast.parse(path.read_bytes(), filename=str(path)))
            self._parsed[path] = known
        return known

    def find(self, dotted: str, seen_from: FileSource, depth: int = 0) -> ClassSource | None:
        """Return a class by its full name, following re-exports."""
        module, _, name = dotted.rpartition(".")
        if not module or depth > 8:
            return None
        if module == seen_from.placement.module:
            source: FileSource | None = seen_from
        else:
            source = self._module(module, seen_from)
        if source is None:
            return None
        if name in source.classes:
            return ClassSource(source.classes[name], source)
        target = source.dotted(ast.Name(id=name))
        if target is None or target in (name, dotted):
            return None
        return self.find(target, source, depth + 1)

    def _module(self, module: str, seen_from: FileSource) -> FileSource | None:
        roots = [seen_from.placement.root, self._workspace / "src", self._workspace]
        if module.partition(".")[0] == "nautilus_trader" and self._engine_root is not None:
            roots = [self._engine_root]
        relative = Path(*module.split("."))
        for root in roots:
            for path in (root / relative.with_suffix(".py"), root / relative / "__init__.py"):
                if path.is_file():
                    try:
                        return self.parse(path)
                    except (SyntaxError, ValueError, OSError):
                        return None
        return None
