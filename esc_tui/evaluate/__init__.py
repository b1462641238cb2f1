"""Response-level and dialogue-level measures."""
