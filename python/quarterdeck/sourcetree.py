"""Source of classes, parsed once, and the names in it."""

import ast
from functools import lru_cache
from pathlib import Path


def classes_of(file: Path) -> dict[str, ast.ClassDef]:
    """Return the classes of a file by name; none of one that is no Python."""
    try:
        return _parsed(file, file.stat().st_mtime_ns)
    except (OSError, SyntaxError, ValueError):
        return {}


@lru_cache(maxsize=64)
def _parsed(file: Path, _changed: int) -> dict[str, ast.ClassDef]:
    found: dict[str, ast.ClassDef] = {}
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ClassDef):
            found.setdefault(node.name, node)
    return found


def dotted(node: ast.expr) -> str:
    """Return a dotted name such as `self.clock.utc_now`; what is no name in it is left out."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""
