"""From a model's draft to a skill that may stand in a bank as one: every text passes the same gate, and what may not stay goes.

The gate lets through no longer part of a source, no clinical claim, no invented personal history and no worn phrase. Name,
intensity range, status and licence come from here and never from the model.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from esc_tui.domain.clinical import clinical_word
from esc_tui.domain.copying import SHARED_WORDS, text_runs
from esc_tui.domain.labels import Action, Change, Need, Polarity, Scenario, Severity, Stage, State
from esc_tui.domain.lint import lint_skill
from esc_tui.domain.skill import (
    SLOTS,
    Applicability,
    Contraindication,
    ExampleReply,
    ExpectedOutcome,
    Move,
    Phrasing,
    Risk,
    SkillContent,
)
from esc_tui.domain.text import normalised, visible
from esc_tui.engines.endpoint.outputs import SkillDraft
from esc_tui.engines.endpoint.reading import LabelT, known_labels
from esc_tui.engines.endpoint.view import clipped
from esc_tui.engines.roles import SkillBrief
from esc_tui.guard.detect import check_message
from esc_tui.guard.reply import check_reply

_MOST_MOVES, _MOST_DO, _MOST_OTHERS, _MOST_CUES = 4, 16, 5, 8
_SLOT = re.compile(r"\{([^{}]*)\}")
_SLUG_LENGTH = 56


class Gate:
    """Looks at each text of a draft. ``problems`` gathers a sentence for each that may not stay, for the model to mend."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._runs = {run for text in sources for run in text_runs(text)}
        self.problems: list[str] = []
        self.left_out = 0

    def refuse(self, field: str, why: str) -> None:
        """Note that a part of the draft may not stay."""
        self.left_out += 1
        self.problems.append(f"{field}: {why}")

    def text(self, field: str, text: str, most: int, *, claims: bool = True) -> str:
        """The text on one line with control characters shown; empty when it may not stay.

        ``claims`` False for texts that quote what not to say, or what a seeker says: there a clinical word may stand.
        """
        line = " ".join(visible(text, keep_lines=False).split())
        if not line:
            return ""
        if any(run in self._runs for run in text_runs(line)):
            self.refuse(field, f"{SHARED_WORDS} or more words in a row stand in one of the moments; write it in words of your own")
            return ""
        word = clinical_word(line) if claims else ""
        if word:
            self.refuse(field, f"'{word}' is a clinical word; a skill of listening has none")
            return ""
        return clipped(line, most)

    def spoken(self, field: str, text: str, seeker: str = "") -> str:
        """A text that is said to a seeker; empty when it may not stay."""
        line = self.text(field, text, 600)
        if not line:
            return ""
        unknown = next((slot for slot in _SLOT.findall(line) if slot not in SLOTS), None)
        if unknown is not None:
            self.refuse(field, f"there is no slot {{{clipped(unknown, 40)}}}")
            return ""
        checked = check_reply(line, seeker_text=seeker)
        if not checked.ok and checked.kind is not None:
            said = checked.evidence[0].text if checked.evidence else line
            self.refuse(field, f"'{clipped(said, 80)}' may not be said ({checked.kind.value.replace('_', ' ')})")
            return ""
        return line


