"""The program in windows of every kind: small, tiny, resized while it works, without colour, and where no pane can be drawn."""

import pytest

from tests.support_bank import small_bank_file
from tests.terminal.conftest import Start
from tests.terminal.driver import IN_COLOUR, Terminal, headless

WORK = "nobody at work even noticed that i stayed late all week"


def words_of(terminal: Terminal) -> str:
    return " ".join(terminal.text.split())


def drawn_anew(terminal: Terminal) -> None:
    """Wait until the last line ends as the footer does."""
    terminal.see_that(lambda screen: screen.split("\n")[-1].rstrip().endswith("F1 help"))


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 20)])
def test_a_talk_and_the_bank_have_room_in_a_small_window(start: Start, home, columns: int, rows: int) -> None:
    terminal = start("--bank", str(small_bank_file(home)), size=(columns, rows))
    if columns < 80:
        terminal.see("This window is 60 by 20;")
    terminal.ready()
    terminal.keys(WORK, "enter").see("supporter", "▎1 ")
    screen = terminal.reply_ended()
    left = [line[:28].rstrip() for line in screen.split(" › ")[0].split("\n")]  # what a corner says stands further right
    assert [line for line in left if line][-1].startswith(" ▌ ▎"), f"the end of the reply is in sight: {screen}"
    assert "HEARD" not in screen

    terminal.leave_field().keys("v").see("HEARD", "STATE")
    terminal.keys("escape").see_gone("HEARD")

    terminal.open_pane(1)
    screen = terminal.see("ask-one-small-want", "5 of 5 skills")
    assert "Guidance" not in screen
    terminal.keys("enter").see("[Guidance]", "Ask for one small want")
    terminal.keys("escape").see_gone("[Guidance]")
    terminal.see("5 of 5 skills")


def test_a_window_can_be_resized_while_a_reply_is_written(start: Start, home) -> None:
    terminal = start("--bank", str(small_bank_file(home)))
    terminal.ready()
    terminal.keys(WORK, "enter").see("supporter", "▎1 ")
    drawn_anew(terminal.resize(70, 22))
    terminal.see_gone("HEARD")
    drawn_anew(terminal.resize(40, 10))
    drawn_anew(terminal.resize(160, 50))
    terminal.see("HEARD", "CHOSE 1 reflect-unseen-effort", "stayed late all week")
    assert all(line == line[:160] for line in terminal.lines) and terminal.footer.rstrip().endswith("F1 help")
    terminal.reply_ended()
    terminal.say("and the week before that too")
    assert terminal.process.poll() is None


def test_no_color_is_kept_to(start: Start, home) -> None:
    bank = str(small_bank_file(home))
    coloured = start("--bank", bank)
    coloured.ready()
    assert IN_COLOUR.search(coloured.raw), "with colours there are colours to be found"

    plain = start("--bank", bank, environment={"NO_COLOR": "1"})
    plain.ready()
    screen = plain.say(WORK)
    assert "CHOSE 1 reflect-unseen-effort" in screen and "● embedded" in plain.header
    plain.open_pane(1)
    plain.see("reflect-unseen-effort", "▲", "▼")
    found = IN_COLOUR.search(plain.raw)
    assert found is None, found


@pytest.mark.parametrize(("environment", "sentence"), [
    ({"TERM": "dumb"}, "TERM=dumb"),
    ({"LANG": "C"}, "LANG is C, which is not UTF-8"),
    ({"LC_ALL": "C"}, "LC_ALL is C, which is not UTF-8"),
    ({"PYTHONIOENCODING": "latin-1"}, "This terminal speaks iso8859-1, the panes need UTF-8"),
], ids=["dumb", "LANG=C", "LC_ALL=C", "latin-1"])
def test_a_terminal_that_cannot_show_panes_gets_one_sentence_with_a_remedy(start: Start, home, environment, sentence) -> None:
    terminal = start(environment=environment)
    assert terminal.ends() == 1
    said = words_of(terminal)
    assert sentence in said and "esc-tui chat" in said
    assert "Traceback" not in said and b"\x1b" not in terminal.raw
    assert not (home / ".data").exists(), "nothing was made"


def test_without_a_terminal_there_is_one_sentence(home) -> None:
    done = headless(home)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "needs a terminal" in done.stderr and "esc-tui chat" in done.stderr


@pytest.mark.parametrize("what", ["notes", "folder", "newer"])
def test_a_bank_that_cannot_be_opened_is_one_sentence_before_any_pane(start: Start, home, what: str) -> None:
    path = home / "bank.db"
    if what == "folder":
        path.mkdir()
    elif what == "notes":
        path.write_text("no bank at all, only notes, long enough to look like the head of a file " * 20)
    else:
        small_bank_file(home, "bank.db")
        data = bytearray(path.read_bytes())
        data[60:64] = (9_000_000).to_bytes(4, "big")  # SQLite's user_version
        path.write_bytes(data)
    terminal = start("--bank", str(path))
    assert terminal.ends() == (2 if what == "folder" else 1)
    said = words_of(terminal)
    assert "bank.db" in said.replace(" ", "") and "Traceback" not in said, said
    assert len(said) < 400


def test_a_damaged_bank_is_told_where_the_talk_would_begin(start: Start, home) -> None:
    path = small_bank_file(home)
    data = bytearray(path.read_bytes())
    data[100:9000] = b"\xff" * 8900
    path.write_bytes(data)
    terminal = start("--bank", str(path))
    terminal.see("No talk is possible now", "the bank is damaged")
    terminal.open_pane(1, wait_for="the bank is damaged")
    assert "Traceback" not in terminal.text
    checked = headless(home, "bank", "check", "--bank", str(path))
    assert checked.returncode == 1 and "Traceback" not in checked.stderr
    assert path.read_bytes() == data, "a damaged bank is left as it is"
