"""``esc-tui talks``: list, print and forget stored talks."""

from __future__ import annotations

import json as json_module
from dataclasses import asdict
from typing import TYPE_CHECKING

from esc_tui.cli.chat import json_line
from esc_tui.cli.common import Exit, author_of, open_session_bank, put, say, settings_from
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.talk import TalkView
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esc_tui.bank.bank import Bank
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.profile import Profile
    from esc_tui.interchange.talk_export import ExportFormat


def list_talks(bank: str | None, json: bool, limit: int) -> int:
    """One line a talk: identifier, when it began, turns, its first words."""
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        for row in opened.conversations(limit):
            if json:
                put(json_module.dumps(asdict(row), ensure_ascii=False))
            else:
                title = "(forgotten)" if row.forgotten else visible(row.title, keep_lines=False) or "(no words yet)"
                turns = f"{row.turns:>3} {'turn ' if row.turns == 1 else 'turns'}"
                put(f"{row.conversation}  {row.started[:16].replace('T', ' ')}  {turns}  {title}")
    return Exit.DONE


def _events_of(bank: Bank, talk: str) -> list[AnyEvent]:
    """Events of a talk with a person. Raises UserError when there is none, or the talk was simulated: those are in their runs."""
    events = bank.events(talk)
    if not events:
        raise WrongUseError(f"no talk is called '{talk}'", "", "see 'esc-tui talks list'")
    started = TalkView.of(events[:1]).started
    if started is not None and not started.live:
        raise WrongUseError(f"'{talk}' is a simulated talk", "", "see 'esc-tui episodes show' and 'esc-tui export'")
    return events


def show(bank: str | None, talk: str, json: bool) -> int:
    """The talk as lines, or its events."""
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        events = _events_of(opened, talk)
        if json:
            for event in events:
                put(json_line(event))
            return Exit.DONE
        for turn in TalkView.of(events).turns:
            put(f"seeker: {visible(turn.text)}")
            put(f"supporter: {visible(turn.shown)}")
            if turn.reply is not None and turn.reply.skills:
                put(f"           [{visible(', '.join(turn.reply.skills), keep_lines=False)}]")
            put()
    return Exit.DONE


def forget(bank: str | None, talk: str, everything: bool) -> int:
    """Remove words for good; counts stay."""
    if bool(talk) == everything:
        say("Name one talk, or use --all.")
        return Exit.WRONG_USE
    with open_session_bank(settings_from({"bank": bank})) as opened:
        gone = opened.forget_all() if everything else opened.forget(talk)
        say(f"Forgot {gone.conversations} {'talk' if gone.conversations == 1 else 'talks'} and every word of them.")
        for backup in gone.backups:
            say(f"A backup may still hold their words: {backup}")
    return Exit.DONE


def learn(bank: str | None, talk: str, allowed: bool, author: str | None) -> int:
    """Give or take back the consent of an ended talk; its ratings become units and evidence, or leave the bank again."""
    from esc_tui.discover.from_talks import set_consent, told

    settings = settings_from({"bank": bank, "author": author})
    with open_session_bank(settings) as opened:
        say(told(set_consent(opened, talk, allowed, settings.annotator or author_of(settings))))
    return Exit.DONE


def _card_of(bank: Bank, events: Sequence[AnyEvent]) -> Profile:
    from esc_tui.simulate.profiles import readable_profile

    role = TalkView.of(events).role
    if role is None:
        raise WrongUseError("this talk was not played from a role card", "", "leave --role-card out")
    return readable_profile(bank, role.profile)


def export(bank: str | None, talk: str, form: ExportFormat, output: str, mask_names: bool, role_card: bool = False) -> int:
    """Write a talk to a file, or to standard output without one; an existing file is never overwritten.

    The card that was played is left out unless ``role_card`` asks for it.
    """
    from esc_tui.interchange.talk_export import export_talk
    from esc_tui.settings.files import named_path, write_new

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        events = _events_of(opened, talk)
        text = export_talk(events, form, mask_names=mask_names, card=_card_of(opened, events) if role_card else None)
    if not output:
        put(text.rstrip("\n"))
        return Exit.DONE
    try:
        write_new(named_path(output), text.encode())
    except FileExistsError as error:
        raise UserError("there already is a file", output, "choose another name") from error
    except OSError as error:
        raise UserError(f"the talk cannot be written ({error.strerror})", output, "choose another place") from error
    say(f"Wrote {output}")
    return Exit.DONE
