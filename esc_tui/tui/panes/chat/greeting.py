"""What the Chat pane says before anybody has spoken, and the tour card of the first start."""

from __future__ import annotations

from esc_tui.domain.text import visible
from widgets.blocks import Blank, Block, Flow, Part, Run

GREETING = "Hello. What is on your mind?"
PROMISE = (
    "I am a program that listens: not a person, not a therapist, and no help in an emergency. What you write stays in this "
    "bank on this computer; nobody learns from it unless you say so at the end, and you can have it forgotten.")
PROMISE_ENDPOINT = (
    "I am a program that listens: not a person, not a therapist, and no help in an emergency. What you write is kept in "
    "this bank and sent to the model server you chose, {host}, and nowhere else.")
PROMISE_UNSTORED = (
    "I am a program that listens: not a person, not a therapist, and no help in an emergency. This bank is open for viewing "
    "only, so talks are not kept: they are gone when the program ends{host}.")
TOUR = (
    ("enter", "sends what you wrote; the reply comes sentence by sentence"),
    ("esc", "stops a reply, then leaves the field; i goes back to it"),
    ("esc v", "shows why: what was heard, which units and skills fired"),
    ("esc 1", "opens the Bank, where every skill can be read and edited"),
    ("F1", "shows every key that works here"),
)


def greeting_block(endpoint_host: str = "", kept: bool = True) -> Block:
    """The greeting, as a block of the transcript; ``kept`` is False on a bank that can only be viewed."""
    promise = PROMISE_ENDPOINT.format(host=endpoint_host) if endpoint_host else PROMISE
    if not kept:
        sent = f". What you write is sent to the model server you chose, {endpoint_host}" if endpoint_host else ""
        promise = PROMISE_UNSTORED.format(host=sent)
    return Block("greeting", (
        Blank(),
        Flow((Run("supporter", "dim"),)),
        Flow((Run(GREETING, "text"),)),
        Blank(),
        Flow((Run(promise, "dim"),)),
        Blank(),
    ), selectable=False)


def tour_block() -> Block:
    """The card of the first start; it tells of the new bank and names the key to Bank."""
    edge = Run("▎ ", "accent", True)
    rows: list[Part] = [Flow((Run("First time here", "accent.bold"), Run("   your bank is a fresh copy of the starter bank", "dim")),
                             (edge,), (edge,))]
    for key, what in TOUR:
        rows.append(Flow((Run(what, "text"),), (edge, Run(f"{key:<7}", "accent")), (edge, Run(" " * 7, "dim", True))))
    return Block("tour", (*rows, Blank()), selectable=False)


def error_block(sentence: str) -> Block:
    """Why no talk is possible, kept on the screen."""
    edge = Run("▎ ", "harmed", True)
    return Block("error", (Flow((Run("No talk is possible now", "harmed"),), (edge,), (edge,)),
                           Flow((Run(visible(sentence), "text"),), (edge,), (edge,)), Blank()), selectable=False)
