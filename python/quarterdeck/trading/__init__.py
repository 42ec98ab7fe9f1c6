"""What a trading node keeps and decides that needs no engine: audit, journal, limits, halt, sizes, exposure."""
