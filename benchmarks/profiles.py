"""How many of the seekers that the embedded writer makes can be told apart: ``python -m benchmarks.profiles [count]``.

Makes profiles over all cells and scenarios and keeps those whose likeness (see ``likeness``) to every one kept stays under the bound.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import time

from esc_tui.domain.labels import Character, Need, Scenario
from esc_tui.engines.roles import ProfileWish
from esc_tui.engines.seekers.composing.likeness import BOUND, Gathering
from esc_tui.engines.seekers.composing.parts import situations
from esc_tui.engines.seekers.composing.writer import EmbeddedProfileWriter


async def measure(wanted: int, most: int) -> None:
    writer, rng = EmbeddedProfileWriter(), random.Random(2026)
    kept, made, nearest, unplayable = Gathering(), 0, [], 0
    cells = [(character, need) for character in Character for need in Need]
    scenarios = list(Scenario)
    began = time.perf_counter()
    while len(kept) < wanted and made < most:
        character, need = cells[made % len(cells)]
        wish = ProfileWish(character, need, scenarios[made // len(cells) % len(scenarios)], seed=rng.randrange(2**31))
        one = await writer.write_profile(wish)
        made += 1
        unplayable += not one.speaks_by_itself
        score = kept.nearest(one)[0]
        if score < BOUND:
            nearest.append(score)
            kept.add(one)
    seconds = time.perf_counter() - began
    parts = statistics.quantiles(nearest, n=20)
    print(f"situations {sum(map(len, situations().values()))}, made {made}, kept {len(kept)} (likeness to every other under {BOUND}), "
          f"dropped {made - len(kept)}, unplayable {unplayable}, {seconds:.1f} s")
    print(f"likeness to the nearest kept before: median {statistics.median(nearest):.3f}, 95 % {parts[-1]:.3f}, most {max(nearest):.3f}")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    asyncio.run(measure(count, count * 4))
