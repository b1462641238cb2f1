"""The bank edited in a terminal: the next reply changes, undo brings the old one back, and nothing written is ever lost."""

import re

from tests.support_bank import small_bank_file
from tests.terminal.conftest import Start
from tests.terminal.driver import ASKS_TO_LEARN, FIELD_READY, Terminal, headless

WORK = "nobody at work even noticed that i stayed late all week"
BACKSPACE = "\x7f"
NEW_WORDS = "with one lamp on and nobody there."


def open_form(terminal: Terminal, slug: str) -> str:
    """From anywhere: to the Bank, filter for one skill, open it in the form."""
    terminal.open_pane(1)
    terminal.see("by name")
    terminal.keys("/").see("ctrl+u clear")
    terminal.keys("ctrl+u", slug).see_that(lambda screen: re.search(r"\b1 of \d+ skills", screen))
    terminal.keys("enter").see("e edit")
    terminal.keys("e")
    return terminal.see(f"Editing {slug}", "ready to save")


def current_row(screen: str) -> str:
    """The number of its first line and the words of the row in hand, which bears the cursor's bar."""
    lines = [(number, line.split("▌", 1)[1].split()) for number, line in enumerate(screen.split("\n")) if "▌" in line]
    return " ".join([str(number) for number, _ in lines[:1]] + [word for _, words in lines for word in words])


def head_of(terminal: Terminal) -> tuple[str, str]:
    """Revision and short hash as the header tells them."""
    found = re.search(r"\b(r\d+) ([0-9a-f]{6})\b", terminal.header)
    assert found, terminal.header
    return found[1], found[2]


def begin_anew(terminal: Terminal) -> None:
    """End the talk and begin another one."""
    terminal.leave_field().keys("n").see(ASKS_TO_LEARN)
    terminal.keys("n").see("What is on your mind?", FIELD_READY)
    terminal.see_gone("Turn 1")


