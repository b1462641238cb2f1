"""New messages: their telling words stand in no unit and no seeker; flagged in live talks, listed where they may be learned from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, open_template
from esc_tui.bank.moments import seekers_words
from esc_tui.bank.talk_lessons import novel_turns
from esc_tui.bank.words import STOP_WORDS, terms
from esc_tui.domain.base import now_iso
from esc_tui.domain.events import TalkClosed, TurnUndone, UnitsRecalled
from esc_tui.settings.locator import template_path
from esc_tui.support.novelty import FEWEST_WORDS, NOVEL, Novelty
from tests.support.scripted_engine import Script
from tests.support.test_turn import Room
from tests.support_bank import small_bank

STRANGE = "the rheumatologist prescribed hydroxychloroquine after the biopsy"


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with small_bank(tmp_path) as opened:
        yield opened


def test_the_threshold_is_the_99_percent_quantile_of_the_starter_units() -> None:
    with open_template(template_path()) as bank:
        by_dialogue: dict[str, set[str]] = {}
        texts = set()
        for dialogue, words, line in bank.connection.rows(
                "SELECT u.dialogue, s.words, t.text FROM units u JOIN unit_search s ON s.rowid = u.number JOIN unit_labels l "
                "ON l.id = u.label JOIN dialogue_turns t ON t.dialogue = u.dialogue AND t.turn = json_extract(l.labels, '$.state_turn')"):
            by_dialogue.setdefault(dialogue, set()).update(terms(words))
            texts.add((dialogue, line))
        spoken, shares = seekers_words(bank.connection), []
        for own, text in texts:
            telling = [word for word in terms(text) if word not in STOP_WORDS]
            known = spoken.union(*(words for dialogue, words in by_dialogue.items() if dialogue != own))
            if len(telling) >= FEWEST_WORDS:
                shares.append(sum(word not in known for word in telling) / len(telling))
    novel = sum(share >= NOVEL for share in shares) / len(shares)
    assert 0.003 <= novel <= 0.02, novel


def test_what_nobody_ever_said_is_novel_and_common_words_are_not() -> None:
    with open_template(template_path()) as bank:
        novelty = Novelty(bank.connection, {})
        new = novelty.of(STRANGE)
        assert new.novel and new.share == 1.0 and "biopsy" in new.strange
        assert not novelty.of("I feel so alone since I moved to this city, nobody calls").novel
        assert not novelty.of("hydroxychloroquine").novel, "one word says too little"
        assert not novelty.of("").novel and not novelty.of("[/bold] \x1b[2J ' OR 1=1 --").novel


async def test_a_live_turn_is_flagged_and_listed_once_it_may_be_learned_from(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    events = [*await room.say(STRANGE), *await room.say("nobody at work even noticed"), *await room.say(STRANGE + " again")]
    told = [event for event in events if isinstance(event, UnitsRecalled)]
    assert [event.novel for event in told] == [True, False, True] and told[0].newness == 1.0
    head = {"conversation_id": room.talk.conversation_id, "time": now_iso()}
    bank.append_events([TurnUndone(undone=3, turn=3, **head)])
    assert novel_turns(bank.connection) == []
    bank.append_events([TalkClosed(may_learn=True, turn=3, **head)])
    (one,) = novel_turns(bank.connection)
    assert (one.turn, one.text, one.newness) == (1, STRANGE, 1.0)
    bank.forget(room.talk.conversation_id)
    assert novel_turns(bank.connection) == []


def test_nothing_is_said_of_a_simulated_seeker(bank: Bank) -> None:
    from esc_tui.support.recall import Recaller

    recaller = Recaller(bank.connection, bank.head_number, bank.snapshot_number).load()
    assert recaller.told(STRANGE, live=False) == {"searched": recaller.unit_count}
    assert recaller.told(STRANGE, live=True)["novel"] is True
