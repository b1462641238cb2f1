"""What the outcomes of a skill say of it: whether it failed here, and rates of success drawn at random."""

from __future__ import annotations

import numpy as np

from esc_tui.support.columns import Bools, Floats


def failed_here(helped: Floats, harmed: Floats) -> Bools:
    """Where outcomes, weighed by likeness and source, speak against a skill so clearly that it may not be used."""
    failed: Bools = (harmed >= 1.8) & (harmed > 1.5 * helped)
    return failed


def drawn_rates(helped: Floats, harmed: Floats, draw: tuple[int, int]) -> Floats:
    """One success rate 0-1 for each skill, drawn from Beta(1 + helped, 1 + harmed); the same for the same seed and turn.

    Thompson sampling (Thompson 1933; Chapelle and Li 2011): what is little known is tried more often than its mean would have it.
    """
    generator = np.random.default_rng(draw)
    rates: Floats = generator.beta(1.0 + helped.astype(np.float64), 1.0 + harmed.astype(np.float64)).astype(np.float32)
    return rates