def reply_of(terminal: Terminal) -> str:
    return terminal.column(0, terminal.screen.columns * 68 // 120).split(" supporter ")[-1].split(" › ")[0]


def test_an_edit_changes_the_next_reply_and_undo_brings_the_old_one_back(start: Start, home) -> None:
    path = str(small_bank_file(home))
    terminal = start("--bank", path, size=(140, 40))
    terminal.ready()
    before = head_of(terminal)
    assert before[0] == "r1"
    screen = terminal.say(WORK)
    slug = re.search(r"CHOSE 1 ([a-z-]+)", screen)[1]
    old_reply = reply_of(terminal)

    screen = open_form(terminal, slug)
    phrasings = re.findall(r"^ +\d+ +(.*?[.?]) +move \d$", screen, re.MULTILINE)
    ends = [words.split("}")[-1].strip(" ,.?") for words in phrasings]
    spoken = next(end for end in ends if len(end.split()) > 3 and end in old_reply)
    terminal.keys("tab", "tab")  # to the phrasings
    terminal.until("down", current_row, lambda row: spoken in row)
    terminal.keys("enter").see("esc leave the field")
    last = spoken.split()[-1]
    terminal.keys("end", BACKSPACE * (len(last) + 1), NEW_WORDS, "escape")
    terminal.see_gone("esc leave the field")
    terminal.see("lamp on and nobody", "kept unsaved", "ready to save")
    terminal.keys("s").see(f"Why this change to {slug}?")
    terminal.keys("enter").see("A few words are needed.")
    terminal.keys("[bold]warmer[/bold]", "enter").see("Saved as r2: [bold]warmer[/bold].")
    terminal.see_that(lambda _: head_of(terminal)[0] == "r2")
    changed = head_of(terminal)
    assert changed[1] != before[1]

    terminal.keys("2").see(FIELD_READY)
    begin_anew(terminal)
    terminal.say(WORK)
    screen = terminal.see_that(lambda found: re.search(r"Turn 1 .*r2", found))  # once what was told in the corner is gone
    assert NEW_WORDS in reply_of(terminal), screen

    terminal.leave_field().keys("1").see("by name")
    terminal.keys("u").see_that(lambda now: " r3 " in now.split("\n")[0])
    assert head_of(terminal) == ("r3", before[1]), "the content is that of r1, the history goes on"
    terminal.keys("2").see(FIELD_READY)
    begin_anew(terminal)
    terminal.say(WORK)
    assert reply_of(terminal).startswith(old_reply.strip()), "behind it may stand what a corner of the window still says"

    log = headless(home, "bank", "log", "--bank", path).stdout
    assert "[bold]warmer[/bold]" in log and "r3" in log


def test_what_was_written_when_the_power_went_is_offered_at_the_next_start(start: Start, home) -> None:
    terminal = start()
    terminal.ready()
    open_form(terminal, "reflect-unseen-effort")
    terminal.keys("enter").see("esc leave the field")
    terminal.keys("end", " written before the lights went").see("kept unsaved", "✎ 1 unsaved")
    terminal.kill()

    later = start()
    later.see("✎ 1 unsaved", "Unsaved in Bank: reflect-unseen-effort")
    later.open_pane(1)
    later.keys("/").see("ctrl+u clear")
    later.keys("reflect-unseen").see("1 of ")
    later.keys("enter").see("e edit")
    later.keys("e").see("There are unsaved changes of reflect-unseen-effort.", "go on with it")
    later.keys("g").see("Editing reflect-unseen-effort", "Reflect unseen effort written before the lights went")
    later.keys("s").see("Why this change")
    later.keys("finished after a power cut", "enter").see("Saved as r2")
    assert "draft" not in later.header

    shown = headless(home, "bank", "show", "reflect-unseen-effort")
    assert shown.returncode == 0 and "Reflect unseen effort written before the lights went" in shown.stdout
    assert headless(home, "bank", "check").returncode == 0


def test_quitting_asks_about_changes_that_are_not_saved(start: Start, home) -> None:
    terminal = start(size=(100, 30))
    terminal.ready()
    untouched = headless(home, "bank", "hash").stdout
    open_form(terminal, "reflect-unseen-effort")
    terminal.keys("enter").see("esc leave the field")
    terminal.keys("end", " [/bold]", "escape").see_gone("esc leave the field")
    terminal.see("kept unsaved")

    terminal.keys("ctrl+q").see("the changes of reflect-unseen-effort are not saved.", "keep unsaved", "throw away")
    terminal.keys("escape").see_gone("are not saved.")
    terminal.see("Editing reflect-unseen-effort")

    terminal.keys("ctrl+q").see("are not saved.")
    terminal.keys("k")
    assert terminal.ends() == 0
    assert headless(home, "bank", "hash").stdout == untouched

    later = start()
    later.see("by name", "1 unsaved")
    later.keys("/").see("ctrl+u clear")
    later.keys("reflect-unseen").see("1 of ")
    later.keys("enter").see("e edit")
    later.keys("e").see("There are unsaved changes")
    later.keys("g").see("Reflect unseen effort [/bold]")
    later.keys("ctrl+q").see("are not saved.")
    later.keys("t")
    assert later.ends() == 0
    assert headless(home, "bank", "hash").stdout == untouched


def test_two_programs_on_one_bank_never_overwrite_each_other(start: Start, home) -> None:
    terminal = start()
    terminal.ready()
    open_form(terminal, "reflect-unseen-effort")
    terminal.keys("enter").see("esc leave the field")
    terminal.keys("end", " mine", "escape").see_gone("esc leave the field")
    terminal.see("kept unsaved")

    folder = home / "exported"
    assert headless(home, "bank", "export", str(folder)).returncode == 0
    file = folder / "reflect-unseen-effort" / "SKILL.md"
    file.write_text(file.read_text(encoding="utf-8").replace("Reflect unseen effort", "Reflect unseen effort theirs"), encoding="utf-8")
    done = headless(home, "bank", "import", str(file.parent), "--message", "theirs was first")
    assert done.returncode == 0, done.stderr

    terminal.keys("s").see("Why this change")
    terminal.keys("mine came second", "enter").see("Somebody else changed this skill meanwhile.", "What you wrote is kept.")
    terminal.keys("k").see_gone("Somebody else changed")
    terminal.see("Reflect unseen effort mine")
    log = headless(home, "bank", "log").stdout
    assert "theirs was first" in log and "mine came second" not in log
