"""Helpers for those who work on the project: preparing the environment, drawing the screenshots."""
