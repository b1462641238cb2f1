"""A simulated talk as blocks: the seeker's words and inner thoughts, the supporter's segments, and what they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.domain.endings import ENDED
from esc_tui.domain.text import visible
from esc_tui.interchange.sage.wordings import without_heading
from esc_tui.tui.panes.chat.turn_block import reply_parts, turn_key
from esc_tui.tui.panes.episodes.figures import GLYPHS, clean, words
from esc_tui.tui.panes.evidence.look import veil
from widgets.blocks import Blank, Block, Flow, Part, Row, Rule, Run
from widgets.curve import Curve, CurveMark, CurveScene

if TYPE_CHECKING:
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.talk import TalkView, TurnView

LEVELS = (10, 40, 70, 100)
ZONES = ((5.0, "F"), (25.0, "C"), (55.0, "B"), (85.0, "A"), (100.0, "S"))
USUAL_TURNS = 10
MOST_TAGS = 3
_INDENT = (Run("       ", "dim", True),)


def change_runs(turn: TurnView) -> tuple[Run, ...]:
    """``▲ +6   61 B`` for a judged turn."""
    felt = turn.emotion
    if felt is None:
        return ()
    glyph, tone = ("▲", "helped") if felt.change > 0 else ("▼", "harmed") if felt.change < 0 else ("=", "neutral")
    return (Run(f"{glyph} {felt.change:+d}", tone), Run(f"  {felt.after:>3} {felt.band.value}", "bright"))


def talk_block(turn: TurnView, seeker: str, *, hidden: bool, inner: bool, over: bool, shown: int | None = None) -> Block:
    """One turn in full. ``hidden`` veils the seeker's words and thoughts; ``inner`` shows all that was thought, not what was felt alone."""
    parts: list[Part] = [Row((Run(f"t{turn.number}  ", "dim"), Run(seeker, "dim")), change_runs(turn))]
    if inner and turn.spoke is not None:
        parts += _thought("thought", turn.spoke.thinking, hidden)
    said = tuple(veil(turn.text)) if hidden else (Run(visible(turn.text).strip() or " ", "bright"),)
    parts += [Flow(said), Blank()]
    if not (over and turn.reply is None and not turn.segments):
        parts += _reply(turn, shown)
    seen = turn.appraised
    if seen is not None:
        told = [("felt", seen.activity)]
        if inner:
            told += [("understood", seen.content), ("toward the wish", seen.target_completion), ("analysed", seen.analyse)]
        for name, text in told:
            parts += _thought(name, text, hidden)
    return Block(turn_key(turn.number), (*parts, Blank()))


def _reply(turn: TurnView, shown: int | None) -> list[Part]:
    if turn.reply is not None and not turn.segments:  # recorded elsewhere: one text, no parts
        return [Flow((Run("supporter", "dim"),)), Flow((Run(visible(turn.reply.text).strip() or " ", "text"),), _INDENT[:1], _INDENT[:1])]
    return reply_parts(turn, shown)


def _thought(name: str, text: str, hidden: bool) -> list[Part]:
    text = without_heading(text)
    if not text:
        return []
    lead = (Run(f"{name}: ", "dim"),)
    runs = tuple(veil(text)) if hidden else (Run(visible(text), "dim.italic"),)
    return [Flow(runs, lead, _INDENT)]


def _felt(turn: TurnView) -> str:
    return without_heading(turn.appraised.activity) if turn.appraised is not None else ""


def short_block(turn: TurnView, *, hidden: bool) -> Block:
    """One turn in a few lines, for the preview."""
    said = tuple(veil(turn.text)) if hidden else (Run(clean(turn.text), "bright"),)
    parts: list[Part] = [Flow(said, (Run(f"t{turn.number:<3}", "dim", True),), (Run("    ", "dim", True),))]
    tags: list[Run] = []
    for tag, tone in tags_of(turn):
        tags += [Run(f"{tag} ", tone)]
    reply = clean(turn.shown)
    if reply:
        parts.append(Flow((Run(reply, "text"),), (Run("    ", "dim", True), *tags), (Run("    ", "dim", True),)))
    felt, change = _felt(turn), change_runs(turn)
    if felt or change:
        runs = tuple(veil(felt)) if hidden else (Run(clean(felt), "dim.italic"),)
        parts.append(Row((Run("    felt: " if felt else "", "dim"), *runs), change))
    return Block(turn_key(turn.number), (*parts, Blank()), selectable=False)


