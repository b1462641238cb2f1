"""Analyses one trace without a model: rules over what was read, ranked, chosen and said, what followed, and what is known beyond it.

The thresholds are this project's own, set by reading traces; they find, and prove nothing: a verification does that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from esc_tui.domain.evidence import Outcomes
from esc_tui.domain.evolution import Finding, FindingKind, SeekerGroup
from esc_tui.domain.labels import Action
from esc_tui.domain.skill import Skill
from esc_tui.domain.text import normalised
from esc_tui.engines.embedded.analysing_words import faults_of, recalled_cue
from esc_tui.engines.evolving_roles import AnalystBrief, Moves, PivotKind, Record, TracedTurn
from esc_tui.engines.trace_findings import Seen, findings_of_trace
from esc_tui.guard.reply import check_reply

FIT_SCORE = 0.45
"""From this score on a skill that serves the seeker was there to be chosen; half of all offered skills score less in a turn."""
LIKELY = 0.15
"""A state is one of the seeker's from this probability on."""
FELL, ROSE, CRASHED = -4, 8, -8
"""A change that counts as a fall, as a success, and as a hard fall; simulated seekers mostly move by 5 or 10 (papers.md 3.7)."""
TURN_DEVIATION, THOUGHT_DEVIATION, AGREEMENT = 7.0, 0.72, 0.64
"""Standard deviation of the change in one turn (papers.md 3.7), of how a thought takes a reply, and the correlation of the two (both over
405 turns of the 48 starter profiles)."""
FEWEST_TURNS, FEWEST_SEEKERS = 4, 2
"""A skill's record in a group says something from so many turns of so many seekers on."""
FAILS_BELOW, FAILS_BELOW_UNITS = -1.64, -0.5
"""Deviations below the group's other turns from which on a skill fails there: one-sided 5 %; and where units speak against it too."""
BETTER_EVIDENCE = 0.6
"""A runner-up has evidence when its posterior mean is at least this, above that of what was chosen."""
WORDS_QUOTED = 160


class EmbeddedAnalyst:
    """Reads traces by rules; asks nobody and never fails."""

    name = "embedded"

    async def analyse(self, brief: AnalystBrief) -> tuple[Finding, ...]:
        """The findings of one trace."""
        return analyse_trace(brief)


def analyse_trace(brief: AnalystBrief) -> tuple[Finding, ...]:
    """The findings of one trace, one for each thing found however many turns show it; pure."""
    seen: list[Seen] = []
    earlier: list[TracedTurn] = []
    for turn in brief.trace.turns:
        seen += _unsafe(turn)
        if turn.change is not None and not turn.care:
            seen += _Judged(brief, turn, tuple(earlier)).seen()
        earlier.append(turn)
    return findings_of_trace(brief.trace, seen, EmbeddedAnalyst.name)


def _unsafe(turn: TracedTurn) -> Iterator[Seen]:
    """What the guard refused, or would have, while a skill spoke; and a skill after which a seeker came to harm at once."""
    used = tuple(dict.fromkeys(move.skill for move in turn.moves if move.skill)) or turn.skills
    actions = tuple(dict.fromkeys(move.action for move in turn.moves if move.skill in used))
    if turn.refused:
        yield Seen(FindingKind.UNSAFE_INTERVENTION, SeekerGroup(), used, actions,
                    f"the guard refused a draft ({turn.refused.replace('_', ' ')})", turn)
        return
    checked = check_reply(turn.reply, seeker_text=turn.heard)
    if not checked.ok and checked.kind is not None and not turn.care:
        yield Seen(FindingKind.UNSAFE_INTERVENTION, SeekerGroup(), used, actions,
                    f"the reply may not be said ({checked.kind.value.replace('_', ' ')})", turn)


