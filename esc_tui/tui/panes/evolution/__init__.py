"""The Evolution pane: what was found, what is proposed, what was verified, what was decided."""
