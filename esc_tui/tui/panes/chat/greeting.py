"""What the Chat pane says before anybody has spoken, and the tour card of the first start."""

from __future__ import annotations

from widgets.blocks import Blank, Block, Flow, Run

GREETING = "Hello. What is on your mind?"
PROMISE = (
    "I am a program that listens: not a person, not a therapist, and no help in an emergency. What you write stays in this "
    "bank on this computer; nobody learns from it unless you say so at the end, and you can have it forgotten.")
PROMISE_ENDPOINT = (
    "I am a program that listens: not a person, not a therapist, and no help in an emergency. What you write is kept in "
    "this bank and sent to the model server you chose, {host}, and nowhere else.")
TOUR = (
    ("Write and press enter", "the reply comes sentence by sentence; esc stops it."),
    ("Look to the right", "what was heard, which units and which skill fired, and why. tab goes there."),
    ("Press 1 for the Bank", "every skill behind these replies can be read and edited there (esc leaves the field first)."),
    ("Press F1 anywhere", "all the keys of the place you are in; ctrl+p finds any command."),
)


def greeting_block(endpoint_host: str = "") -> Block:
    """The greeting, as a block of the transcript."""
    promise = PROMISE_ENDPOINT.format(host=endpoint_host) if endpoint_host else PROMISE
    return Block("greeting", (
        Blank(),
        Flow((Run("supporter", "dim"),)),
        Flow((Run(GREETING, "text"),)),
        Blank(),
        Flow((Run(promise, "dim"),)),
        Blank(),
    ), selectable=False)


def tour_block() -> Block:
    """The card of the first start; it names the key to Bank."""
    rows: list[Flow | Blank] = [Flow((Run("First time here", "accent.bold"),), *_margin()), Flow((), *_margin())]
    for what, why in TOUR:
        rows.append(Flow((Run(what, "text"), Run(f"  {why}", "dim")), *_margin()))
    return Block("tour", (*rows, Blank()), selectable=False)


def _margin() -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    edge = Run("▎ ", "accent", True)
    return (edge,), (edge, Run("  ", "dim", True))
