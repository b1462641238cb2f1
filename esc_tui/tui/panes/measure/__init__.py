"""The Measure pane: stored measurements, one of them in full, two side by side, exports, and starting a new one."""
