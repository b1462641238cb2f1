"""What stands on the right: a proposal, a finding or a verification in full, as blocks for a width. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.domain.label_words import label_words
from esc_tui.domain.text import many
from esc_tui.evolve.card import CLAIMS, card_rows
from esc_tui.evolve.wording import seekers_of
from esc_tui.tui.panes.episodes.figures import spoken_seconds
from esc_tui.tui.panes.evolution.figures import (
    STAGES,
    VERDICTS,
    clean,
    interval_line,
    points,
    scale_line,
    span_of,
    standing_of,
    told,
)
from widgets.bars import bar
from widgets.page import Block, Page
from widgets.toned import ink, inks

if TYPE_CHECKING:
    from esc_tui.bank.evolution import FindingRow, VerificationRow
    from esc_tui.domain.evolution import SeekerGroup, Verdict
    from esc_tui.tui.panes.evolution.progress import Forecast, SoFar
    from esc_tui.tui.panes.evolution.reading import Overview, Proposed, Tried

LABEL = 10
MOST_PICTURE = 64
STEPS_SHOWN = 8
WORDS = {"VERDICT": "bright.bold"}
WARNED = frozenset({"STALE", "CRITICAL"})


class DetailPage(Page):
    """Blocks that are made anew for each width, so that pictures fit."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._make: Callable[[int], Sequence[Block]] = lambda width: ()

    def show_made(self, make: Callable[[int], Sequence[Block]]) -> None:
        """Replace the text."""
        self._make = make
        self.reset()

    def typeset(self, width: int) -> list[Content]:
        """The blocks for this width."""
        self.blocks = tuple(self._make(width))
        return super().typeset(width)


def fact(name: str, body: Content, space: int = 0, label: int = LABEL) -> Block:
    """A line with what it is about in the margin, which is ``label`` cells wide."""
    return Block(body, ink(name, "dim"), label, space)


def proposal_blocks(one: Proposed, ahead: Forecast | None, now: SoFar | None, findings: Sequence[FindingRow], width: int) -> list[Block]:
    """Who proposes what and why, how it was tried, what was decided."""
    row, proposal = one.row, one.row.proposal
    blocks = [Block(ink(told(proposal.title), "bright.bold"), right=standing_of(one)),
              Block(inks((row.name, "accent"), (f"  {proposal.kind.value}  ", "text"),
                         (f"{', '.join(map(clean, proposal.changes))} on r{proposal.base_revision}, by {clean(proposal.engine)}", "dim")))]
    blocks.append(fact("WHY", ink(told(proposal.reason), "text"), 1))
    for place, found in enumerate(row_ for row_ in findings if row_.finding.id in proposal.findings):
        title = "" if found.finding.title in proposal.reason else f" {told(found.finding.title)}"  # a reason often is the finding
        blocks.append(fact("FOUND" if not place else "", inks((f"F-{found.number}", "accent"), (title, "text"))))
    blocks.append(fact("FOR", inks((_who(proposal.group), "text"), (f"; must be shown to be {CLAIMS[proposal.claim]}", "dim"))))
    for place, reason in enumerate(row.gate):
        blocks.append(fact("GATE" if not place else "", inks(("! ", "caution"), (clean(reason), "text"))))
    if one.replaced:
        blocks.append(fact("NOW", ink(clean(one.replaced), "text")))
    for place, decision in enumerate(one.decisions):
        made = f", r{decision.revision}" if decision.revision is not None else ""
        said = f": {clean(decision.reason)}" if decision.reason else ""
        blocks.append(fact("DECIDED" if not place else "", inks((f"{decision.kind} ", "bright"),
                                                                (f"by {clean(decision.author)}, {decision.time[:10]}{made}{said}", "dim"))))
    if one.standing == "undone":
        blocks.append(fact("", inks(("↩ ", "caution"), ("undone since: its skills are again as they were before", "text"))))
    blocks += _trial(one, ahead, now, width)
    return blocks


