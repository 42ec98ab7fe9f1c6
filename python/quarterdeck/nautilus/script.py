"""A run as a script."""

from quarterdeck.errors import QuarterdeckError
from quarterdeck.protocol import ExportResult, ExportScriptParams


def export_script(params: ExportScriptParams) -> ExportResult:
    """Write the script."""
    raise QuarterdeckError("UNSUPPORTED", "This format cannot be written yet.", "Use json or csv.", path="format")
