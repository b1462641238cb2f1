"""The rated pairs of a seeker's moment and a reply, written and rated -10 to +10 by somebody who had seen neither side's lists.

``appraisal_split.txt`` names those the appraisal was tuned on ("dev") and those it was only measured on ("test"). The pairs p... and q...
come from two raters. Rewordings of pairs for tuning stand with them; ``appraisal_rewordings.jsonl`` holds some that were never tuned on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from esc_tui.domain.labels import Character, Need
from esc_tui.domain.profile import Profile
from esc_tui.engines.roles import Line, SeekerMoment
from esc_tui.engines.seekers.appraising import weigh

HERE = Path(__file__).parent
Part = Literal["dev", "test"]


@dataclass(frozen=True)
class Pair:
    """One rated reply in its moment; ``rewordings`` say the same in other words."""

    id: str
    need: Need
    character: Character
    emotion: int
    turn: int
    before: tuple[tuple[str, str], ...]
    seeker: str
    reply: str
    rating: int
    rewordings: tuple[str, ...]

    def moment(self, reply: str = "") -> SeekerMoment:
        """What the seeker's mind gets to see, with another reply where one is given."""
        lines: list[Line] = []
        turn = 1
        for speaker, text in (*self.before, ("seeker", self.seeker), ("supporter", reply or self.reply)):
            lines.append(Line("seeker" if speaker == "seeker" else "supporter", text, turn))
            turn += speaker != "seeker"
        profile = Profile(id=self.id, persona="-", scene="-", character=self.character, need=self.need, first_line=lines[0].text)
        return SeekerMoment(profile, tuple(lines), self.emotion, self.turn)


def split() -> dict[Part, set[str]]:
    """The ids of each part."""
    found: dict[Part, set[str]] = {"dev": set(), "test": set()}
    part: Part = "dev"
    for row in (HERE / "appraisal_split.txt").read_text(encoding="utf-8").split():
        if row == "dev" or row == "test":
            part = row
        else:
            found[part].add(row)
    return found


def pairs(part: Part) -> list[Pair]:
    """The pairs of one part, in the order of the file."""
    chosen = split()[part]
    rows = [json.loads(line) for line in (HERE / "appraisal_pairs.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Pair(row["id"], Need(row["need"]), Character(row["character"]), row["emotion"], row["turn"],
                 tuple((line["speaker"], line["text"]) for line in row["history"]), row["seeker"], row["reply"], row["rating"],
                 tuple(row.get("rewordings", ()))) for row in rows if row["id"] in chosen]


def held_back_rewordings() -> list[Pair]:
    """Pairs of the part "dev" with three rewordings each that the fit has not seen."""
    by_id = {pair.id: pair for pair in pairs("dev")}
    rows = map(json.loads, (HERE / "appraisal_rewordings.jsonl").read_text(encoding="utf-8").splitlines())
    return [replace(by_id[row["id"]], rewordings=tuple(row["rewordings"])) for row in rows]


def correlation(some: Sequence[Pair]) -> float:
    """Spearman's rank correlation of the expected change (chance left out) with the ratings."""
    from scipy.stats import spearmanr

    return float(spearmanr([weigh(pair.moment()).mean for pair in some], [pair.rating for pair in some])[0])


def farthest_rewording(pair: Pair) -> float:
    """How far the expected change of a reworded reply lies from that of the reply, at most."""
    own = weigh(pair.moment()).mean
    return max(abs(weigh(pair.moment(text)).mean - own) for text in pair.rewordings)
