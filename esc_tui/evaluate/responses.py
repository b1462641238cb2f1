"""The response-level measurement: train a planner on some dialogues, predict others, write the replies, score everything.

Nothing of the test dialogues may be known: the planner is trained on ``train`` alone, the supporter works on a view of the
bank (``bank.view``) that has only this planner, and both see of a test dialogue only what came before the turn.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from esc_tui.domain.dialogue import Dialogue, words_hash
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.events import Mode
from esc_tui.domain.labels import Strategy
from esc_tui.domain.sealed import SealedWords
from esc_tui.evaluate.items import Corpus, Item, items_of, read_corpora
from esc_tui.evaluate.published import PUBLISHED
from esc_tui.evaluate.scoring import Scores

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.reading import BankReader
    from esc_tui.discover.planner import Decoding, TrainedPlanner
    from esc_tui.evaluate.replying import Reply
    from esc_tui.settings.model import Settings

KIND = "responses"
"""The kind of measurement in the bank."""
DECODING: Decoding = "balanced"
"""How the measured sequences are chosen: by the sum of expected exact matches and expected Levenshtein ratio."""
NATURAL: Decoding = "natural"
"""The other choice that is told beside: several strategies as often as people used them."""
VIEW_PREFIX = "esc-tui-view-"


class Phase(Protocol):
    """Hears how far one phase is."""

    def progress(self, done: int, total: int = 0, note: str = "", unit: str = "") -> None:
        """So many of so many (``unit`` says of what) are done; ``note`` says what is done now, else the phase's name does."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What to measure. ``limit`` test dialogues at most (0: all); without ``replies`` the text measures are left out."""

    train: tuple[str, ...]
    test: tuple[str, ...]
    mode: Mode = "all-in-one"
    seed: int = 0
    limit: int = 0
    replies: bool = True

    def settings(self, settings: Settings) -> dict[str, Any]:
        """What the measurement is kept with; file names only, no folders."""
        return {"train": [Path(path).name for path in self.train], "test": [Path(path).name for path in self.test],
                "mode": self.mode, "seed": self.seed, "limit": self.limit, "with_replies": self.replies,
                "engine": settings.engine, "model": settings.model if settings.engine == "endpoint" else ""}


def measure_responses(bank: BankReader, settings: Settings, wish: Wish, phase: Callable[[str], Phase]) -> dict[str, Any]:
    """Run the whole measurement; gives one object (see ``scoring.Scores.report``) that says what was measured and how.

    ``phase`` is called with the name of each phase and gives who hears of its progress. Raises UserError for files that hold
    nothing to train on or to predict, EndpointError when an endpoint answers no turn at all.
    """
    began = time.monotonic()
    train = _read(wish.train, phase("reading what to learn from"))
    test = _read(wish.test, phase("reading what to predict"))
    measured = test.dialogues[: wish.limit or None]  # all of --test stays unknown, also what is not measured
    items, without = items_of(measured)
    if not items:
        raise UserError("no supporter turn of the test dialogues has a strategy", ", ".join(wish.test),
                        "give dialogues with strategies, e.g. ESConv's valid.jsonl")
    if wish.replies:
        _may_be_sent(settings, measured)
    learned, leaked = _apart(train.dialogues, test.dialogues, wish)
    planner = _trained(learned, wish.seed, phase("training the planner"))
    plans = _predicted(planner, items, wish.mode, phase("predicting"))
    predicted = plans.sequences
    replies: list[Reply] | None = None
    left_out: dict[str, Any] = {"turns_without_strategy": without, "train_dialogues_in_test": leaked,
                                "train_repeated": train.double, "test_repeated": test.double,
                                "train_skipped": dict(train.skipped), "test_skipped": dict(test.skipped), "bank": {}}
    written: dict[str, Any] = {}
    likeness = {}
    if wish.replies:
        def keep(view: BankConnection) -> None:
            _keep(planner, view, learned)

        replies, left_out["bank"], system = _written(bank, settings, wish, test.dialogues, items, predicted, keep, phase)
        written = _account(replies, predicted, system)
        likeness = _likeness(settings, replies, items, phase)
    scores = Scores(items, predicted, wish.seed, None if replies is None else
                    [None if reply.error else reply.text for reply in replies],
                    {name: values for name, (_, values) in likeness.items()})
    result = {
        "kind": "result", "job": "evaluate", **scores.report(), **_own_plan(items, replies, wish.seed),
        "natural_plan": None if plans.natural is None else _strategies_alone(items, plans.natural, wish.seed),
        "left_out": left_out, **written, "likeness_models": {name: model for name, (model, _) in likeness.items()},
        "planner": _card(planner), "published": [row.told() for row in PUBLISHED],
        **wish.settings(settings), "train_licences": list(train.licences),
        "test_dialogues": len(measured), "unit": "shares are 0-1; tables show percent",
        "seconds": round(time.monotonic() - began, 1),
    }
    return result


