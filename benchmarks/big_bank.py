"""A synthetic bank for measuring: 10,000 skills and 100,000 units with evidence, varied from the starter sources.

``python -m benchmarks.big_bank PATH [SKILLS UNITS]`` writes one. The same numbers give the same texts and labels.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from esc_tui.bank.bank import open_bank
from esc_tui.bank.template import build_template
from esc_tui.bank.words import STOP_WORDS
from esc_tui.domain.dialogue import Dialogue, InterventionUnit
from esc_tui.domain.labels import Change, Need, Scenario, SkillStatus, Stage, State
from esc_tui.domain.revision import EvidenceRow
from esc_tui.domain.skill import Skill, SkillContent
from esc_tui.starter.sources import AUTHOR, FIXED_TIME, Sources, read_sources

SKILLS, UNITS = 10_000, 100_000
TAIL_WORDS = 20_000
CHANGED = 0.35
"""The share of content words that are replaced."""
EVIDENCE_PER_UNIT = 2
_BATCH = 400
_WORD = re.compile(r"\{[a-z_]+\}|[A-Za-z]{4,}")
_SYLLABLES = [start + vowel for start in (*"bdfgklmnprstv", "ch", "sh", "tr") for vowel in (*"aeiou", "ai", "ou")]


class Vocabulary:
    """Words to put in place of others: the starter texts' own by how often they occur, then a long made-up tail (Zipf)."""

    def __init__(self, sources: Sources, rng: random.Random) -> None:
        texts = [turn.text for dialogue in sources.dialogues for turn in dialogue.turns]
        texts += [skill.content.model_dump_json() for skill in sources.skills]
        counts = Counter(
            word for text in texts for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in STOP_WORDS
        )
        self.words = [word for word, _ in counts.most_common()]
        known = set(self.words)
        while len(self.words) < len(known) + TAIL_WORDS:
            made = "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4)))
            self.words.append(made)
        weights = (1 / (rank + 10) for rank in range(len(self.words)))
        self.cumulated = list(itertools.accumulate(weights))
        self.rng = rng

    def vary(self, text: str, share: float = CHANGED) -> str:
        """The text with a share of its longer words replaced; slots and short words stay."""
        return _WORD.sub(lambda found: self._other(found.group(), share), text)

    def _other(self, word: str, share: float) -> str:
        if word[0] == "{" or word.lower() in STOP_WORDS or self.rng.random() > share:
            return word
        new = self.rng.choices(self.words, cum_weights=self.cumulated)[0]
        return new.capitalize() if word[0].isupper() else new


def _labels(rng: random.Random, kept: Sequence[str], kind: type[State | Scenario | Stage | Need]) -> list[str]:
    """The labels with some exchanged for others of their kind; an empty list mostly stays empty."""
    everything = [label.value for label in kind]
    if not kept:
        return [] if rng.random() < 0.8 else rng.sample(everything, 1)
    found = {rng.choice(everything) if rng.random() < 0.4 else label for label in kept}
    return [label for label in everything if label in found]


def varied_skills(sources: Sources, words: Vocabulary, rng: random.Random, count: int) -> Iterator[Skill]:
    """``count`` skills, each a starter skill with words, labels, cues and intensities changed."""
    dumps = [skill.content.model_dump(mode="json") for skill in sources.skills]
    names = [word for word in words.words[:3000] if len(word) <= 9]
    for number in range(1, count + 1):
        content = dumps[(number - 1) % len(dumps)]
        fits = content["applicability"]
        low = rng.choice([1, 1, 2])
        changed = {
            **content,
            "title": f"{words.vary(content['title'], 0.6)[:100]} {number}",
            "description": words.vary(content["description"])[:1024],
            "summary": words.vary(content["summary"])[:1000],
            "moves": [{**move, "text": words.vary(move["text"])} for move in content["moves"]],
            "do": [{**row, "text": words.vary(row["text"])} for row in content["do"]],
            "dont": [words.vary(text) for text in content["dont"]],
            "applicability": {
                "states": _labels(rng, fits["states"], State),
                "scenarios": _labels(rng, fits["scenarios"], Scenario),
                "stages": _labels(rng, fits["stages"], Stage),
                "needs": _labels(rng, fits["needs"], Need),
                "intensity_low": low,
                "intensity_high": rng.randint(max(3, low), 5),
                "text": words.vary(fits["text"])[:2000],
            },
            "contraindications": [
                {
                    **row,
                    "text": words.vary(row["text"]),
                    "states": _labels(rng, row["states"], State) if row["states"] else [],
                    "scenarios": _labels(rng, row["scenarios"], Scenario) if row["scenarios"] else [],
                    "cues": [words.vary(cue, 0.5) for cue in row["cues"]],
                }
                for row in content["contraindications"]
            ],
            "risks": [{**row, "text": words.vary(row["text"])} for row in content["risks"]],
            "examples": [
                {"seeker": words.vary(row["seeker"]), "reply": words.vary(row["reply"])} for row in content["examples"]
            ],
            "origin": "made for measuring",
        }
        yield Skill(
            slug=f"{rng.choice(names)}-{rng.choice(names)}-{number}",
            content=SkillContent.model_validate(changed),
            status=SkillStatus.WATCH if rng.random() < 0.05 else SkillStatus.ACTIVE,
        )