def _trial(one: Proposed, ahead: Forecast | None, now: SoFar | None, width: int) -> list[Block]:
    open_one = one.open_one
    blocks: list[Block] = []
    if open_one is not None:
        blocks += under_way(open_one.row, now, width)
    if one.judged is not None:
        blocks += card_blocks(one, one.judged, now if open_one is None else None, width)
    elif open_one is None and ahead is not None and one.standing in {"open", "rejected"}:
        blocks += [fact("BEFORE", ink(told(ahead.claim), "text"), 1), fact("", inks((ahead.cost, "dim"))),
                   fact("", inks(("v", "accent.bold"), (" verifies it.", "dim")))]
    return blocks


def under_way(row: VerificationRow, now: SoFar | None, width: int) -> list[Block]:
    """The stage, the pairs so far, and the interval as it narrows."""
    state = "under way" if row.alive else "registered, not begun" if row.state == "registered" else f"{row.state}; v goes on with it"
    tone = "accent" if row.alive else "caution"
    blocks = [fact("VERIFYING", inks((f"V-{row.number} ", "accent"), ("▶ " if row.alive else "! ", tone), (state, tone)), 1)]
    if row.reason:
        blocks.append(fact("", ink(clean(row.reason), "dim")))
    if now is None:
        return blocks
    if row.stage and not now.total:
        blocks.append(fact("STAGE", ink(STAGES.get(row.stage, row.stage), "text")))
    if now.total:
        left = f", {spoken_seconds(now.left)} left" if now.left is not None else ""
        full, empty = bar(now.done / now.total, 16, empty="─")
        blocks.append(fact("STAGE", inks((f"{STAGES.get(row.stage, row.stage)}  ", "text"), (full, "accent"), (empty, "rule"),
                                         (f"  {now.done:,} of {now.total:,} {now.of}{left}", "dim"))))
    looks = ", ".join(str(look) for look in now.looks)
    blocks.append(fact("PAIRS", inks((f"{now.pairs}", "bright"), (f" of at most {now.looks[-1]}; looks at {looks}", "dim"))))
    blocks += narrowing_blocks(now, width)
    if now.steps:
        blocks.append(fact("", ink("Only the looks decide; between them the bounds of the next look are drawn.", "dim")))
    return blocks


