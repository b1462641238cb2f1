"""Who does the thinking: one protocol per kind of thinking, an embedded engine and an endpoint engine."""
