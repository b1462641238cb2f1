"""Measures over episodes: scores with intervals, by group, compared in pairs.

``measures`` and ``comparing`` are pure, ``sources`` reads a run of the bank or a SAGE result file, ``published`` holds SAGE's
leaderboard, ``tables`` writes for people.
"""
