"""The nouns of emotional-support work as frozen models, the closed label sets and pure rules; no input or output."""
