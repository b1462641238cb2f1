"""What every statistic starts from: numbers that are finite, and random signs that are the same for a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]
    Bools: TypeAlias = npt.NDArray[np.bool_]
    Numbers: TypeAlias = Sequence[float] | Floats
    Flags: TypeAlias = Sequence[bool] | Bools

ALPHA = 0.05
"""One-sided level of a verification: how often a change without effect may be accepted."""
FLIPS = 10_000
"""Sign flips of a randomisation test; the standard error of a p of 0.05 is 0.002."""


def finite(values: Numbers, what: str = "differences") -> Floats:
    """The values as an array of shape (n,). Raises ValueError for any other shape and for NaN or infinity; ``what`` names them."""
    import numpy as np

    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1:
        raise ValueError(f"{what} must be one row of numbers, not of shape {found.shape}")
    if not np.isfinite(found).all():
        raise ValueError(f"{what} must be finite numbers, but number {int(np.argmin(np.isfinite(found))) + 1} is not")
    return found


def check_share(value: float, what: str, highest: float = 1.0) -> None:
    """Raises ValueError unless the value lies above 0 and below ``highest``; ``what`` names it."""
    if not 0 < value < highest:
        raise ValueError(f"{what} must lie above 0 and below {highest:g}, not at {value:g}")


def signs(flips: int, n: int, seed: int) -> Floats:
    """Random signs (-1 or 1) of shape (flips, n), the same ones for a seed. Raises ValueError without any flip."""
    import numpy as np

    if flips < 1:
        raise ValueError("at least one sign flip is needed")
    return np.random.default_rng(seed).integers(0, 2, size=(flips, n), dtype=np.int8).astype(np.float64) * 2 - 1
