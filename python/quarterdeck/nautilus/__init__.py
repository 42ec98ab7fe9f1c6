"""Everything that imports NautilusTrader; the rest of the host does without it."""
