"""The Bank pane."""
