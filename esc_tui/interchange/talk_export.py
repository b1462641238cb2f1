"""A talk as a file that opens anywhere: Markdown, JSON lines of its events, or one HTML page that calls nothing.

Only what the program observed or measured stands in an exported explanation; what a model said is left out of it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from esc_tui.bank.words import terms
from esc_tui.domain.events import AnyEvent, RoleFellBack, RoleTaken, SeekerSpoke
from esc_tui.domain.label_words import label_words
from esc_tui.domain.talk import TalkView, TurnView
from esc_tui.domain.text import in_markdown, visible

if TYPE_CHECKING:
    from esc_tui.domain.profile import Profile

ExportFormat = Literal["markdown", "jsonl", "html"]
DISCLAIMER_PERSON = "The seeker is a program; the supporter was a person. Nothing here judges a person."
DISCLAIMER = "The supporter is a program, not a person. It gives no diagnosis and is no help in an emergency."
_CAPITALISED = (
    "i i'm i've i'd i'll monday tuesday wednesday thursday friday saturday sunday january february march april may june "
    "july august september october november december christmas easter god ok okay tv a&e gp phd english"
)
_NEVER_NAMES = frozenset(_CAPITALISED.split())
_SENTENCES = "text heard quote title guidance plain notes said_reason context cognition emotion support_plan shared_words "
_SENTENCES += "thinking origin content target_completion activity analyse"
_FREE_TEXT = frozenset(_SENTENCES.split())
"""The fields of events that hold sentences or words of them."""
_NAME = re.compile(r"(?<![.!?\n“\"'(] )(?<!^)(?<=\s)([A-Z][a-zà-ÿ]+(?:[-'][A-Z][a-zà-ÿ]+)?)\b")


def export_talk(events: Sequence[AnyEvent], form: ExportFormat, *, mask_names: bool = False, card: Profile | None = None) -> str:
    """The text of the file. With ``mask_names`` words that look like names of people or places become ``[name 1]`` ...

    Which role the person played is left out unless its ``card`` is given: then it stands at the end of a page, and JSON lines keep
    the event that names it.
    """
    view = TalkView.of(events)
    clean = _masker(view) if mask_names else (lambda text: text)
    if form == "jsonl":
        return "".join(_line(event, clean) + "\n" for event in events if card is not None or not isinstance(event, RoleTaken))
    return _markdown(view, clean, card) if form == "markdown" else _page(view, clean, card)


def _card_lines(card: Profile) -> list[tuple[str, str]]:
    """The role card, a title and a text each."""
    who = ", ".join(part for part in (card.name or card.id, str(card.age or ""), card.occupation) if part)
    facts = [(f"Fact, layer {fact.layer}", fact.text) for fact in sorted(card.facts, key=lambda fact: fact.layer)]
    return [("Played", who), ("Hidden wish", card.wish or label_words(card.need)), ("Persona", card.persona),
            ("Scene", card.scene), ("First line", card.first_line), *facts]


def _note(view: TalkView) -> str:
    return DISCLAIMER_PERSON if view.started is not None and view.started.engine == "person" else DISCLAIMER


def find_names(texts: Sequence[str]) -> list[str]:
    """Words that look like names: capitalised inside a sentence, and no day, month or the like; in order of appearance."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _NAME.finditer(text):
            if match.group(1).lower() not in _NEVER_NAMES:
                found[match.group(1)] = None
    return list(found)


def _masker(view: TalkView) -> Callable[[str], str]:
    turns = [*view.turns, *view.undone]
    felt = [turn.rating.text for turn in turns if turn.rating is not None]
    said = [*(text for turn in turns for text in (turn.text, turn.shown)), *felt]
    names = find_names(said)
    if not names:
        return lambda text: text
    numbers: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        numbers.setdefault(name.lower(), number)
        for form in _forms(name, said):
            numbers.setdefault(form, number)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, sorted(numbers, key=len, reverse=True)))})\b", re.IGNORECASE)
    return lambda text: pattern.sub(lambda match: f"[name {numbers[match.group(1).lower()]}]", text)


def _forms(name: str, texts: Sequence[str]) -> set[str]:
    """A name as it stands among single words: its parts, and with what an apostrophe joined to it (``danas``)."""
    joined = re.compile(rf"\b{re.escape(name)}(?:['\u2019]\w+)+", re.IGNORECASE)
    found = {*terms(name), *(word for text in texts for match in joined.findall(text) for word in terms(match))}
    return {word for word in found if len(word) > 1} - _NEVER_NAMES