def _may_be_sent(settings: Settings, test: Sequence[Dialogue]) -> None:
    """Raise UserError when the words of the test would go to another machine although their licence does not allow it."""
    from esc_tui.domain.licence import may_be_shared
    from esc_tui.support.semantic import embeddings_settings
    from esc_tui.support.session import endpoint_settings

    kept = sorted({dialogue.licence or "no licence" for dialogue in test if not may_be_shared(dialogue.licence)})
    places = [endpoint_settings(settings)] if settings.engine == "endpoint" and settings.endpoint else []
    places += [embeddings_settings(settings)] if settings.embeddings else []
    for place in places:
        if kept and not place.loopback:
            raise UserError(f"the test dialogues ({', '.join(kept[:3])}) may not be passed on, so their words are not sent to {place.host}",
                            "", "use an endpoint on this machine, the embedded engine, or --no-replies")


def _read(paths: Sequence[str], told: Phase) -> Corpus:
    return read_corpora(paths, lambda done, total: told.progress(done, total, unit="bytes"))


def _apart(train: Sequence[Dialogue], test: Sequence[Dialogue], wish: Wish) -> tuple[list[Dialogue], int]:
    """The training dialogues that are no test dialogue, no part of one and no near copy, and how many were."""
    sealed = SealedWords(test)
    learned = [dialogue for dialogue in train if sealed.kinship(dialogue) in {"", "line"}]
    if not learned:
        raise WrongUseError("every dialogue of --train is in --test too, so there is nothing to learn from", ", ".join(wish.train),
                            "give other dialogues to learn from, e.g. ESConv's train.jsonl")
    return learned, len(train) - len(learned)


def _trained(dialogues: Sequence[Dialogue], seed: int, told: Phase) -> TrainedPlanner:
    from esc_tui.discover.planner import train_planner

    return train_planner(dialogues, seed, lambda done, total, note: told.progress(done, total, f"planner: {note}", "steps"))


def _card(planner: TrainedPlanner) -> dict[str, Any]:
    """What the planner learned from, for the result and for the artefact in the view."""
    from esc_tui.discover.planner.training import settings

    return {"dialogues": planner.dialogues, "turns": planner.turns, "several": round(planner.several, 4), "settings": settings()}


def _keep(planner: TrainedPlanner, view: BankConnection, learned: Sequence[Dialogue]) -> None:
    """Put the planner in use in the view, instead of any other there."""
    from esc_tui.bank.artefacts import store_artefact
    from esc_tui.engines.embedded.strategy_model import KIND as PLANNER

    store_artefact(view, PLANNER, planner.parts, card=_card(planner), licences=[dialogue.licence for dialogue in learned],
                   sources=[words_hash(dialogue) for dialogue in learned], time="")


@dataclass(frozen=True, slots=True)
class _Predicted:
    """The sequences that are measured, and those with several strategies as often as people used them (None: single mode)."""

    sequences: list[tuple[Strategy, ...]]
    natural: list[tuple[Strategy, ...]] | None


def _predicted(planner: TrainedPlanner, items: Sequence[Item], mode: Mode, told: Phase) -> _Predicted:
    """The sequence planned for each turn; single mode plans the likeliest first strategy alone."""
    import numpy as np

    from esc_tui.discover.planner import context_of
    from esc_tui.engines.embedded.strategy_sequences import SEQUENCES, best_sequence
    from esc_tui.evaluate.strategies import STRATEGIES

    opening = np.array([one[0] for one in SEQUENCES])
    sequences: list[tuple[Strategy, ...]] = []
    natural: list[tuple[Strategy, ...]] = []
    for place, item in enumerate(items, 1):
        chances = planner.model.chances(context_of(item.dialogue, item.turn))
        if mode == "single":
            sequences.append((STRATEGIES[int(np.bincount(opening, weights=chances).argmax())],))
        else:
            for found, decoding in ((sequences, DECODING), (natural, NATURAL)):
                chosen = best_sequence(chances, decoding, planner.model.several_threshold)
                found.append(tuple(STRATEGIES[at] for at in chosen))
        told.progress(place, len(items), unit="turns")
    return _Predicted(sequences, None if mode == "single" else natural)


