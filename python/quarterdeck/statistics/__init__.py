"""Statistics of a run beside the engine's own, from its equity and its round trips. Nothing here knows the engine."""
