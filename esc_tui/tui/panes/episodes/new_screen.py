"""Asking for a run: who is played against which supporters, what it will cost, and what is wrong with a line, said while one types."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widgets import Input

from esc_tui.bank.runs import RunRow
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Character, Need, Scenario
from esc_tui.domain.profile import UnplayableError
from esc_tui.domain.sage import PROTOCOLS
from esc_tui.simulate.planning import Arm, Forecast, RunSettings, SeekerName
from esc_tui.simulate.running import forecast_of, plan_run
from esc_tui.simulate.wishes import arm_of, budget_of, mask_of, profiles_of, spoken
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.episodes.figures import clean
from widgets.eager_keys import EagerKeys
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page
from widgets.toned import ink

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings

SEEKERS: tuple[str, ...] = get_args(SeekerName)
FIELDS: tuple[tuple[str, str, str, str], ...] = (
    ("profiles", "Profiles", "all", "all, a number, ids, or need: character: scenario: with labels"),
    ("repeats", "Repeats", "1", "how often each profile is played"),
    ("arms", "Supporters", "newest",
     "newest, r42, or none; behind a ; another one to compare"),
    ("seeker", "Seekers by", "embedded", "embedded, embedded-second or endpoint"),
    ("protocol", "Protocol", "sage-fixed", "sage-fixed, or sage-exact with its published quirks"),
    ("seed", "Seed", "7", "everything embedded follows from it"),
    ("slots", "Slots", "16", "episodes under way at a time"),
    ("mask", "Hidden", "", "none; or 0.1 of the skills, to learn what each one does"),
    ("budget", "Budget", "", "none; or 30 min, 1000 calls, 500k tokens"),
    ("title", "Title", "", "a name for the run"),
)
EXPLAINED = {
    "profiles": (
        "Profiles: which seekers of the shelf develop. A number takes the first so many; need:be-praised, character: and "
        "scenario: take a group; ids stand with blanks between. Those the seeker's engine cannot play are left out, and below "
        "the forecast it is said how many and why."),
    "repeats": (
        "Repeats: how often each profile is played. Repeats differ by their seed; many of few profiles say less than few of "
        "many."),
    "arms": (
        "Supporters: the revision that replies (newest, r42), or none for no skills at all. Several, with ; between, meet the "
        "same seekers with the same luck and are compared in pairs; each has a score and a curve of its own. Behind a comma: "
        "one-by-one or single as the mode, endpoint as the engine."),
    "seeker": (
        "Seekers by: embedded plays and judges without a model; embedded-second does so by another theory, to check by; "
        "endpoint asks the model of the settings. Scores of different ones cannot be compared."),
    "protocol": (
        "Protocol: the rules of a talk. Both begin at emotion 40 and end at 100, below 10 or after ten turns. sage-fixed counts "
        "as SAGE's paper says; sage-exact repeats the quirks of the published program, to be compared with its published "
        "scores."),
    "seed": (
        "Seed: where all chance of the run begins. The same seed, profiles and supporters give the same embedded talks, word "
        "for word, on any machine; another seed is another draw."),
    "slots": (
        "Slots: how many episodes are under way at a time. With a model it is how many of its answers are waited for at once; "
        "embedded it only changes the order in which episodes come."),
    "mask": (
        "Hidden: a share of the skills, at most 0.5, that each episode does without as if the bank had none of them; drawn anew "
        "for every seeker and repeat, so that afterwards it can be told what each skill does."),
    "budget": (
        "Budget: where the run stops by itself, after the turns in hand: 30 min, 1000 calls, 500k tokens. Calls and tokens are "
        "those of a model; an embedded run has none, so minutes alone can stop it. A stopped run goes on with r."),
    "title": (
        "Title: how the run is called in lists; without one it is named after its supporters."),
}
"""What F1 tells of each line."""
LOOK_AFTER = 0.12


class LastWord(Suggester):
    """Completes the last word of a line, also behind a facet's colon, a comma or a semicolon."""

    def __init__(self, options: tuple[str, ...]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.options = options

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line with its last word completed."""
        start = max((value.rfind(mark) for mark in " ,;"), default=-1) + 1
        word = value[start:].lower()
        facet, colon, begun = word.partition(":")
        if colon and not begun:
            return None
        before = value.lower().rpartition(":")[0].rpartition(" ")[2] if "," in value[value.rfind(" ") + 1:] and ":" in value else facet
        wanted = f"{before}:{word}" if not colon and "," in value and ":" in value[value.rfind(" ") + 1:] else word
        found = next((one for one in self.options if word and one.startswith(wanted) and one != wanted), None)
        return None if found is None else value + found[len(wanted):]


PROFILE_WORDS = ("all", *(f"{name}:{one.value}" for name, kind in (("character", Character), ("need", Need), ("scenario", Scenario))
                          for one in kind))
SUGGESTED = {"profiles": PROFILE_WORDS, "arms": ("newest", "none", "all-in-one", "one-by-one", "single", "embedded", "endpoint"),
             "seeker": SEEKERS, "protocol": tuple(PROTOCOLS)}


class WishError(Exception):
    """A line that cannot be read: its field and a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def _arms_of(text: str) -> tuple[Arm, ...]:
    parts = [one.strip() for one in (text or "newest").split(";")]
    if not all(parts):
        raise UserError("one of the supporters beside the ; has no name", "", "write e.g. newest; none")
    return tuple(map(arm_of, parts))


def read_wish(values: dict[str, str]) -> RunSettings:
    """The settings of the run that the lines ask for. Raises WishError."""
    fields: dict[str, Any] = {"title": values["title"].strip()}

    def read(name: str, how: Callable[[str], Any]) -> Any:
        try:
            return how(values[name].strip())
        except UserError as error:
            raise WishError(name, _sentence(error)) from None

    fields |= read("profiles", profiles_of)
    fields["budget"] = read("budget", budget_of)
    fields["arms"] = read("arms", _arms_of)
    for name, low, high in (("repeats", 1, 1000), ("seed", 0, 2**31 - 1), ("slots", 1, 512)):
        text = values[name].strip() or next(default for field, _, default, _ in FIELDS if field == name)
        if not (text.isascii() and text.isdigit() and len(text) < 11 and low <= int(text) <= high):
            raise WishError(name, f"a number from {low} to {high:,}")
        fields[name] = int(text)
    fields["mask"] = read("mask", mask_of)
    for name, known in (("seeker", SEEKERS), ("protocol", tuple(PROTOCOLS))):
        text = values[name].strip().lower()
        fitting = [one for one in known if text and one.startswith(text)] or ([known[0]] if not text else [])
        shortest = min(fitting, key=len, default="")
        if not fitting or not all(one.startswith(shortest) for one in fitting):
            raise WishError(name, " or ".join(known))
        fields[name] = shortest
    try:
        return RunSettings.model_validate(fields)
    except ValueError as error:
        first = error.errors()[0] if hasattr(error, "errors") else {"msg": str(error), "loc": ()}
        where = str(first["loc"][0]) if first["loc"] and str(first["loc"][0]) in values else "arms"
        raise WishError(where, str(first["msg"]).removeprefix("Value error, ")) from None


class RunField(EagerKeys, Input):
    """One line of the form. F1 explains it before the form as a whole."""

    HELP_TITLE = "A line of the form"
    help_text = ""

    @property
    def HELP_TEXT(self) -> str:  # the help screen asks every widget for it
        """What this line is."""
        return self.help_text

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("new_run.go", "Start the run", "screen.take", "enter", "start", 1, palette=False),
        Command("new_run.cancel", "Go back", "screen.cancel", "escape", "back", 2, palette=False, help="Nothing is started."),
        Command("new_run.down", "Next line", "app.focus_next", "down", palette=False),
        Command("new_run.up", "Line before", "app.focus_previous", "up", palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class NewRunScreen(Modal[RunRow | None]):
    """Plans the run that is asked for and gives it, or None after Esc. What is wrong stands below its line, and every line stays."""

    DEFAULT_CSS = """
    NewRunScreen { align: left bottom; background: $background 40%; &:ansi { background: transparent; } }
    NewRunScreen #new-run { height: auto; max-height: 100%; width: 1fr; background: $surface; padding: 1 3;
                            border-top: solid $tone-accent; }
    NewRunScreen Horizontal { height: 1; }
    NewRunScreen #new-run-heading { margin: 0 0 1 0; }
    NewRunScreen .new-run-name { width: 13; }
    NewRunScreen .new-run-said { margin: 0 0 0 13; max-height: 7; display: none; }
    NewRunScreen .new-run-said.-wrong { display: block; }
    NewRunScreen RunField { height: 1; width: 1fr; border: none; padding: 0; background: transparent; color: $tone-bright;
                            background-tint: transparent; }
    NewRunScreen RunField:focus { border: none; background-tint: transparent; background: $tone-raised; }
    NewRunScreen RunField > .input--placeholder, NewRunScreen RunField > .input--suggestion { color: $tone-dim; }
    NewRunScreen #new-run-hint { margin: 1 0 0 0; }
    NewRunScreen #new-run-left-out { max-height: 3; }
    NewRunScreen #new-run-keys { margin: 1 0 0 0; }
    """
    HELP_TITLE = "A new run"
    HELP_TEXT = (
        "Each profile of shelf develop that fits is played against each supporter, as often as repeats say, under one seed: two supporters "
        "meet the same seekers with the same luck, so they can be compared in pairs. The forecast says calls, tokens and time; it "
        "learns from runs of the same kind.\n\nThe run is a process of its own; p pauses it, c cancels it, and what was played stays. "
        "→ takes what is suggested.\n\n" + "\n\n".join(EXPLAINED.values()))

    def __init__(self, bank: Bank, program: Settings) -> None:
        super().__init__()
        self.bank, self.program = bank, program
        self.values = {name: default for name, _, default, _ in FIELDS}
        if program.engine == "endpoint":
            self.values |= {"arms": "newest,endpoint", "seeker": "endpoint"}
        self._timer: Timer | None = None
        self._planning = False

    def compose(self) -> ComposeResult:
        """A line for each field; below, what the run will cost."""
        with Vertical(id="new-run"):
            yield OneLine(margin=0, id="new-run-heading")
            for name, _, _, hint in FIELDS:
                with Horizontal():
                    yield OneLine(margin=0, id=f"new-run-{name}-name", classes="new-run-name")
                    field = RunField(self.values[name], placeholder=hint, id=f"new-run-{name}", compact=True,
                                     suggester=LastWord(SUGGESTED[name]) if name in SUGGESTED else None)
                    field.help_text = EXPLAINED[name]
                    yield field
                yield Page(id=f"new-run-{name}-said", classes="new-run-said")
            yield OneLine(margin=0, id="new-run-hint")
            yield OneLine(margin=0, id="new-run-forecast")
            yield Page(id="new-run-left-out")
            yield OneLine(margin=0, id="new-run-keys")

    def on_mount(self) -> None:
        """To the first line."""
        self.query_one("#new-run-heading", OneLine).show([Part("A new run of simulated seekers", "bright.bold")])
        self._object("", "")
        for field in self.query(RunField):
            field.cursor_blink = False
        keys = (("enter", "start"), ("→", "take the suggestion"), ("↓", "next line"), ("ctrl+u", "clear"), ("esc", "go back"))
        self.query_one("#new-run-keys", OneLine).show(
            [Part(text, "accent.bold" if at == 0 else "dim", "", (4 if place else 0) if at == 0 else 1, 0 if place in (0, 4) else 2)
             for place, pair in enumerate(keys) for at, text in enumerate(pair)])
        self._look_soon()
        self.query_one("#new-run-profiles").focus()

    def on_descendant_focus(self) -> None:
        """The hint is that of the line one is on."""
        focused = self.focused
        name = (focused.id or "").removeprefix("new-run-") if focused is not None else ""
        hint = next((hint for field, _, _, hint in FIELDS if field == name), "")
        self.query_one("#new-run-hint", OneLine).show([Part(hint, "dim")])

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.values[(event.input.id or "").removeprefix("new-run-")] = event.value
        self._look_soon()

    def _look_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(LOOK_AFTER, lambda: self.run_worker(self._look(), group="new-run-look", exclusive=True))

    async def _look(self) -> None:
        try:
            said = await self._forecast(read_wish(self.values))
        except (WishError, UserError) as error:
            if self.is_attached and not self._planning:
                self._object(*_objection(error))
        else:
            if self.is_attached and not self._planning:
                self._object("", "")
                self.query_one("#new-run-forecast", OneLine).show(said)

    async def _forecast(self, wish: RunSettings) -> list[Part]:
        self._check_endpoint(wish)
        expected = await asyncio.to_thread(self._count, wish)
        self._left_out(expected.left_out)
        head, _, basis = spoken(replace(expected, left_out="")).partition(" (")
        return [Part("✓ ", "helped"), Part(head, "text"), Part(basis.rstrip(")"), "dim", gap=3, drop=1)]

    def _left_out(self, clause: str) -> None:
        """Which profiles the run does not play, and why."""
        said = [Block(ink(f"{clean(clause)}.", "caution"), ink("! ", "caution.bold"), 2)] if clause else []
        self.query_one("#new-run-left-out", Page).show(said)

    def _count(self, wish: RunSettings) -> Forecast:
        """Blocking. Raises WishError for a revision there is not, UserError as ``forecast_of``."""
        for arm in wish.arms:
            try:
                if arm.revision:
                    self.bank.revision(arm.revision)
            except UserError as error:
                raise WishError("arms", _sentence(error)) from None
        return forecast_of(self.bank, wish)

    def _check_endpoint(self, wish: RunSettings) -> None:
        """Raises WishError when a model is asked for and none is set."""
        if not wish.embedded and not self.program.endpoint:
            field = "seeker" if wish.seeker == "endpoint" else "arms"
            raise WishError(field, "no endpoint is set; give one in the settings, or choose embedded")

    async def action_take(self) -> None:
        """Plan the run, when everything fits."""
        if self._planning:
            return
        self._planning = True
        if self._timer is not None:
            self._timer.stop()
        self.workers.cancel_group(self, "new-run-look")  # it knows less than the plan and would take its objection away
        try:
            wish = read_wish(self.values)
            await self._forecast(wish)
            self.query_one("#new-run-forecast", OneLine).show([Part("Planning …", "dim")])
            run = await asyncio.to_thread(plan_run, self.bank, self.program, wish)
        except (WishError, UserError) as error:
            name, sentence = _objection(error)
            self._object(name, sentence)
            self.query_one(f"#new-run-{name}").focus()
        else:
            self.dismiss(run)
        finally:
            self._planning = False

    def _object(self, name: str, sentence: str) -> None:
        """Mark the line that is wrong and say why below it; no name: none is."""
        for field, title, _, _ in FIELDS:
            wrong = field == name
            mark = [Part("! ", "caution.bold")] if wrong else []
            self.query_one(f"#new-run-{field}-name", OneLine).show([*mark, Part(title, "caution" if wrong else "dim")])
            said = self.query_one(f"#new-run-{field}-said", Page)
            said.set_class(wrong, "-wrong")
            said.show([Block(ink(clean(sentence), "caution"))] if wrong else [])
        if name:
            self._left_out("")
            self.query_one("#new-run-forecast", OneLine).show([Part("Nothing is started while a line is marked with !", "dim")])

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)


def _objection(error: WishError | UserError) -> tuple[str, str]:
    """The line that an error is about, and its sentence."""
    if isinstance(error, WishError):
        return error.field, str(error)
    return {"--arm": "arms", "settings": "seeker", "--mask": "mask"}.get(error.where, "profiles"), _sentence(error)


def _sentence(error: UserError) -> str:
    """What was wrong and what to do; where is plain from the line."""
    if isinstance(error, UnplayableError):
        return f"{error.why}, so set “Seekers by” to endpoint, or choose others"
    return f"{error.what}; {error.remedy}" if error.remedy else error.what