def compose(said: SkillDraft, brief: SkillBrief, origin: str, shown: Iterable[str] = ()) -> tuple[SkillContent | None, Gate]:
    """The content of a skill made of what may stay of a draft, None when no move is left, and the gate with its problems.

    ``shown``: texts besides those of the brief that the writer has seen, of which no longer part may stand in the skill.
    """
    gate = Gate((*(text for unit in (*brief.helped, *brief.harmed) for text in (unit.seeker, unit.supporter, unit.after)), *shown))
    moves, places = _moves(said, brief, gate)
    if not moves:
        return None, gate
    named = " and ".join(dict.fromkeys(_plain(move.action) for move in moves[:2]))
    states = _seen(State, said.states, brief.states, "states", gate) or tuple(label for label, _ in brief.states[:3])
    content = SkillContent(
        title=gate.text("title", said.title, 120) or f"{named.capitalize()} when {_plain(states[0]) if states else 'it is hard'}",
        description=gate.text("description", said.description, 1024)
        or f"Use when the seeker is {' or '.join(map(_plain, states)) or 'in such a moment'}.",
        summary=gate.text("summary", said.summary, 1000) or f"Meets the moment with {named}.",
        moves=moves, do=_phrasings(said, places, gate),
        dont=_lines("dont", said.dont, gate),
        applicability=Applicability(
            states=states, scenarios=_seen(Scenario, said.scenarios, brief.scenarios, "scenarios", gate),
            stages=_seen(Stage, said.stages, brief.stages, "stages", gate), needs=tuple(known_labels(Need, said.needs)[:3]),
            intensity_low=brief.intensity_low, intensity_high=brief.intensity_high,
            text=gate.text("when", said.when, 600, claims=False)),
        contraindications=_limits(said, brief, states, gate), outcomes=_outcomes(said, gate), risks=_risks(said, brief, gate),
        examples=_examples(said, gate), origin=origin[:200], license=(brief.licence or "unknown")[:200])
    return _without_lint(content, gate), gate


def _moves(said: SkillDraft, brief: SkillBrief, gate: Gate) -> tuple[tuple[Move, ...], dict[int, int]]:
    """The moves that may stay, the asking one last, and where each of the draft's numbers went."""
    kept: list[tuple[int, Move]] = []
    for number, row in enumerate(said.moves, 1):
        action = next(iter(known_labels(Action, [row.action])), None)
        text = gate.text(f"moves {number}", row.text, 400)
        if action is None:
            gate.refuse(f"moves {number}", f"action must be one of: {', '.join(Action)}")
        elif text and len(kept) < _MOST_MOVES and not (action.asks and any(move.action.asks for _, move in kept)):
            kept.append((number, Move(action=action, text=text)))
    kept.sort(key=lambda pair: pair[1].action.asks)
    about = [action for action, _ in brief.actions[:3]]
    if kept and about and not any(move.action in about for _, move in kept):
        gate.problems.append(f"moves: at least one must be what these moments are about: {', '.join(about)}")
    return tuple(move for _, move in kept), {number: place for place, (number, _) in enumerate(kept, 1)}


def _phrasings(said: SkillDraft, places: dict[int, int], gate: Gate) -> tuple[Phrasing, ...]:
    found: dict[str, Phrasing] = {}
    for number, row in enumerate(said.do, 1):
        text = gate.spoken(f"do {number}", row.text)
        if text and row.move in places:
            found.setdefault(normalised(text), Phrasing(move=places[row.move], text=text))
    return tuple(sorted(found.values(), key=lambda phrasing: phrasing.move))[:_MOST_DO]


def _lines(field: str, texts: Sequence[str], gate: Gate) -> tuple[str, ...]:
    kept = [gate.text(f"{field} {number}", text, 300, claims=False) for number, text in enumerate(texts, 1)]
    return tuple(dict.fromkeys(filter(None, kept)))[:_MOST_OTHERS]


def _seen(kind: type[LabelT], said: Sequence[str], counted: Sequence[tuple[LabelT, int]], field: str, gate: Gate) -> tuple[LabelT, ...]:
    """The labels said that the units behind the skill bear out."""
    known = known_labels(kind, said)
    seen = {label for label, _ in counted}
    strange = [label for label in known if label not in seen]
    if strange and len(strange) == len(known):
        gate.problems.append(f"{field}: none of these occurs in the moments; take some of: {', '.join(label for label, _ in counted)}")
    return tuple(label for label in known if label in seen)


