"""Strategies, actors and execution algorithms of a workspace, found by reading source."""

import ast
from collections.abc import Iterable
from pathlib import Path

from quarterdeck.context import Context
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given, optional
from quarterdeck.projects import python_files
from quarterdeck.protocol import (
    ConfigField,
    Kind,
    ListStrategiesParams,
    ListStrategiesResult,
    StrategyRow,
    UnreadableFile,
)
from quarterdeck.source_index import ClassSource, FileSource, SourceIndex

KINDS = {"Strategy": Kind.strategy, "Actor": Kind.actor, "ExecAlgorithm": Kind.exec_algorithm}
ENGINE_CONFIGS = frozenset({"StrategyConfig", "ActorConfig", "ExecAlgorithmConfig", "NautilusConfig"})
DEEPEST = 16


def list_strategies(params: ListStrategiesParams, context: Context) -> ListStrategiesResult:
    """List classes that can be run, and files that cannot be read."""
    workspace = Path(params.workspace).resolve()
    only = given(params.file)
    index = SourceIndex(workspace)
    rows: list[StrategyRow] = []
    unreadable: list[UnreadableFile] = []
    for path in python_files(workspace) if only is None else [_file(workspace, only)]:
        context.check_cancelled()
        name = _relative(path, workspace)
        try:
            source = index.parse(path)
        except SyntaxError as error:
            unreadable.append(UnreadableFile(file=name, line=optional(error.lineno), message=error.msg))
        except (ValueError, OSError, RecursionError) as error:
            unreadable.append(UnreadableFile(file=name, message=str(error)))
        else:
            rows.extend(_rows(source, name, index))
    return ListStrategiesResult(strategies=rows, unreadable=unreadable)


def _file(workspace: Path, name: str) -> Path:
    path = (workspace / name).resolve()
    if not path.is_file():
        raise QuarterdeckError(
            "FILE_NOT_FOUND",
            f"There is no file {name}.",
            "Give a path relative to the workspace.",
            path="file",
        )
    return path


def _relative(path: Path, workspace: Path) -> str:
    return path.relative_to(workspace).as_posix() if path.is_relative_to(workspace) else path.as_posix()


def _rows(source: FileSource, name: str, index: SourceIndex) -> Iterable[StrategyRow]:
    for node in source.classes.values():
        found = ClassSource(node, source)
        kind = _kind(found, index)
        if kind is None:
            continue
        config = _config(found, index)
        docstring = (ast.get_docstring(node) or "").strip()
        yield StrategyRow(
            source=f"{name}:{node.name}",
            kind=kind,
            name=node.name,
            config_class=optional(config.node.name if config else None),
            description=optional(docstring.splitlines()[0] if docstring else None),
            file=name,
            line=node.lineno,
            config_fields=list(_fields(config, index).values()) if config else [],
        )


def _bases(found: ClassSource, index: SourceIndex) -> Iterable[tuple[str, ClassSource | None]]:
    for base in found.node.bases:
        dotted = found.source.dotted(base)
        if dotted is not None:
            yield dotted, index.find(dotted, found.source)


def _kind(found: ClassSource, index: SourceIndex, depth: int = 0) -> Kind | None:
    if depth > DEEPEST:
        return None
    for dotted, base in _bases(found, index):
        if dotted.startswith("nautilus_trader.") and dotted.rpartition(".")[2] in KINDS:
            return KINDS[dotted.rpartition(".")[2]]
        kind = _kind(base, index, depth + 1) if base else None
        if kind is not None:
            return kind
    return None


def _config(found: ClassSource, index: SourceIndex, depth: int = 0) -> ClassSource | None:
    """Return the class that `__init__` annotates its config with, here or in a base class."""
    for node in found.node.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            for argument in arguments[1:]:
                dotted = found.source.dotted(_without_none(argument.annotation))
                if dotted is not None:
                    return index.find(dotted, found.source)
            return None
    if depth > DEEPEST:
        return None
    for _, base in _bases(found, index):
        config = _config(base, index, depth + 1) if base else None
        if config is not None:
            return config
    return None


def _without_none(annotation: ast.expr | None) -> ast.expr | None:
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return annotation.left
    return annotation


def _fields(config: ClassSource, index: SourceIndex, depth: int = 0) -> dict[str, ConfigField]:
    """Return the fields of a config class, inherited ones first, the engine's own base fields left out."""
    fields: dict[str, ConfigField] = {}
    if depth > DEEPEST:
        return fields
    for dotted, base in _bases(config, index):
        if base and dotted.rpartition(".")[2] not in ENGINE_CONFIGS:
            fields |= _fields(base, index, depth + 1)
    for node in config.node.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            fields[node.target.id] = ConfigField(
                name=node.target.id,
                type=ast.unparse(node.annotation),
                default=optional(ast.unparse(node.value) if node.value else None),
            )
    return fields
