"""Textual widgets that know nothing of emotional support; they import only textual and rich."""