@dataclass(frozen=True, slots=True)
class _Judged:
    """One turn after which the seeker's move is known."""

    brief: AnalystBrief
    turn: TracedTurn
    earlier: tuple[TracedTurn, ...]

    @property
    def _change(self) -> int:
        return self.turn.change or 0

    def seen(self) -> Iterator[Seen]:
        """Everything found in this turn."""
        turn = self.turn
        if self._change >= ROSE or PivotKind.MARKED_GOOD in turn.pivots:
            yield from self._success()
        if self._change <= 0 and turn.states:
            yield from self._selection()
        if self._change <= FELL:
            yield from self._failure()
            yield from self._execution()

    def _success(self) -> Iterator[Seen]:
        for slug in self.turn.skills:
            yield Seen(FindingKind.SUCCESS, self._group, (slug,), self._actions(slug), self._thought("the seeker rose"), self.turn)

    def _selection(self) -> Iterator[Seen]:
        """No skill that serves such a seeker was there; or one was, with better evidence, and was passed over."""
        turn, skills = self.turn, self.brief.skills
        if any(self._serves(skills[slug]) for slug in turn.skills if slug in skills):
            return
        serving = [row for row in turn.ranked if row.verdict != "vetoed" and row.score >= FIT_SCORE and row.skill in skills
                   and self._serves(skills[row.skill])]
        if not serving:
            answers = self.brief.record.answers.get(self._key, ())
            best = next((row for row in turn.ranked if row.verdict != "vetoed"), None)
            why = "no skill was offered" if best is None else f"the best fit was {best.skill} ({best.score:.2f}), made for other seekers"
            if answers:
                yield Seen(FindingKind.MISSING_SKILL, self._group, (), answers, self._thought(why), turn)
            return
        chosen = max((row.evidence_mean for row in turn.ranked if row.verdict == "chosen"), default=0.0)
        better = [row for row in serving if row.verdict == "runner_up" and row.evidence_mean >= BETTER_EVIDENCE
                  and row.evidence_mean > chosen and self._names_state(skills[row.skill])]
        if self._change <= FELL and better:
            best = max(better, key=lambda row: (row.evidence_mean, row.score, row.skill))
            taken = ", ".join(turn.skills) or "no skill"
            yield Seen(FindingKind.WRONG_SELECTION, self._group, (best.skill,), self._served_by(skills[best.skill]), self._thought(
                f"{best.skill} scored {best.score:.2f} with evidence {best.evidence_mean:.2f}; {taken} was taken"), turn)

    def _failure(self) -> Iterator[Seen]:
        """A skill that fails with all seekers, or with those of one group though it does well elsewhere."""
        trace, turn = self.brief.trace, self.turn
        groups = [SeekerGroup(), *([SeekerGroup(need=trace.need)] if trace.need else []),
                  *([SeekerGroup(state=turn.state)] if turn.state else []),
                  *([SeekerGroup(character=trace.character)] if trace.character else [])]
        for slug in turn.skills:
            skill = self.brief.skills.get(slug)
            group = next((one for one in groups if skill is not None and fails(self.brief.record, skill, one)), None)
            if skill is not None and group is not None:
                yield Seen(FindingKind.PROFILE_FAILURE, group, (slug,), self._actions(slug), self._thought(
                    _shown_by(self.brief.record, slug, group)), turn)

    def _execution(self) -> Iterator[Seen]:
        """A skill that fits and was chosen, whose words fell flat for a reason that can be seen in them."""
        before = [(slug, normalised(text)) for old in self.earlier for slug, text in old.said]
        for slug in self.turn.skills:
            skill = self.brief.skills.get(slug)
            if skill is None or not (self._serves(skill) or self._names_state(skill)):
                continue
            own = [text for said, text in self.turn.said if said == slug]
            fault = faults_of(own, [text for _, text in before]) or recalled_cue(skill, [old.heard for old in self.earlier[-3:]])
            if fault:
                yield Seen(FindingKind.WEAK_EXECUTION, SeekerGroup(), (slug,), self._actions(slug), self._thought(fault), self.turn)

    # what is asked of a turn

    @property
    def _group(self) -> SeekerGroup:
        """The seekers such a finding is about: those of the need where it is known, else of the state as read."""
        need = self.brief.trace.need
        return SeekerGroup(need=need) if need is not None else SeekerGroup(state=self.turn.state)

    @property
    def _key(self) -> str:
        return self._group.name

    def _served_by(self, skill: Skill) -> tuple[Action, ...]:
        answers = self.brief.record.answers.get(self._key, ())
        return tuple(action for action in skill.content.actions if action in answers)

    def _serves(self, skill: Skill) -> bool:
        """True when the skill is made for such a seeker (their need where known, else their state) and does what such seekers answer to."""
        fits, need = skill.content.applicability, self.brief.trace.need
        made = need in fits.needs if need is not None else self._names_state(skill)
        return made and bool(self._served_by(skill) or self._key not in self.brief.record.answers)

    def _names_state(self, skill: Skill) -> bool:
        likely = {score.state for score in self.turn.states[:3] if score.score >= LIKELY}
        return bool(likely & set(skill.content.applicability.states))

    def _actions(self, slug: str) -> tuple[Action, ...]:
        return tuple(dict.fromkeys(move.action for move in self.turn.moves if move.skill == slug))

    def _thought(self, why: str) -> str:
        thought = self.turn.thought.strip()
        return f"{why}; they thought: “{thought[:WORDS_QUOTED]}”" if thought else why


