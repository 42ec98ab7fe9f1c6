"""Where a file sits in its project: the folder its imports start from and its real dotted name."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "env"})


class Placement(NamedTuple):
    """A module's import root and its dotted name below it."""

    root: Path
    module: str


def place(file: Path) -> Placement:
    """Walk up while folders are packages; the first that is none is the root."""
    root = file.parent
    while (root / "__init__.py").is_file() and root.parent != root:
        root = root.parent
    parts = list(file.relative_to(root).with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return Placement(root, ".".join(parts))


def import_roots(file: Path, workspace: Path) -> list[Path]:
    """Return what belongs on the import path for a file: its root, the workspace's `src`, the workspace."""
    roots = [place(file).root, workspace / "src", workspace]
    return [root for index, root in enumerate(roots) if root.is_dir() and root not in roots[:index]]


def python_files(workspace: Path) -> Iterator[Path]:
    """Yield the workspace's own source files, environments and hidden folders left out."""
    for folder, subfolders, files in os.walk(workspace):
        subfolders[:] = sorted(name for name in subfolders if not _is_foreign(Path(folder, name)))
        for name in sorted(files):
            if name.endswith(".py") and not name.startswith("."):
                yield Path(folder, name)


def is_within(path: Path, folder: Path) -> bool:
    """Whether a path lies in a folder, its environments and hidden folders left out."""
    try:
        parts = path.relative_to(folder).parts
    except ValueError:
        return False
    walked = folder
    for part in parts[:-1]:
        walked /= part
        if _is_foreign(walked):
            return False
    return True


def _is_foreign(folder: Path) -> bool:
    return folder.name.startswith(".") or folder.name in SKIPPED or (folder / "pyvenv.cfg").is_file()
