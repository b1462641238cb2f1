"""The gate before any simulation: what a proposal may not be, whoever wrote it. Every refusal is one sentence.

Nothing here asks a model or plays a talk. What passes is not good yet; it may only be tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from esc_tui.bank.mining import all_texts, seekers_texts
from esc_tui.domain.clinical import clinical_word
from esc_tui.domain.copying import SHARED_WORDS, text_runs
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import Proposal, ProposalKind, SkillPatch
from esc_tui.domain.lint import LintNote, lint_among, lint_skill
from esc_tui.domain.skill import Skill, SkillContent
from esc_tui.domain.text import visible
from esc_tui.evolve.danger import crisis_opened, danger_in

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader

MOST_SKILLS = 3
"""A proposal touches at most so many skills: what more of them do together cannot be told apart by one verdict."""
MOST_NEW_WORDS, MOST_CHANGED_WORDS = 800, 250
"""Words that a proposal may bring in a new skill, and into one that is there: the longest starter skill has 753 in all its texts, and a
change of more than a third of that is another skill, to be proposed as one."""
OBJECTED = frozenset({"missing", "phrase", "history", "diagnosis", "duplicate", "length"})
"""Objections of the lint that refuse a proposal where the skill did not have them before; opposite advice is for the verification."""


def gate(reader: BankReader, proposal: Proposal) -> tuple[str, ...]:
    """Why a proposal may not be simulated, one sentence each; empty when it may."""
    base = _base(reader, proposal)
    if isinstance(base, str):
        return (base,)
    found = [*_shape(proposal, base), *_locks(proposal), *_size(proposal)]
    for patch in proposal.patches:
        if patch.after is not None and patch.after != patch.before:
            found += [*_lint(patch, proposal, base), *_said(patch)]
    found += _copied(reader, proposal)
    return tuple(dict.fromkeys(found))


def _base(reader: BankReader, proposal: Proposal) -> dict[str, Skill] | str:
    try:
        revision = reader.revision(proposal.base_revision)
    except UserError:
        return f"Its base revision r{proposal.base_revision} is not in this bank."
    if revision.hash != proposal.base_hash:
        return f"Its base is another r{proposal.base_revision} than this bank's."
    return {skill.slug: skill for skill in reader.skills_at(revision.number)}


def _shape(proposal: Proposal, base: dict[str, Skill]) -> Iterator[str]:
    """Well-formed skills, each once, against the base as it is."""
    slugs = [patch.slug for patch in proposal.patches]
    yield from (f"It changes '{slug}' twice." for slug in dict.fromkeys(slugs) if slugs.count(slug) > 1)
    for patch in proposal.patches:
        if patch.before != base.get(patch.slug):
            yield f"'{patch.slug}' is not at r{proposal.base_revision} what the proposal says it changes."
        if patch.before is not None and not patch.fields():
            yield f"It changes nothing in '{patch.slug}'."
        if patch.after is None:
            yield f"It takes '{patch.slug}' out of the bank; retire it, so that it can come back."
            continue
        try:
            Skill.model_validate(patch.after.model_dump(mode="json"))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            yield f"'{patch.slug}' is no well-formed skill: {'.'.join(map(str, first['loc']))}: {first['msg']}."
        if patch.after.content.language != (patch.before or patch.after).content.language:
            yield f"It changes the language of '{patch.slug}'."


def _locks(proposal: Proposal) -> Iterator[str]:
    for patch in proposal.patches:
        if patch.before is None:
            continue
        touched = [name for name in patch.fields() if name in patch.before.locked]
        if patch.after is not None and set(patch.before.locked) - set(patch.after.locked):
            touched.append("locked")
        if touched:
            yield f"It touches what a person has locked in '{patch.slug}' ({', '.join(touched)})."


def _size(proposal: Proposal) -> Iterator[str]:
    if len(proposal.patches) > MOST_SKILLS:
        yield f"It touches {len(proposal.patches)} skills; at most {MOST_SKILLS} can be told apart by one verdict."
    if proposal.kind is ProposalKind.MERGE:
        return  # a merge brings nothing that was not said before
    for patch in proposal.patches:
        words = sum(len(text.split()) for _, text in _new_texts(patch))
        most = MOST_NEW_WORDS if patch.before is None else MOST_CHANGED_WORDS
        if words > most:
            yield f"It brings {words} words into '{patch.slug}'; at most {most} are a small change."


def _lint(patch: SkillPatch, proposal: Proposal, base: dict[str, Skill]) -> Iterator[str]:
    assert patch.after is not None
    if set(patch.fields()) <= {"status"}:
        return
    others = [skill for slug, skill in base.items() if slug not in {one.slug for one in proposal.patches}]
    before = set() if patch.before is None else {_note(note) for note in _notes(patch.before, others)}
    for note in _notes(patch.after, others):
        if note.rule in OBJECTED and _note(note) not in before:
            place = f" (entry {note.place})" if note.place else ""
            yield f"'{patch.slug}', {note.field}{place}: {note.sentence}"


def _notes(skill: Skill, others: Sequence[Skill]) -> tuple[LintNote, ...]:
    return (*lint_skill(skill.content), *lint_among(skill, others))


def _note(note: LintNote) -> tuple[str, str, str]:
    """What tells an objection from another, its place aside: entries move when one is added before them."""
    return note.rule, note.field, note.quote or re.sub(r"\d+", "", note.sentence)


def _said(patch: SkillPatch) -> Iterator[str]:
    """Clinical words, unsafe words, words that stand in for the guard, and hidden characters, in what is new."""
    for field, text in _new_texts(patch):
        word = clinical_word(text)
        if word and field not in {"dont", "contraindications", "applicability"}:
            yield f"'{patch.slug}', {field}: it uses the clinical word '{word}'."
        if visible(text, keep_lines=False) != text:
            yield f"'{patch.slug}', {field}: it holds control characters."
        danger = danger_in(field, text)
        if danger:
            yield f"'{patch.slug}', {field}: {danger}"
    for example in patch.after.content.examples if patch.after is not None else ():
        if crisis_opened(example.seeker):
            yield f"'{patch.slug}', examples: a crisis is answered by the guard alone, never by a skill."


def _new_texts(patch: SkillPatch) -> list[tuple[str, str]]:
    """The texts (field, text) that stand in a skill after a patch and did not before."""
    known = set() if patch.before is None else set(texts_by_field(patch.before.content))
    return [] if patch.after is None else [pair for pair in texts_by_field(patch.after.content) if pair not in known]


def texts_by_field(content: SkillContent) -> Iterator[tuple[str, str]]:
    """Every text of a skill with the name of its field; an example gives its reply and, as ``heard``, its seeker's line."""
    for name in ("title", "description", "summary"):
        yield name, getattr(content, name)
    yield from (("moves", move.text) for move in content.moves)
    yield from (("do", row.text) for row in content.do)
    yield from (("dont", text) for text in content.dont)
    yield "applicability", content.applicability.text
    for row in content.contraindications:
        yield from (("contraindications", text) for text in (row.text, *row.cues))
    yield from (("outcomes", one.text) for one in content.outcomes)
    yield from (("risks", risk.text) for risk in content.risks)
    for example in content.examples:
        yield "heard", example.seeker
        yield "examples", example.reply


def _copied(reader: BankReader, proposal: Proposal) -> Iterator[str]:
    """Words of a dialogue or of any talk of the bank, sealed ones too, in what is new."""
    wanted: dict[tuple[str, ...], tuple[str, str]] = {}
    for patch in proposal.patches:
        for field, text in _new_texts(patch):
            wanted.update(dict.fromkeys(text_runs(text), (patch.slug, field)))
    if not wanted:
        return
    found = {wanted[run] for run in _runs_in((*_all(reader),), wanted)}
    for slug, field in sorted(found):
        yield f"'{slug}', {field}: it has {SHARED_WORDS} words in a row in common with a talk or dialogue of the bank."


def _all(reader: BankReader) -> Iterator[str]:
    yield from all_texts(reader.connection)
    yield from seekers_texts(reader.connection)


def _runs_in(texts: Iterable[str], wanted: dict[tuple[str, ...], tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    for text in texts:
        if len(text) >= 2 * SHARED_WORDS - 1:
            yield from (run for run in text_runs(text) if run in wanted)