def _shown_by(record: Record, slug: str, group: SeekerGroup) -> str:
    """What shows that a skill fails with a group, in words."""
    if record.trials is not None:
        trial = record.trials[slug, group.name]
        return (f"tried again at {trial.moments} moments of {trial.seekers} such seekers, {slug} moved emotion by {trial.mean:+.1f}, "
                f"a reply without it by {trial.without:+.1f}")
    moves = record.skills[slug, group.name]
    return f"with such seekers {slug} moved emotion by {moves.mean:+.1f} over {moves.turns} turns"


def fails(record: Record, skill: Skill, group: SeekerGroup) -> bool:
    """True when seekers of a group do clearly worse with a skill than without it.

    Where it could be tried again at the moments in which it spoke, that alone decides. Else emotion must fall after it, and move clearly
    worse than in the other turns of the group; in a group that is not all seekers it must do better elsewhere, and the bar is lower where
    units too say that what the skill does harms such seekers more often than it helps.
    """
    if record.trials is not None:
        trial = record.trials.get((skill.slug, group.name))
        return trial is not None and trial.harms
    own, everybody = record.skills.get((skill.slug, group.name)), record.groups.get(group.name)
    if own is None or everybody is None or own.turns < FEWEST_TURNS or own.seekers < FEWEST_SEEKERS or own.mean >= 0:
        return False
    others = _without(everybody, own)
    if others is None or _distance(own, others) > (FAILS_BELOW_UNITS if _units_against(record, skill) else FAILS_BELOW):
        return False
    if group.anybody:
        return True
    elsewhere = _without(record.skills[skill.slug, ""], own)
    return elsewhere is not None and elsewhere.mean >= 0 and elsewhere.mean > own.mean + 2 * TURN_DEVIATION / sqrt(own.turns + FEWEST_TURNS)


def _distance(own: Moves, others: Moves) -> float:
    """How many standard deviations some turns lie from others, by the change and, where they are known, by thoughts together."""
    by_change = (own.mean - others.mean) / (TURN_DEVIATION / sqrt(own.turns))
    if not own.thoughts or not others.thoughts:
        return by_change
    by_thought = (own.taken - others.taken) / (THOUGHT_DEVIATION / sqrt(own.thoughts))
    return (by_change + by_thought) / sqrt(2 * (1 + AGREEMENT))


def _without(whole: Moves, part: Moves) -> Moves | None:
    """The turns of ``whole`` that are not of ``part`` (seekers not counted); None when there are too few."""
    left, thoughts = whole.turns - part.turns, whole.thoughts - part.thoughts
    if left < FEWEST_TURNS:
        return None
    return Moves(left, 0, (whole.mean * whole.turns - part.mean * part.turns) / left,
                 (whole.taken * whole.thoughts - part.taken * part.thoughts) / thoughts if thoughts else 0.0, thoughts)


def _units_against(record: Record, skill: Skill) -> bool:
    """True when in the states a skill is made for, what it does harmed more often than it helped, by two units or more."""
    asks_not = [action for action in skill.content.actions if not action.asks]
    seen = [record.units.get((state.value, action), Outcomes()) for state in skill.content.applicability.states for action in asks_not]
    helped, harmed = sum(one.helped for one in seen), sum(one.harmed for one in seen)
    return harmed >= 2 and harmed > helped
