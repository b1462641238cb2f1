"""Laws of the bank: any sequence of edits, undos, redos and rollbacks keeps history true; any text comes back unharmed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.revisions import redo_target, undo_target
from esc_tui.bank.search import SkillFilter, parse_filter
from esc_tui.domain.errors import UserError
from esc_tui.domain.hashing import bank_hash, skill_hash
from esc_tui.domain.labels import Action
from esc_tui.domain.skill import Applicability, ExampleReply, Move, Phrasing, Skill, SkillContent
from tests.support_bank import HOSTILE, recalled, small_bank_file

SLUGS = ("ask-one-small-want", "turn-the-page", "brand-new")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_bank_file(tmp_path_factory.mktemp("laws"))


@dataclass
class Model:
    """The bank as a list of states: what each revision holds, and where undo and redo lead, as in any editor."""

    states: list[dict[str, str]]
    past: list[int] = field(default_factory=list)
    future: list[int] = field(default_factory=list)
    now: int = 0

    def push(self, state: dict[str, str]) -> None:
        """A new state by edit or rollback."""
        self.states.append(state)
        self.past.append(self.now)
        self.now, self.future = len(self.states) - 1, []

    def walk(self, kind: str) -> bool:
        """One undo or redo; False when there is none."""
        source, target = (self.past, self.future) if kind == "undo" else (self.future, self.past)
        if not source:
            return False
        target.append(self.now)
        self.now = source.pop()
        self.states.append(self.states[self.now])
        return True


steps = st.lists(st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(SLUGS), st.sampled_from(["", "One", "Two", "Three"])),
    st.tuples(st.sampled_from(["undo", "redo", "reopen"]), st.none(), st.none()),
    st.tuples(st.just("rollback"), st.integers(0, 30), st.none())), max_size=14)


def skill_named(bank: Bank, slug: str, title: str) -> Skill | None:
    if not title:
        return None
    base = bank.skill("sit-with-the-night")
    return base.model_copy(update={"slug": slug, "content": base.content.model_copy(update={"title": title})})


def held(bank: Bank, revision: int | None = None) -> dict[str, str]:
    return {skill.slug: skill_hash(skill) for skill in bank.skills_at(revision)}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sequence=steps)
def test_any_sequence_of_changes_keeps_hashes_and_history_true(template: Path, tmp_path_factory: pytest.TempPathFactory,
                                                               sequence: list[tuple[str, Any, Any]]) -> None:
    path = tmp_path_factory.mktemp("law") / "bank.db"
    shutil.copy(template, path)
    bank = open_bank(path)
    model = Model([{}, held(bank)], now=1)
    try:
        for kind, what, title in sequence:
            if kind == "edit":
                skill, present = skill_named(bank, what, title), model.states[-1]
                after = {slug: digest for slug, digest in present.items() if slug != what}
                if skill is not None:
                    after[what] = skill_hash(skill)
                if skill is None and what not in present:
                    with pytest.raises(UserError):
                        bank.commit({what: None}, author="law", message="out", base_revision=bank.head_number)
                    continue
                bank.commit({what: skill}, author="law", message="edit", base_revision=bank.head_number)
                if after != present:
                    model.push(after)
            elif kind == "rollback":
                target = 1 + what % (len(model.states) - 1)
                bank.rollback(target, "law")
                if model.states[target] != model.states[-1]:
                    model.push(dict(model.states[target]))
            elif kind == "reopen":
                bank.close()
                bank = open_bank(path)
            elif model.walk(kind):
                getattr(bank, kind)("law")
            else:
                with pytest.raises(UserError, match=f"nothing to {kind}"):
                    getattr(bank, kind)("law")
            assert bank.head_number == len(model.states) - 1
            assert [target(bank.connection) is not None for target in (undo_target, redo_target)] == [bool(model.past), bool(model.future)]
        for number, state in enumerate(model.states):
            if number:
                assert held(bank, number) == state
                assert bank.revision(number).hash == bank_hash(state.items())
        assert bank.check() == []
    finally:
        bank.close()


texts = st.one_of(st.text(min_size=1, max_size=60), st.sampled_from([HOSTILE, "说出失去", "{feeling", "'; --", "\x00\x1b\u202e"]))
words = texts.filter(lambda text: "{" not in text)


@st.composite
def skills(draw: st.DrawFn) -> Skill:
    return Skill(slug="hostile", content=SkillContent(
        title=draw(texts)[:60], description=draw(texts), summary=draw(texts), moves=(Move(action=Action.REFRAMING, text=draw(texts)),),
        do=(Phrasing(move=1, text=draw(words)),), dont=(draw(texts),), applicability=Applicability(text=draw(texts)),
        examples=(ExampleReply(seeker=draw(texts), reply=draw(texts)),), origin=draw(texts)))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(skill=skills(), message=texts)
def test_any_text_in_a_skill_comes_back_unharmed(template: Path, tmp_path_factory: pytest.TempPathFactory, skill: Skill,
                                                 message: str) -> None:
    path = tmp_path_factory.mktemp("text") / "bank.db"
    shutil.copy(template, path)
    with open_bank(path) as bank:
        made = bank.commit({skill.slug: skill}, author=message, message=message, base_revision=1)
        assert (made.author, made.message) == (message, message)
    with open_bank(path) as again:
        row = again.skill_row("hostile")
        assert again.skill("hostile") == skill
        assert row is not None and (row.title, row.summary) == (skill.content.title, skill.content.summary)
        assert again.check() == []


@given(typed=st.one_of(st.text(max_size=40), st.sampled_from([HOSTILE, "state:", '"', "a:b c", "\ud800"])))
def test_any_typed_text_is_a_search_or_one_sentence(template: Path, typed: str) -> None:
    with open_bank(template, readonly=True) as bank:
        try:
            wanted = parse_filter(typed)
        except UserError as error:
            assert str(error)
            wanted = SkillFilter(text=typed)
        page = bank.list_skills(wanted, sort="best")
        assert page.matching <= page.total == 5
        assert isinstance(recalled(bank, typed), list)
        assert isinstance(bank.search_talks(typed), list)