def _written(bank: BankReader, settings: Settings, wish: Wish, test: Sequence[Dialogue], items: Sequence[Item],
             predicted: Sequence[tuple[Strategy, ...]], keep: Callable[[BankConnection], None],
             phase: Callable[[str], Phase]) -> tuple[list[Reply], dict[str, int], dict[str, Any]]:
    """The replies, what the view of the bank leaves out, and what answered."""
    from esc_tui.bank.bank import open_bank
    from esc_tui.bank.view import make_view

    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"{VIEW_PREFIX}{os.getpid()}-") as folder:
        path = Path(folder) / "view.db"
        left = make_view(bank, SealedWords(test), path)
        with open_bank(path) as view:
            keep(view.writing)
            replies, system = asyncio.run(_answer(view, settings, wish, items, predicted, phase("writing replies")))
    failed = [reply.error for reply in replies if reply.error]
    if len(failed) == len(replies):
        from esc_tui.domain.errors import EndpointError

        raise EndpointError(f"no turn was answered ({failed[0]})", settings.endpoint, "check it with 'esc-tui doctor'")
    return replies, left.counted(), system


def _sweep() -> None:
    """Remove the views that killed measurements left in the folder for temporary files."""
    if os.name == "nt":  # there signal 0 would end the process asked about
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{VIEW_PREFIX}*-*"):
        number = folder.name.removeprefix(VIEW_PREFIX).partition("-")[0]
        try:
            if number.isdigit() and folder.stat().st_uid == os.getuid():
                os.kill(int(number), 0)
        except (ProcessLookupError, OverflowError):
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


async def _answer(view: Any, settings: Settings, wish: Wish, items: Sequence[Item], predicted: Sequence[tuple[Strategy, ...]],
                  told: Phase) -> tuple[list[Reply], dict[str, Any]]:
    from esc_tui.evaluate.replying import IN_FLIGHT, Replier
    from esc_tui.support.session import Session

    session = Session(view, settings)
    try:
        await session.prepare()
        pins = session.pins()
        supporter = session.supporter(pins)
        await asyncio.to_thread(supporter.recaller.load)
        replier = Replier(supporter, pins, wish.mode, wish.seed, lambda done: told.progress(done, len(items), unit="turns"))
        replies = await replier.replies(items, predicted, IN_FLIGHT if settings.engine == "endpoint" else 1)
        return replies, {"model": session.settings.model if settings.engine == "endpoint" else "", "host": session.engine.host,
                         "guard": pins.guard}
    finally:
        await session.aclose()


def _account(replies: Sequence[Reply], predicted: Sequence[tuple[Strategy, ...]], system: dict[str, Any]) -> dict[str, Any]:
    """How the replies ended, how many planned strategies got words, what an endpoint said when it failed."""
    from esc_tui.evaluate.replying import outcomes

    answered = [(reply, plan) for reply, plan in zip(replies, predicted, strict=True) if reply.outcome == "complete"]
    planned = sum(len(plan) for _, plan in answered)
    return {"written_by": system, "outcomes": outcomes(replies), "missing": sum(bool(reply.error) for reply in replies),
            "first_error": next((reply.error for reply in replies if reply.error), ""),
            "strategies_worded": round(sum(reply.worded for reply, _ in answered) / planned, 4) if planned else None}


def _own_plan(items: Sequence[Item], replies: Sequence[Reply] | None, seed: int) -> dict[str, Any]:
    """The strategy measures of what the engine would have planned by itself, on the turns where it got so far."""
    pairs = [(item, reply.own) for item, reply in zip(items, replies or (), strict=False) if reply.own is not None]
    if not pairs:
        return {"own_plan": None}
    return {"own_plan": _strategies_alone([item for item, _ in pairs], [own for _, own in pairs], seed)}


def _strategies_alone(items: Sequence[Item], sequences: Sequence[tuple[Strategy, ...]], seed: int) -> dict[str, Any]:
    """The strategy measures of other plans for the same turns."""
    report = Scores(items, sequences, seed).report()
    return {name: value for name, value in report.items() if name not in {"dialogues", "confusion"}}


def _likeness(settings: Settings, replies: Sequence[Reply], items: Sequence[Item],
              phase: Callable[[str], Phase]) -> dict[str, tuple[str, Any]]:
    """Scores by an embedding model, where one is set: name to the model's name and one number an item."""
    from esc_tui.evaluate.likeness import likeness_scores

    return likeness_scores(settings, [None if reply.error else reply.text for reply in replies],
                           [item.turn.text for item in items], phase)
