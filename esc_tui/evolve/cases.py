"""Regression cases: a turn of a talk with what must hold of the reply to it, carried out against any revision or proposal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.evolution import find_proposal
from esc_tui.domain.base import new_ulid
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.events import EVENT_ADAPTER
from esc_tui.domain.labels import Strategy, parse_label
from esc_tui.domain.regression import Demand, DemandKind, RegressionCase
from esc_tui.domain.talk import TalkView
from esc_tui.interchange.talk_export import export_talk
from esc_tui.simulate.forking import ForkedReply, Way, fork_at, reply_at
from esc_tui.support.turn import TurnOptions

if TYPE_CHECKING:
    from esc_tui.bank.cases import CaseRow
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.revision import Pins
    from esc_tui.support.session import Session

KEPT = frozenset({"conversation_started", "talk_repinned", "turn_started", "guard_checked", "state_read", "segment_finished",
                  "reply_finished", "turn_rated", "turn_undone"})
"""What a supporter reads of earlier turns. Units stay out: they quote other people's talks; so does who the seeker is."""
TAKEN_OVER = frozenset({"crisis", "care"})


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of a case: each demand that broke, with what was found instead; none when it held."""

    row: CaseRow
    reply: ForkedReply
    broken: tuple[str, ...]

    @property
    def held(self) -> bool:
        """True when every demand held."""
        return not self.broken


def demands_of(reader: BankReader, *, chosen: str = "", not_chosen: str = "", strategy: str = "", unsaid: str = "",
               guard: str = "") -> tuple[Demand, ...]:
    """What must hold, as a person writes it: skills, strategies and words with commas between; ``guard``: yes, no or nothing.

    Raises UserError for a skill or strategy there is none of, for another word about the guard, and when nothing is demanded.
    """
    found = [Demand(kind="chosen", value=_skill(reader, one)) for one in _parts(chosen)]
    found += [Demand(kind="not_chosen", value=_skill(reader, one)) for one in _parts(not_chosen)]
    for one in _parts(strategy):
        try:
            found.append(Demand(kind="strategy", value=parse_label(Strategy, one).value))
        except ValueError as error:
            raise UserError(str(error)) from None
    found += [Demand(kind="unsaid", value=one) for one in _parts(unsaid)]
    kinds: dict[str, DemandKind] = {"yes": "takes_over", "no": "stays_out"}
    if guard.strip():
        kind = kinds.get(guard.strip().casefold())
        if kind is None:
            raise UserError(f"'{guard.strip()}' is no word about the guard", "", "write yes, no or nothing")
        found.append(Demand(kind=kind))
    if not found:
        raise UserError("nothing must hold yet", "", "fill in at least one line below the title")
    return tuple(found)


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(part for one in text.split(",") if (part := " ".join(one.split()))))


def _skill(reader: BankReader, slug: str) -> str:
    reader.skill(slug)
    return slug


def make_case(events: Sequence[AnyEvent], number: int, title: str, demands: Sequence[Demand], mask_names: bool) -> RegressionCase:
    """A case of a turn, with the talk up to the seeker's words; with ``mask_names`` as an export masks them.

    Raises UserError for a turn the talk does not have, and for a title that is empty or longer than 120 characters.
    """
    title = " ".join(title.split())
    if not 0 < len(title) <= 120:
        raise UserError("a case needs a title of at most 120 characters", "", "say in a few words what it is about")
    fork = fork_at(events, number)
    turn = TalkView.of(events).turn(number)
    kept = [event for event in events[:len(fork.past) + 1] if event.kind in KEPT]
    lines = export_talk(kept, "jsonl", mask_names=mask_names).splitlines()
    return RegressionCase(
        id=new_ulid(), title=title, conversation=events[0].conversation_id, turn=number, demands=tuple(demands), masked=mask_names,
        mode=turn.plan.mode if turn is not None and turn.plan is not None else "all-in-one",
        events=tuple(EVENT_ADAPTER.validate_json(line, strict=False) for line in lines))


def pins_to_try(session: Session, revision: str = "", proposal: str = "") -> tuple[str, Pins]:
    """What to try, and its name: a revision, a proposal on top of the revision it was written for, or the newest revision.

    Raises WrongUseError when both are named, or what is named is not there.
    """
    if revision and proposal:
        raise WrongUseError("a revision and a proposal cannot both be tried", "--proposal", "leave one out")
    if proposal:
        row = find_proposal(session.bank.connection, proposal)
        return row.name, session.pins(f"r{row.proposal.base_revision}", row.proposal.digest)
    pins = session.pins(revision)
    return f"r{pins.revision}", pins


async def run_case(session: Session, row: CaseRow, name: str, pins: Pins) -> CaseResult:
    """Carry one case out; nothing is stored. Raises UserError where the supporter cannot think."""
    way = Way(name, session.supporter(pins), pins, TurnOptions(row.case.mode))
    reply = await reply_at(fork_at(row.case.events, row.case.turn), way)
    return CaseResult(row, reply, tuple(_broken(row.case.demands, reply)))


def _broken(demands: Sequence[Demand], reply: ForkedReply) -> Iterator[str]:
    skills = ", ".join(reply.skills) or "no skill"
    used = {segment.strategy.value for segment in reply.segments if segment.strategy is not None}
    taken = reply.outcome in TAKEN_OVER
    if reply.outcome == "failed":
        yield "there was no reply"
        return
    for one in demands:
        match one.kind:
            case "chosen" if one.value not in reply.skills:
                yield f"{one}: it chose {skills}"
            case "not_chosen" if one.value in reply.skills:
                yield f"{one}: it chose {skills}"
            case "strategy" if one.value not in used:
                yield f"{one}: it used {', '.join(sorted(used)) or 'none'}"
            case "unsaid" if _says(reply.text, one.value):
                yield f"{one}: it did"
            case "takes_over" if not taken:
                yield f"{one}: it did not"
            case "stays_out" if taken:
                yield f"{one}: it did"


def _says(text: str, words: str) -> bool:
    """True when the words stand in a text as whole words, whatever their case and the room between them."""
    pattern = r"\s+".join(map(re.escape, words.casefold().split()))
    return re.search(rf"(?<!\w){pattern}(?!\w)", text.casefold()) is not None
