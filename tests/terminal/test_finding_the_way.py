"""Help, palette, mouse, clipboard and impatient fingers in a real terminal."""

import base64
import re

from tests.support_bank import small_bank_file
from tests.terminal.conftest import Start
from tests.terminal.driver import FIELD_READY, PROMPT, Terminal

WORK = "nobody at work even noticed that i stayed late all week"


def click(terminal: Terminal, words: str) -> None:
    """Press and release the left button on the first place where these words stand."""
    row = next(place for place, line in enumerate(terminal.lines) if words in line)
    column = terminal.lines[row].index(words)
    for end in "Mm":
        terminal.press(f"\x1b[<0;{column + 2};{row + 1}{end}".encode())


def test_help_palette_and_mouse_lead_everywhere(start: Start, home) -> None:
    terminal = start("--bank", str(small_bank_file(home)))
    terminal.ready()
    terminal.keys("f1").see("Enter sends it", "ctrl+j")
    terminal.keys("escape").see_gone("Enter sends it")

    terminal.keys("ctrl+p").see("Search for commands", "Role card: play")
    terminal.keys("bank: ").see_gone("Role card: play")
    terminal.see("Bank: browse and edit skills")
    terminal.keys("enter").see("5 of 5 skills", "sit-with-the-night")
    click(terminal, "sit-with-the-night")
    terminal.see("Sit with the night", "v1")
    terminal.keys("?").see("A row shows status")
    terminal.keys("escape").see_gone("A row shows status")
    click(terminal, "2 Chat")
    terminal.see(FIELD_READY)


def test_a_turn_is_copied_through_the_terminal(start: Start, home) -> None:
    terminal = start("--bank", str(small_bank_file(home)))
    terminal.ready()
    terminal.say(WORK)
    terminal.leave_field().keys("y").see("Copied.")
    [copied] = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)", bytes(terminal.raw))
    text = base64.b64decode(copied).decode()
    assert text.startswith(f"you: {WORK}") and "supporter:" in text and "?" in text


def test_what_impatient_fingers_type_at_the_start_is_not_lost(start: Start, home) -> None:
    terminal = start("--bank", str(small_bank_file(home)))
    terminal.wait_for(PROMPT)
    terminal.press("nobody at work ")
    terminal.press("even noticed\r")
    terminal.see("CHOSE", "nobody at work even noticed")


def test_keys_that_come_all_at_once_act_in_their_order(start: Start, home) -> None:
    terminal = start("--bank", str(small_bank_file(home)))
    terminal.ready()
    terminal.press("abc\x7f\x7f\x7fxyz\x1b[D\x1b[D\x1b[D>>")
    terminal.see("› >>xyz")
    terminal.open_pane(1)
    terminal.keys("/").see("ctrl+u clear")
    terminal.press("zzz\x15unseen effort\x7f\x7f\x7f\x7f\x7f\x7f\x7f")
    terminal.see("/ unseen ", "1 of 5 skills")
