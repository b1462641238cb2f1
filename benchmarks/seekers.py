"""How far the embedded seeker's appraisal agrees with ratings and keeps to it when a reply is reworded; its spread and its speed."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from dataclasses import replace

from benchmarks.table import Row

AGREES, REWORDED, SECONDS = 0.5, 32, 1.5
PARTS = ("dev", "test")


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement; with ``detail`` the rank correlations by hidden need, on the error stream."""
    from tests.engines.seekers.pairs import correlation, farthest_rewording, pairs

    dev, test = pairs("dev"), pairs("test")
    if detail:
        _by_need()
    reworded = [pair for pair in (*dev, *test) if pair.rewordings and not pair.id.startswith("q")]
    held = sum(farthest_rewording(pair) <= 3.5 for pair in reworded)
    milliseconds, changes, ends = asyncio.run(_talks(6 if long else 2))
    return [
        Row("seeker: rank correlation with ratings, pairs it was not tuned on", correlation(test), "", least=AGREES,
            note=f"{len(test)} pairs, Spearman, chance left out"),
        Row("seeker: the same, pairs it was tuned on", correlation(dev), "", note=f"{len(dev)} pairs"),
        Row("seeker: replies that keep their appraisal in three other wordings", held, "pairs", least=REWORDED,
            note=f"of {len(reworded)}, within 3.5 of -10 to +10"),
        Row("seeker: spread of a change in scripted talks", statistics.pstdev(changes), "points", note="published 6.9"),
        Row("seeker: spread of the final emotion in them", statistics.pstdev(ends), "points", note="published 31-39 within one model"),
        Row("seeker: appraise and speak", milliseconds, "ms", SECONDS, note="processor time a turn, average"),
    ]


def _by_need() -> None:
    from esc_tui.domain.labels import Need
    from tests.engines.seekers.pairs import correlation, pairs

    for part in PARTS:
        some = pairs(part)  # type: ignore[arg-type]
        print(f"{part}: {correlation(some):.2f} ({len(some)} pairs)", file=sys.stderr)
        for need in Need:
            own = [pair for pair in some if pair.need is need]
            print(f"  {need.value:28} {correlation(own):5.2f}  ({len(own)})", file=sys.stderr)


async def _talks(seeds: int) -> tuple[float, list[int], list[int]]:
    """Milliseconds of a turn, the changes, and the final emotions of talks with a supporter that is now good, now bad."""
    from esc_tui.domain.sage import band_of
    from esc_tui.engines.roles import SeekerMoment
    from esc_tui.engines.seekers import EmbeddedSeekerMind
    from esc_tui.starter.sources import read_profiles
    from tests.engines.seekers.scripted import careful, mixed, play

    mind, changes, ends = EmbeddedSeekerMind(), [], []
    spent, turns = 0.0, 0
    for seed in range(seeds):
        for profile in read_profiles():
            for supporter in (careful, mixed):
                talk = await play(profile, supporter, seed)
                changes += [one.change for one in talk.appraisals]
                ends.append(talk.emotion)
            fresh = tuple(replace(line, text=f"{line.text} {seed}") if line.speaker == "supporter" else line for line in talk.lines)
            started = time.process_time()
            for place, line in enumerate(fresh):
                if line.speaker == "supporter":
                    moment = SeekerMoment(profile, fresh[:place + 1], 50, line.turn, seed)
                    await mind.speak(moment, await mind.appraise(moment), band_of(50))
                    turns += 1
            spent += time.process_time() - started
    return 1000.0 * spent / turns, changes, ends


if __name__ == "__main__":
    from benchmarks.table import markdown

    print(markdown(measure(long="--long" in sys.argv, detail=True)))
