"""The Bank pane: the list of skills, one skill in full, its editor, history and difference views."""