def _line(event: AnyEvent, clean: Callable[[str], str]) -> str:
    data = event.model_dump(mode="json", exclude_none=True)
    data.pop("veiled_draft", None)
    data.pop("said_reason", None)
    if data.get("reasoning", {}).get("grade") == "said":
        data.pop("reasoning")
    if isinstance(event, RoleFellBack):
        data["reason"] = clean(event.reason)
    if isinstance(event, SeekerSpoke):
        data["change"] = clean(event.change)
    return json.dumps(_cleaned({"kind": data.pop("kind"), **data}, clean), ensure_ascii=False)


def _cleaned(value: object, clean: Callable[[str], str], key: str = "") -> object:
    """The value with its free texts cleaned; labels and identifiers stay, so that every line is still an event."""
    if isinstance(value, dict):
        return {key: clean(item) if key in _FREE_TEXT and isinstance(item, str) else _cleaned(item, clean, key)
                for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) if key in _FREE_TEXT and isinstance(item, str) else _cleaned(item, clean, key) for item in value]
    return value


def _why(turn: TurnView, clean: Callable[[str], str]) -> list[str]:
    """What the program observed of one turn, a line each."""
    lines: list[str] = []
    if turn.state is not None and turn.state.grade == "observed":
        best = ", ".join(f"{score.state.value} {score.score:.2f}" for score in turn.state.states[:3])
        lines.append(f"Read as: {best}; intensity {turn.state.intensity:.0f} of 5, {turn.state.stage.value}")
    if turn.units is not None and turn.units.units:
        lines.append("Like moments: " + ", ".join(
            f"IU-{hit.number} {hit.polarity.glyph} {hit.change.value.replace('-', ' ')}" for hit in turn.units.units[:4]))
    if turn.ranked is not None:
        chosen = [f"{row.skill} v{row.version} ({row.score:.2f})" for row in turn.ranked.ranked if row.verdict == "chosen"]
        lines.append("Skills: " + (", ".join(chosen) or "none fitted"))
        lines.extend(f"Not used: {row.skill}: {row.reason}" for row in turn.ranked.ranked if row.verdict == "vetoed"
                     and row.reason.startswith("contra"))
    if turn.reply is not None and turn.reply.plain:
        lines.append(clean(turn.reply.plain))
    return [visible(line, keep_lines=False) for line in lines]


def _title(view: TalkView) -> str:
    pins = view.pins
    when = view.started.time[:16].replace("T", " ") if view.started else ""
    engine = f"{view.started.engine} {view.started.model}".strip() if view.started else ""
    return f"{when} UTC, engine {engine}, bank r{pins.revision} {pins.revision_hash[:6]}" if pins else when


def _markdown(view: TalkView, clean: Callable[[str], str], card: Profile | None) -> str:
    def shielded(text: str) -> str:
        return in_markdown(clean(text))

    parts = ["# A talk with a supporter\n", f"{_title(view)}\n", f"*{_note(view)}*\n"]
    for turn in view.turns:
        parts.append(f"## Turn {turn.number}\n\n**Seeker:** {shielded(turn.text)}\n")
        parts.append(f"**Supporter:** {shielded(turn.shown)}\n")
        parts.append("\n".join("- " + in_markdown(line) for line in _why(turn, clean)) + "\n")
    if card is not None:
        parts.append("## The role card\n\n" + "\n".join(f"- {title}: {shielded(text)}" for title, text in _card_lines(card)) + "\n")
    return "\n".join(parts)


_STYLE = """body{font:16px/1.55 Georgia,serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#2b2a28;background:#faf7f2}
h1{font-size:1.4rem}p.note{color:#6b665f}section{margin:2rem 0}.seeker{font-weight:600}.supporter{margin-left:1.5rem}
details{margin-left:1.5rem;color:#6b665f;font-size:.9rem}pre,p{white-space:pre-wrap}
@media(prefers-color-scheme:dark){body{color:#e8e3da;background:#1d1c1a}p.note,details{color:#a39c91}}"""


def _page(view: TalkView, clean: Callable[[str], str], card: Profile | None) -> str:
    def shown(text: str) -> str:
        return html.escape(visible(clean(text)))

    parts = ["<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>A talk with a supporter</title>",
             f"<style>{_STYLE}</style></head><body>\n<h1>A talk with a supporter</h1>",
             f"<p class=\"note\">{html.escape(_title(view))}<br>{html.escape(_note(view))}</p>"]
    for turn in view.turns:
        why = "".join(f"<li>{html.escape(line)}</li>" for line in _why(turn, clean))
        parts.append(f"<section><p class=\"seeker\">{shown(turn.text)}</p><p class=\"supporter\">{shown(turn.shown)}</p>"
                     f"<details><summary>Why</summary><ul>{why}</ul></details></section>")
    if card is not None:
        rows = "".join(f"<li>{html.escape(title)}: {shown(text)}</li>" for title, text in _card_lines(card))
        parts.append(f"<section><h2>The role card</h2><ul>{rows}</ul></section>")
    return "\n".join(parts) + "\n</body></html>\n"
