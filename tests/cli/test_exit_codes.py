"""Exit codes of every command, as README's table says: 2 for a line that cannot be carried out as it is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from esc_tui.cli.commands import app
from esc_tui.cli.common import Exit
from esc_tui.cli.main import main
from tests.support_bank import small_bank_file

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def commands() -> list[tuple[str, ...]]:
    """Every command by its words."""
    found: list[tuple[str, ...]] = []

    def walk(group: object, words: tuple[str, ...]) -> None:
        for name, command in sorted(getattr(group, "commands", {}).items()):
            (walk if hasattr(command, "commands") else lambda _, said: found.append(said))(command, (*words, name))

    walk(typer.main.get_command(app), ())
    return found


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ESC_TUI_CONFIG", str(tmp_path / "none.toml"))
    for name in ("ESC_TUI_ENDPOINT", "ESC_TUI_BANK"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "notes.jsonl").write_text('{"text": "x"}\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return str(small_bank_file(tmp_path))


def test_readme_names_every_exit_code_that_there_is() -> None:
    table = dict(re.findall(r"^\| (\d+) \| (.+?) \|$", README, re.M))
    assert {int(code) for code in table} == {*map(int, Exit), 130}
    assert all(words.strip() for words in table.values())


def test_there_are_the_commands_that_are_documented() -> None:
    assert len(commands()) >= 40 and ("simulate",) in commands() and ("profiles", "new") in commands()


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_an_unknown_option_and_an_argument_too_many_are_wrong_use(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--no-such-option"]) == Exit.WRONG_USE
    assert "No such option" in capsys.readouterr().err
    assert main([*words, "--bank"]) == Exit.WRONG_USE


WRONG = [
    "simulate --arm r999", "simulate --arm none,nonsense", "simulate --arm none --arm none", "simulate --profile nobody",
    "simulate --character nonsense", "simulate --need nonsense", "simulate --scenario nonsense", "simulate --shelf exam",
    "simulate --limit -1", "simulate --repeats 0", "simulate --seed x", "simulate --slots 0", "simulate --slots 513",
    "simulate --budget-minutes never", "simulate --protocol sage", "simulate --seeker endpoint", "simulate --critic",
    "simulate --endpoint ftp://x --seeker endpoint", "simulate --prompts nowhere", "simulate --run 9", "simulate --resume 9",
    "simulate --run 1 --resume 1", "simulate --resume 1 --slots 3", "simulate --failed", "simulate --changed",
    "simulate --arm none,single,one-by-one", "simulate --plan --forecast",
    "simulate --model tiny", "simulate --endpoint http://127.0.0.1:9", "simulate --display loud",
    "simulate --arm newest,endpoint",
    "episodes list 9", "episodes list nonsense", "episodes show 9/9", "episodes show x", "episodes hash 9", "episodes ask jump",
    "episodes ask pause 9", "episodes remove 9", "episodes runs --limit 0", "import --remove nothing-of-that-name",
    "replay 9/9", "replay 1/1 --speed -1", "replay 1/1 --speed 65", "replay 1/1 --display loud",
    "export 9", "export 9/9", "export 9:1", "export 1 --format xml",
    "evaluate episodes 9", "evaluate episodes nowhere.jsonl", "evaluate episodes 9 --by weather", "evaluate episodes 9 --seed -1",
    "evaluate episodes notes.jsonl notes.jsonl --compare notes.jsonl",
    "evaluate responses --train nowhere.jsonl --test nowhere.jsonl",
    "profiles show nobody", "profiles list --need nonsense", "profiles new --count 0", "profiles new --language zh",
    "profiles new --engine endpoint", "profiles import nowhere.yaml", "profiles export --out profiles.txt", "profiles new --count 5001",
    "import nowhere.json", "import .", "bank show nobody", "bank show name-the-loss --revision r99", "bank list nonsense:x",
    "bank list state:nonsense", "bank diff r1 r99", "bank rollback r99", "bank hash --revision zzzzzz", "bank import nowhere",
    "bank merge nowhere.db", "talks show nobody", "talks forget nobody", "talks learn nobody", "talks export nobody",
    "guard nowhere.jsonl", "doctor ftp://x", "discover agreement --first nobody", "discover units --engine endpoint",
    "discover vectors", "discover skills --target 0", "chat --mode loud", "chat --revision r99", "chat --prompts nowhere",
    "chat --engine endpoint", "chat --seed -1",
]


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_value_ends_with_2_and_one_sentence(line: str, bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = line.split()
    with_bank = [] if words[0] in {"guard", "doctor"} else ["--bank", bank]
    assert main([*words, *with_bank]) == Exit.WRONG_USE
    captured = capsys.readouterr()
    said = [one for one in captured.err.strip().splitlines() if not one.startswith(("Usage:", "Try "))]
    assert captured.out == "" and said and "Traceback" not in captured.err


@pytest.mark.parametrize("line", [
    "bank undo", "bank redo", "profiles export --out missing/out.yaml", "import notes.jsonl",
    "discover prototypes --bank empty", "evaluate episodes notes.jsonl"])
def test_what_goes_wrong_in_doing_ends_with_1(line: str, bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from esc_tui.bank.bank import create_empty_bank

    create_empty_bank(tmp_path / "empty").close()
    words = line.split()
    code = main([*words, *([] if "--bank" in words else ["--bank", bank])])
    assert (code, "Traceback" in capsys.readouterr().err) == (Exit.FAILED, False)


def test_ctrl_c_before_a_command_has_begun_is_no_traceback(monkeypatch):
    def pressed(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("esc_tui.cli.commands.run", pressed)
    assert main(["episodes", "runs"]) == 130