def _limits(said: SkillDraft, brief: SkillBrief, states: Sequence[State], gate: Gate) -> tuple[Contraindication, ...]:
    """The draft's limits. Without any, the states in which these moments went wrong more often than well are one."""
    limits: list[Contraindication] = []
    for number, row in enumerate(said.not_when, 1):
        text = gate.text(f"not_when {number}", row.text, 300)
        cues = [" ".join(re.sub(r"[|;\[\]]", " ", cue).split()) for cue in row.cues[:_MOST_CUES]]
        kept = tuple(cue for cue in cues if cue and len(cue) <= 80 and gate.text(f"not_when {number}", cue, 80, claims=False))
        stages = tuple(known_labels(Stage, row.stages))
        # A state that the skill is for may narrow a limit but not be all of it, or the skill would never be used there.
        own = tuple(one for one in known_labels(State, row.states) if kept or stages or one not in states)
        if text:
            limits.append(Contraindication(text=text, states=own, stages=stages, cues=kept))
    helped = dict(brief.states)
    worse = tuple(state for state, count in brief.harmed_states if count > helped.get(state, 0) and state not in states)
    if not limits and worse:
        limits.append(Contraindication(
            text=f"In the talks behind this it went badly more often than well when the seeker was {' or '.join(map(_plain, worse))}.",
            states=worse))
    return tuple(limits[:_MOST_OTHERS])


def _outcomes(said: SkillDraft, gate: Gate) -> tuple[ExpectedOutcome, ...]:
    found: dict[Change, ExpectedOutcome] = {}
    for number, row in enumerate(said.outcomes, 1):
        text = gate.text(f"outcomes {number}", row.text, 300)
        for change in known_labels(Change, [row.change]):
            if text and change.polarity is Polarity.POSITIVE:
                found.setdefault(change, ExpectedOutcome(change=change, text=text))
    return tuple(found.values())[:_MOST_OTHERS]


def _risks(said: SkillDraft, brief: SkillBrief, gate: Gate) -> tuple[Risk, ...]:
    """The draft's risks. Without any, what the units that went wrong show by their labels."""
    risks: list[Risk] = []
    for number, row in enumerate(said.risks, 1):
        text = gate.text(f"risks {number}", row.text, 300)
        if text:
            risks.append(Risk(severity=next(iter(known_labels(Severity, [row.severity])), Severity.MEDIUM), text=text))
    if not risks and brief.negative_units:
        total = brief.positive_units + brief.negative_units
        shown = ", ".join(_plain(change) for change, _ in brief.harmed_changes[:3])
        text = f"{brief.negative_units} of {total} moments behind this went the other way: {shown}."
        risks.append(Risk(severity=Severity.MEDIUM, text=text))
    return tuple(risks[:_MOST_OTHERS])


def _examples(said: SkillDraft, gate: Gate) -> tuple[ExampleReply, ...]:
    examples: list[ExampleReply] = []
    for number, row in enumerate(said.examples, 1):
        seeker = gate.text(f"examples {number}", row.seeker, 600, claims=False)
        reply = gate.spoken(f"examples {number}", row.reply, seeker)
        if seeker and check_message(seeker).crisis:
            gate.refuse(f"examples {number}", "the seeker is in danger there, which no skill answers")
        elif seeker and reply and not _SLOT.search(reply):
            examples.append(ExampleReply(seeker=seeker, reply=reply))
    return tuple(examples[:_MOST_OTHERS])


def _without_lint(content: SkillContent, gate: Gate) -> SkillContent:
    """The content without spoken lines that lint finds worn, invented or clinical; the other notes are problems to mend."""
    gone: set[tuple[str, int]] = set()
    for note in lint_skill(content):
        place = f"{note.field} {note.place}" if note.place else note.field
        if note.rule in ("phrase", "history", "diagnosis"):
            gone.add((note.field, note.place))
            gate.refuse(place, f"'{note.quote}': {note.sentence}")
        else:
            gate.problems.append(f"{place}: {note.sentence}")
    if not gone:
        return content
    kept = {field: tuple(row for place, row in enumerate(getattr(content, field), 1) if (field, place) not in gone)
            for field in ("do", "examples")}
    return content.model_copy(update=kept)


def new_slug(title: str, taken: frozenset[str], number: int) -> str:
    """A slug made of the title's words that is not taken; ``number`` names a skill whose title has no Latin letters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    slug = slug[:_SLUG_LENGTH].rpartition("-")[0] or slug[:_SLUG_LENGTH] if len(slug) > _SLUG_LENGTH else slug
    slug = slug or f"mined-skill-{number}"
    if slug not in taken:
        return slug
    return next(found for count in range(2, len(taken) + 3) if (found := f"{slug}-{count}") not in taken)


def _plain(label: State | Action | Change) -> str:
    return label.value.replace("-", " ")
