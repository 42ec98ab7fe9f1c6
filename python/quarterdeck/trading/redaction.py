"""Keeps secrets out of what is written down."""

import os
import re
from typing import Any

SECRET_NAME = re.compile(
    r"secret|passw|passphrase|token|private_?key|api_?key|signature|credential|(^|_)(pk|pwd)$", re.IGNORECASE
)
HIDDEN = "[secret]"
SHORTEST = 6
MOST_NAMES = 1_000


class Redactor:
    """Hides fields whose name says secret, and the values of environment variables whose name does."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        variables = os.environ if environment is None else environment
        values = {value for name, value in variables.items() if SECRET_NAME.search(name) and len(value) >= SHORTEST}
        alternatives = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
        self._values = re.compile(alternatives) if alternatives else None
        self._secret_names: dict[str, bool] = {}

    def redact(self, value: Any) -> Any:
        """Return the value with every secret in it replaced."""
        if isinstance(value, str):
            return value if self._values is None else self._values.sub(HIDDEN, value)
        if isinstance(value, dict):
            return {
                key: HIDDEN if item is not None and self._is_secret(str(key)) else self.redact(item)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.redact(item) for item in value]
        return value

    def _is_secret(self, name: str) -> bool:
        known = self._secret_names.get(name)
        if known is None:
            known = SECRET_NAME.search(name) is not None
            # The names are those of a few fields; what a caller makes up is not remembered for ever.
            if len(self._secret_names) < MOST_NAMES:
                self._secret_names[name] = known
        return known
