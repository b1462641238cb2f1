"""Headless commands: standard output is data, standard error is narration, exit codes are part of the interface."""
