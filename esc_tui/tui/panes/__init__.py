"""The panes, one folder each; ``esc_tui.tui.pane.PANES`` lists them."""