def varied_dialogues(
    sources: Sources, words: Vocabulary, rng: random.Random, count: int
) -> Iterator[tuple[Dialogue, list[InterventionUnit]]]:
    """Dialogues with their units, until there are ``count`` units: starter dialogues with other words and labels."""
    units_of: dict[str, list[InterventionUnit]] = {}
    for unit in sources.units:
        units_of.setdefault(unit.dialogue, []).append(unit)
    states, changes = list(State), list(Change)
    made = 0
    for number in itertools.count(1):
        source = sources.dialogues[(number - 1) % len(sources.dialogues)]
        turns = tuple(turn.model_copy(update={"text": words.vary(turn.text)}) for turn in source.turns)
        dialogue = source.model_copy(update={"id": f"made-{number:06d}", "turns": turns, "source": "made for measuring"})
        found = []
        for unit in units_of.get(source.id, ())[: count - made]:
            shown = turns[unit.state_turn].text[:60]
            found.append(
                InterventionUnit(
                    id=f"{dialogue.id}/{unit.id.rsplit('/', 1)[-1]}",
                    dialogue=dialogue.id,
                    state_turn=unit.state_turn,
                    action_turns=unit.action_turns,
                    outcome_turn=unit.outcome_turn,
                    scenario=unit.scenario if rng.random() < 0.6 else rng.choice(list(Scenario)),
                    state=unit.state if rng.random() < 0.5 else rng.choice(states),
                    intensity=rng.randint(1, 5),
                    stage=unit.stage,
                    need=unit.need,
                    actions=unit.actions,
                    change=unit.change if rng.random() < 0.7 else rng.choice(changes),
                    quotes=({"turn": unit.state_turn, "role": "state", "text": shown, "start": 0, "end": len(shown)},),
                    labeller="made for measuring",
                    labeller_kind="machine",
                )
            )
        made += len(found)
        yield dialogue, found
        if made >= count:
            return


def build_big_bank(path: Path, skills: int = SKILLS, units: int = UNITS, quiet: bool = False) -> None:
    """Write a synthetic bank to ``path``; takes one to two minutes at full size."""
    rng = random.Random(20260101)
    sources = read_sources()
    words = Vocabulary(sources, rng)
    started = time.perf_counter()

    def say(what: str, always: bool = True) -> None:
        if not quiet and (always or sys.stderr.isatty()):
            start, end = ("\r", "") if sys.stderr.isatty() else ("", "\n")
            spent = f"{time.perf_counter() - started:.0f} s"
            print(f"{start}  making the measuring bank: {what} ({spent})   ", end=end, file=sys.stderr, flush=True)

    say(f"{skills} skills")
    made = list(varied_skills(sources, words, rng, skills))
    build_template(path, skills=made, time=FIXED_TIME, author=AUTHOR, message="Made for measuring")
    by_action: dict[str, list[str]] = {}
    for skill in made:
        for action in skill.content.actions:
            by_action.setdefault(action.value, []).append(skill.slug)
    versions = {skill.slug: skill.version for skill in made}
    del made
    bank = open_bank(path)
    try:
        stored = 0
        stream = varied_dialogues(sources, words, rng, units)
        while batch := list(itertools.islice(stream, _BATCH)):
            new = [unit for _, found in batch for unit in found]
            with bank.together():
                bank.add_dialogues(dialogue for dialogue, _ in batch)
                bank.add_units(new)
                bank.add_evidence(_evidence(new, by_action, versions, rng))
            stored += len(new)
            say(f"{skills} skills, {stored} units", always=False)
        bank.take_snapshot()
    finally:
        bank.close()
    say(f"{skills} skills, {stored} units, done")
    if not quiet and sys.stderr.isatty():
        print(file=sys.stderr)


def _evidence(
    units: Sequence[InterventionUnit], by_action: dict[str, list[str]], versions: dict[str, int], rng: random.Random
) -> Iterator[EvidenceRow]:
    for unit in units:
        for _ in range(EVIDENCE_PER_UNIT):
            slugs = by_action.get(rng.choice(unit.actions).value)
            if slugs:
                slug = rng.choice(slugs)
                yield EvidenceRow(
                    skill=slug, version=versions[slug], unit=unit.id, outcome=unit.polarity, group=unit.scenario.value,
                    source="unit" if rng.random() < 0.9 else "simulation",
                )  # fmt: skip


def big_bank(skills: int = SKILLS, units: int = UNITS) -> Path:
    """The path of a synthetic bank of this size, made when the temporary folder has none of this make yet.

    Never write to it: take a copy.
    """
    make = hashlib.sha256(Path(__file__).read_bytes())
    for name in ("schema.py", "words.py"):
        make.update((Path(open_bank.__code__.co_filename).parent / name).read_bytes())
    folder = Path(tempfile.gettempdir()) / f"esc-tui-benchmarks-{os.getuid() if hasattr(os, 'getuid') else 'me'}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    path = folder / f"{skills}-{units}-{make.hexdigest()[:12]}.db"
    if not path.exists():
        for old in folder.glob(f"{skills}-{units}-*.db*"):
            old.unlink()
        unfinished = path.with_suffix(".part")
        for left in folder.glob("*.part*"):
            left.unlink()
        build_big_bank(unfinished, skills, units)
        unfinished.replace(path)
    return path


if __name__ == "__main__":
    build_big_bank(Path(sys.argv[1]), *(int(value) for value in sys.argv[2:4]))