def end_block(view: TalkView) -> Block | None:
    """How the episode ended, and what the simulator's lint doubts."""
    parts: list[Part] = [Flow((Run("! ", "caution"), Run(f"{words(flag.flag)} at t{flag.turn}", "text"))) for flag in view.flags]
    done = view.finished
    if done is not None:
        glyph, tone = GLYPHS.get(done.outcome, ("·", "dim"))
        runs = [Run(f"{glyph} ", tone), Run(ENDED.get(done.outcome, done.outcome), "text"),
                Run(f"  at {done.emotion} after {done.turns} turn{'' if done.turns == 1 else 's'}", "dim")]
        parts.append(Flow(tuple(runs)))
        if done.reason:
            parts.append(Flow((Run(clean(done.reason), "dim"),), (Run("  ", "dim", True),), (Run("  ", "dim", True),)))
    return Block("end", (Rule(), *parts), selectable=False) if parts else None


def facts_block(profile: Profile | None, recorded: bool, inner: bool) -> Block:
    """Who is played; the hidden wish and the story only with the inner side."""
    parts: list[Part] = []
    if profile is not None:
        labels = [words(label) for label in (profile.character, profile.need, profile.scenario)]
        about = " · ".join(filter(None, (*labels, clean(profile.occupation))))
        parts.append(Flow((Run(about, "dim"),)))
        if inner:
            for name, text in (("persona", profile.persona), ("hidden wish", profile.wish), ("scene", profile.scene)):
                if text:
                    parts.append(Flow((Run(visible(text).strip(), "dim.italic"),), (Run(f"{name}: ", "dim"),)))
    if recorded:
        parts.append(Flow((Run("This talk was recorded elsewhere: nothing tells why its replies were given.", "dim"),)))
    return Block("facts", (*parts, Blank()), selectable=False)


def tags_of(turn: TurnView) -> tuple[tuple[str, str], ...]:
    """Two-letter tags of the strategies of a reply, each once; a skill's in its colour, others dim."""
    found: dict[str, str] = {}
    for segment in turn.segments:
        if segment.strategy is not None:
            tag = segment.strategy.tag
            found.setdefault(tag, tag.lower() if segment.skill else "dim")
    return tuple(found.items())[:MOST_TAGS]


def scene_of(view: TalkView, cursor: int | None, turns: int = USUAL_TURNS) -> CurveScene:
    """The curve of emotion: from the start, after each judged reply; bands, and tags where skills fired."""
    points: list[tuple[float, float | None]] = []
    if view.episode is not None:
        points.append((0, view.episode.emotion))
    points += [(turn.number, turn.emotion.after) for turn in view.turns if turn.emotion is not None]
    last = max([turns, *(turn.number for turn in view.turns)])
    lowest = min([0, *(y for _, y in points if y is not None)])
    marks = tuple(CurveMark(turn.number, tags) for turn in view.turns if (tags := tags_of(turn)))
    return CurveScene((Curve(tuple(points)),), (0, last), (lowest, 100), LEVELS, ZONES, marks, cursor, tuple(range(1, last + 1)))


def copied(turn: TurnView, seeker: str, hidden: bool) -> str:
    """A turn as plain text for the clipboard."""
    lines = [f"{seeker}: {'(words about a crisis, veiled)' if hidden else visible(turn.text)}", ""]
    if turn.segments:
        lines.append("supporter:")
        for segment in turn.segments:
            tag = f"[{segment.number} {segment.strategy.tag}] " if segment.strategy is not None else ""
            lines.append(f"{tag}{visible(segment.text)}")
    elif turn.reply is not None:
        lines.append(f"supporter: {visible(turn.reply.text)}")
    if (felt := _felt(turn)) and not hidden:
        lines += ["", f"felt: {visible(felt)}"]
    if turn.emotion is not None:
        lines.append(f"{turn.emotion.change:+d} to {turn.emotion.after} ({turn.emotion.band.value})")
    return "\n".join(lines).strip() + "\n"
