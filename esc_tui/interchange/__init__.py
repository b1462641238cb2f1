"""Readers and writers of foreign formats; text in, nouns out, and back."""
