"""Keeps secrets out of what is written down."""

import os
import re
from typing import Any

SECRET_NAME = re.compile(
    r"secret|passw|passphrase|token|private_?key|api_?key|signature|credential|(^|_)(pk|pwd)$", re.IGNORECASE
)
HIDDEN = "[secret]"
SHORTEST = 6


class Redactor:
    """Hides fields whose name says secret, and the values of environment variables whose name does."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        variables = os.environ if environment is None else environment
        values = {value for name, value in variables.items() if SECRET_NAME.search(name) and len(value) >= SHORTEST}
        alternatives = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
        self._values = re.compile(alternatives) if alternatives else None

    def redact(self, value: Any) -> Any:
        """Return the value with every secret in it replaced."""
        if isinstance(value, str):
            return value if self._values is None else self._values.sub(HIDDEN, value)
        if isinstance(value, dict):
            return {
                key: HIDDEN if SECRET_NAME.search(str(key)) and item is not None else self.redact(item)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.redact(item) for item in value]
        return value