def narrowing_blocks(now: SoFar, width: int) -> list[Block]:
    """A line for every few pairs: how many, the interval, the mean and its bound."""
    if not now.steps:
        return []
    thin = -(-len(now.steps) // STEPS_SHOWN)
    steps = [step for place, step in enumerate(now.steps) if step.look or (len(now.steps) - 1 - place) % thin == 0]
    room = min(MOST_PICTURE, width - LABEL - 24)
    span = span_of([value for step in steps for value in (step.lower, step.upper)])
    blocks = []
    for place, step in enumerate(steps):
        tone = "helped" if step.lower > 0 else "harmed" if step.upper < 0 else "accent"
        line = Content("") if room < 12 else interval_line(step.lower, step.mean, step.upper, room, span, tone) + Content("  ")
        said = inks((points(step.mean), "bright" if step is steps[-1] else "text"),
                    (f" [{points(step.lower)}, {points(step.upper)}]", "dim"))
        number = inks((f"{step.pairs:>4}", "text"), (" look" if step.look else "", "dim"))
        blocks.append(Block(line + said, number, LABEL, 1 if not place else 0))
    if room >= 12:
        blocks.append(Block(scale_line(room, span), indent=LABEL))
    return blocks


def card_blocks(one: Proposed, tried: Tried, now: SoFar | None, width: int) -> list[Block]:
    """The verdict card, with its interval as a picture."""
    blocks: list[Block] = []
    verdict = tried.row.verdict
    if verdict is None:
        return []
    for row in card_rows(one.row, tried.row, tried.readings, tried.stale):
        if row.name == "VERDICT":
            glyph, tone = VERDICTS[verdict.word]
            blocks.append(fact("VERDICT", inks((f"{glyph} ", tone), (row.text, f"{tone}.bold"), (f"   V-{tried.row.number}", "accent")), 1))
        elif row.name in WARNED:
            blocks.append(fact(row.name, inks(("! ", "caution"), (told(row.text), "text"))))
        elif row.name == "TRIED":
            continue
        else:
            blocks.append(fact(row.name, ink(told(row.text), "dim" if row.weak else "text")))
        if row.name == "EFFECT":
            blocks += narrowing_blocks(now, width) if now is not None and now.steps else _one_interval(verdict, width)
    return blocks


def _one_interval(verdict: Verdict, width: int) -> list[Block]:
    room = min(MOST_PICTURE, width - LABEL)
    if verdict.effect is None or verdict.lower is None or verdict.upper is None or room < 12:
        return []
    span = span_of([verdict.lower, verdict.upper])
    tone = VERDICTS[verdict.word][1]
    return [Block(interval_line(verdict.lower, verdict.effect, verdict.upper, room, span, tone), indent=LABEL),
            Block(scale_line(room, span), indent=LABEL)]


def _who(group: SeekerGroup) -> str:
    return "all seekers" if group.anybody else clean(seekers_of(group))


def finding_blocks(row: FindingRow, proposals: Sequence[Proposed]) -> list[Block]:
    """What was found, about whom, and what was proposed from it."""
    one = row.finding
    where = f"run {row.run}" if row.run is not None else "live talks"
    blocks = [Block(ink(told(one.title), "bright.bold"), right=ink(f"F-{row.number}", "accent")),
              Block(ink(f"{one.kind.value.replace('-', ' ')}, by {clean(one.engine)}, {where}, {row.time[:10]}", "dim")),
              fact("ABOUT", ink(_who(one.group), "text"), 1),
              fact("SHOWN BY", inks((f"{one.profiles} {'seeker' if one.profiles == 1 else 'seekers'}, {one.count} "
                                     f"{'turn' if one.count == 1 else 'turns'}", "text"),
                                    (f"; emotion moved by {points(one.mean_change)} on average", "dim")))]
    if one.skills:
        blocks.append(fact("SKILLS", ink(", ".join(map(clean, one.skills)), "text")))
    if one.actions:
        blocks.append(fact("ACTIONS", ink(", ".join(label_words(action) for action in one.actions), "text")))
    answers = [other for other in proposals if one.id in other.row.proposal.findings]
    for place, other in enumerate(answers):
        blocks.append(fact("ANSWER" if not place else "", inks(
            (f"{other.row.name} ", "accent"), (f"{told(other.row.proposal.title)}  ", "text")) + standing_of(other)))
    if not answers:
        blocks.append(fact("ANSWER", ink("nothing proposed from it yet", "dim")))
    return blocks


def tried_blocks(tried: Tried, of: Proposed | None, now: SoFar | None, all_: Overview, width: int) -> list[Block]:
    """A verification, and how worn its cohort is."""
    row, registration = tried.row, tried.row.registration
    title = told(of.row.proposal.title) if of is not None else f"P-{row.proposal}"
    blocks = [Block(ink(title, "bright.bold"), right=ink(f"V-{row.number} of P-{row.proposal}", "accent")),
              Block(ink(f"registered {row.time[:16].replace('T', ' ')}, {registration.preset}, seed {registration.seed}, alpha "
                        f"{registration.alpha:.3g}", "dim"))]
    if row.verdict is None:
        blocks += under_way(row, now, width)
    elif of is not None:
        blocks += card_blocks(of, tried, now, width)
    for cohort, gauge in all_.cohorts:
        if cohort.number == registration.cohort:
            full, empty = bar(gauge, 12, empty="─")
            state = f"retired {cohort.retired[:10]}" if cohort.retired else f"worn {gauge:.0%}"
            blocks.append(fact("COHORT", inks((f"{cohort.number}: {len(cohort.targets)} sealed seekers  ", "text"), (full, "caution"),
                                              (empty, "rule"), (f"  {state}, {many(cohort.confirmations, 'verdict')} on it", "dim")), 1))
    return blocks
