"""The skill writer of the endpoint engine: a model drafts, the gate of ``drafting`` decides what of it may stay."""

from __future__ import annotations

from typing import Any

from esc_tui.domain.labels import Action, Change, Need, Polarity, SkillStatus, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.endpoint.asker import Asker, Request
from esc_tui.engines.endpoint.drafting import compose, new_slug
from esc_tui.engines.endpoint.outputs import SkillDraft
from esc_tui.engines.endpoint.schemas import schema_of
from esc_tui.engines.endpoint.scratch import TurnNotes
from esc_tui.engines.endpoint.view import clipped
from esc_tui.engines.roles import BriefUnit, SkillBrief

SLOTS_TOLD = {
    "clause": "what the seeker told, turned to the second person", "also": "what they told next, in the same message",
    "deed": "something the seeker did",
    "earlier": "something they told earlier in the talk", "feeling": "their feeling, as an adjective", "topic": "what it is about",
    "person": "somebody they spoke of", "wish": "what they want, after to", "quote": "a few of their own words",
    "time": "since when, such as for two weeks"}
"""What the program puts into each slot of a phrasing."""
_MOST_WORDS = 500
"""Characters of one side of a moment; the longest line in 1,301 dialogues of ESConv and FailedESConv has 912."""
_MOST_PROBLEMS = 12


class EndpointSkillWriter:
    """Lets a model write a draft skill. ``notes`` gathers a sentence for every skill of which parts were left out."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._schema = schema_of(SkillDraft)
        self.notes: list[str] = []

    async def write_skill(self, brief: SkillBrief) -> Skill:
        """A new skill of status draft. The model is asked once to mend what may not stay; then it is left out and noted.

        Raises EndpointError when the endpoint fails or no move of the draft can be used.
        """
        values = {"counts": _counts(brief), "helped": [moment_row(unit) for unit in brief.helped],
                  "harmed": [moment_row(unit) for unit in brief.harmed], "labels": _labels(),
                  "words": list(brief.words) if all(unit.quotable for unit in (*brief.helped, *brief.harmed)) else []}
        request = Request(self._asker.render("skill_writer", values), "skill_draft", self._schema)
        answers = 0
        await self._asker.know_model()
        origin = f"mined from {brief.positive_units} helping and {brief.negative_units} harming units, worded by {self._asker.model}"
        left_out = 0

        def check(data: dict[str, Any]) -> Skill:
            nonlocal answers, left_out
            answers += 1
            content, gate = compose(SkillDraft.model_validate(data), brief, origin)
            if content is None or (gate.problems and answers == 1):
                told = clipped("; ".join(gate.problems[:_MOST_PROBLEMS]), 2_000).rstrip(".")
                raise ValueError(told or "moves must hold two to four moves")
            left_out = gate.left_out
            slug = new_slug(content.title, brief.taken, brief.number)
            return Skill(slug=slug, content=content, status=SkillStatus.DRAFT)

        skill = await self._asker.ask(request, TurnNotes(), check)
        if not left_out:
            return skill
        parts = f"{left_out} {'part' if left_out == 1 else 'parts'} left out"
        self.notes.append(f"{skill.slug}: {parts} of the model's draft, because they may not stand in a skill.")
        content = skill.content.model_copy(update={"origin": f"{origin[:200 - len(parts) - 2]}; {parts}"})
        return skill.model_copy(update={"content": content})

    async def aclose(self) -> None:
        """Close the connections of this role's endpoint; the next question opens new ones."""
        await self._asker.connection.aclose()


def _counts(brief: SkillBrief) -> dict[str, Any]:
    return {
        "helped": brief.positive_units, "went_wrong": brief.negative_units, "actions": _labelled(brief.actions),
        "states": _labelled(brief.states), "scenarios": _labelled(brief.scenarios), "stages": _labelled(brief.stages),
        "changes": _labelled(brief.changes), "states_when_it_went_wrong": _labelled(brief.harmed_states),
        "changes_when_it_went_wrong": _labelled(brief.harmed_changes),
        "intensity_1_to_5": f"{brief.intensity_low}-{brief.intensity_high}"}


def _labelled(counts: Any) -> dict[str, int]:
    return {label.value: count for label, count in counts}


def moment_row(unit: BriefUnit) -> dict[str, Any]:
    """A unit in labels, and in words where these may be sent."""
    row: dict[str, Any] = {
        "state": unit.state.value, "intensity": unit.intensity, "scenario": unit.scenario.value, "stage": unit.stage.value,
        "actions": [action.value for action in unit.actions], "then": unit.change.value}
    if not unit.quotable:
        return row
    return row | {"seeker": clipped(unit.seeker, _MOST_WORDS), "supporter": clipped(unit.supporter, _MOST_WORDS),
                  "seeker_after": clipped(unit.after, _MOST_WORDS)}


def _labels() -> dict[str, Any]:
    return {"actions": [*Action], "needs": [*Need], "states": [*State], "slots": SLOTS_TOLD,
            "changes": [change for change in Change if change.polarity is Polarity.POSITIVE]}
