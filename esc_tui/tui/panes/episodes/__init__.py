"""The Episodes pane: runs of simulated seekers, one run, one episode, its numbers."""
