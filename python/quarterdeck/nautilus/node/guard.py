"""Keeps what a strategy raises from ending the node: the engine stops everything for one exception in one handler."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

type Report = Callable[[Any, str, BaseException], None]

LAST = "on_stop"
"""The one handler that a strategy which raised is still given."""


def guarded(found: type, is_user: Callable[[str], bool], report: Report) -> type:
    """Return a class that does what another does, and reports what its own functions raise instead of raising it.

    Timers and requests call functions of any name, so all of the user's are guarded; an exception passes freely
    between them and is caught where the engine called.
    """
    wrapped = {
        name: _guard(name, function, report)
        for owner in reversed(found.__mro__)
        for name, function in vars(owner).items()
        if inspect.isfunction(function) and not name.startswith("__") and is_user(function.__code__.co_filename)
    }
    if inspect.iscoroutinefunction(getattr(found, "on_start", None)):
        wrapped.pop("on_start", None)
    names = {"__module__": found.__module__, "__qualname__": found.__qualname__, "__doc__": found.__doc__}
    return type(found.__name__, (found,), {**wrapped, **names})


def _guard(name: str, function: Callable[..., Any], report: Report) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if getattr(self, "_quarterdeck_inside", False):
            return function(self, *arguments, **named)
        if getattr(self, "_quarterdeck_raised", False) and name != LAST:
            return None
        self._quarterdeck_inside = True
        try:
            return function(self, *arguments, **named)
        except BaseException as error:
            self._quarterdeck_raised = True
            report(self, name, error)
            return None
        finally:
            self._quarterdeck_inside = False

    return call
