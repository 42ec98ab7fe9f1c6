"""Finds the class a `source` names, imported the way the user's own scripts would import it."""

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from nautilus_trader.backtest.models import FeeModel, FillModel, LatencyModel, MarginModel
from nautilus_trader.backtest.modules import SimulationModule
from nautilus_trader.common.actor import Actor
from nautilus_trader.core.data import Data
from nautilus_trader.execution.algorithm import ExecAlgorithm
from nautilus_trader.trading.strategy import Strategy

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.nautilus.identifiers import check_identifier
from quarterdeck.projects import import_roots, place, python_files
from quarterdeck.usercode import UserCode, class_names

KINDS: dict[str, type] = {
    "Strategy": Strategy,
    "Actor": Actor,
    "ExecAlgorithm": ExecAlgorithm,
    "SimulationModule": SimulationModule,
    "FillModel": FillModel,
    "LatencyModel": LatencyModel,
    "FeeModel": FeeModel,
    "MarginModel": MarginModel,
    "Data": Data,
}
USED_THEMSELVES = ("FillModel", "LatencyModel")
"""Kinds whose base class does its work with its config alone."""

FORM = 'Write "path/to/file.py:Class" or "package.module:Class".'


class Sources:
    """Imports classes for one request."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.user_code = UserCode(workspace)

    def load(self, source: str, kind: str, path: str) -> type:
        """Return the class of a source, of the kind its place in the request asks for."""
        found = self.find(source, path)
        wanted = KINDS[kind]
        is_base = found is wanted and kind not in USED_THEMSELVES
        if not issubclass(found, wanted) or is_base or (kind == "Actor" and _has_own_place(found)):
            actual = next((name for name, base in KINDS.items() if issubclass(found, base)), None)
            what = f"is a {actual}" if actual and found is not wanted else f"is no {kind} that can run"
            raise QuarterdeckError(
                "WRONG_CLASS",
                f'"{source}" {what}; a {kind} is needed here.',
                f"Name a class that derives from NautilusTrader's {kind}.",
                path=path,
            )
        check_identifier(found.__name__, path, "class name")
        return found

    def find(self, source: str, path: str) -> type:
        """Return the class a source names, whatever it is."""
        location, colon, name = source.rpartition(":")
        if not (colon and location and name.isidentifier()):
            raise QuarterdeckError("UNKNOWN_SOURCE", f'"{source}" names no class.', FORM, path=path)
        module = self.module(location, path)
        found = getattr(module, name, None)
        if not isinstance(found, type):
            own = [value for value in vars(module).values() if getattr(value, "__module__", None) == module.__name__]
            hint = did_you_mean(name, class_names(own) or class_names(list(vars(module).values())))
            raise QuarterdeckError("UNKNOWN_SOURCE", f'{location} has no class "{name}".{hint}', FORM, path=path)
        self.user_code.add(getattr(module, "__file__", None))
        return found

    def module(self, location: str, path: str) -> ModuleType:
        """Return the module at a file or of a dotted name."""
        return self._file(location, path) if location.endswith(".py") else self._module(location, path)

    def open_workspace(self) -> None:
        """Let the workspace's own modules be imported by name."""
        _put_on_path([root for root in (self.workspace / "src", self.workspace) if root.is_dir()])

    def _file(self, location: str, path: str) -> ModuleType:
        file = (self.workspace / location).resolve()
        if not file.is_file():
            names = [known.relative_to(self.workspace).as_posix() for known in python_files(self.workspace)]
            hint = did_you_mean(location, names)
            raise QuarterdeckError("UNKNOWN_SOURCE", f"There is no file {location}.{hint}", FORM, path=path)
        self.user_code.add(str(file))
        _put_on_path(import_roots(file, self.workspace))
        with self.user_code.running("import"):
            return _import_file(file)

    def _module(self, name: str, path: str) -> ModuleType:
        self.open_workspace()
        try:
            with self.user_code.running("import"):
                return importlib.import_module(name)
        except QuarterdeckError as error:
            cause = error.__cause__
            missing = cause.name if isinstance(cause, ModuleNotFoundError) else None
            if missing is not None and (name == missing or name.startswith(f"{missing}.")):
                raise QuarterdeckError("UNKNOWN_SOURCE", f"There is no module {missing}.", FORM, path=path) from cause
            raise


def _import_file(file: Path) -> ModuleType:
    """Import a file under its real name, or under one of its own where another module has that name."""
    name = place(file).module
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.origin and Path(spec.origin).samefile(file):
        return importlib.import_module(name)
    own_name = f"workspace_{name.replace('.', '_')}"
    spec = importlib.util.spec_from_file_location(own_name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[own_name] = module
    spec.loader.exec_module(module)
    return module


def _put_on_path(roots: list[Path]) -> None:
    for root in reversed(roots):
        if str(root) not in sys.path:
            sys.path.insert(0, str(root))
    importlib.invalidate_caches()
    # Python trusts compiled code by the second: of two quick edits it could run the first. Ours is compiled by now.
    sys.dont_write_bytecode = True


def _has_own_place(found: type) -> bool:
    return issubclass(found, Strategy | ExecAlgorithm | SimulationModule)
