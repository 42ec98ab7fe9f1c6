"""A page on a run."""

from quarterdeck.errors import QuarterdeckError
from quarterdeck.exports import Run


def page(run: Run, *_: object) -> str:
    """Return the page."""
    raise QuarterdeckError("UNSUPPORTED", "This format cannot be written yet.", "Use json or csv.", path="format")
