"""Which code produced a run: every workspace module it imported, and the state of its repository."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from quarterdeck.message import optional
from quarterdeck.projects import is_within
from quarterdeck.protocol import CodeIdentity, CodeModule

GIT_TIMEOUT = 5


def workspace_modules(workspace: Path) -> dict[str, Path]:
    """Return the modules imported so far whose file is the workspace's own."""
    found: dict[str, Path] = {}
    beginning = os.path.normcase(f"{workspace}{os.sep}")
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        # Of thousands of modules few are the workspace's, and paths are slow to take apart.
        if isinstance(file, str) and file.endswith(".py") and os.path.normcase(file).startswith(beginning):
            path = Path(file)
            if is_within(path, workspace):
                found[name] = path
    return dict(sorted(found.items()))


def identify(workspace: Path) -> CodeIdentity:
    """Return the identity of the code imported so far."""
    commit = _git(workspace, "rev-parse", "HEAD")
    status = None if commit is None else _git(workspace, "status", "--porcelain")
    return CodeIdentity(
        modules=[
            CodeModule(
                module=name,
                file=path.relative_to(workspace).as_posix(),
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            )
            for name, path in workspace_modules(workspace).items()
        ],
        git_commit=optional(commit.strip() if commit else None),
        git_dirty=optional(None if status is None else bool(status.strip())),
    )


def copy_sources(workspace: Path, target: Path) -> None:
    """Keep the source of every workspace module beside the run's results."""
    for path in workspace_modules(workspace).values():
        copy = target / path.relative_to(workspace)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def _git(workspace: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", *arguments],
            cwd=workspace,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=GIT_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
