"""The commands of stored talks; each hands over to a module of its own."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from esc_tui.cli.options import AuthorOption, BankOption, JsonOption, LimitOption

TalkArgument = Annotated[str, typer.Argument(help="A talk's id, as 'esc-tui talks list' shows it.", metavar="TALK")]
talks_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List and forget stored talks.")


@talks_app.command("list")
def talks_list(
    bank: BankOption = None, json: JsonOption = False, limit: LimitOption = 50
) -> int:
    """List stored talks, newest first."""
    from esc_tui.cli import talks as work

    return work.list_talks(bank, json, limit)


@talks_app.command("show")
def talks_show(talk: TalkArgument, bank: BankOption = None, json: JsonOption = False) -> int:
    """Print a talk, or its events as JSON lines."""
    from esc_tui.cli import talks as work

    return work.show(bank, talk, json)


@talks_app.command("forget")
def talks_forget(
    talk: Annotated[str, typer.Argument(help="A talk's id, as 'esc-tui talks list' shows it.", metavar="TALK")] = "",
    bank: BankOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Every talk.")] = False,
) -> int:
    """Remove a talk's words from the bank for good."""
    from esc_tui.cli import talks as work

    return work.forget(bank, talk, everything)


@talks_app.command("learn")
def talks_learn(
    talk: TalkArgument,
    bank: BankOption = None,
    no: Annotated[bool, typer.Option("--no", help="Take the consent back.")] = False,
    author: AuthorOption = None,
) -> int:
    """Let the ratings of a talk become units and evidence, or take that back."""
    from esc_tui.cli import talks as work

    return work.learn(bank, talk, not no, author)


@talks_app.command("export")
def talks_export(
    talk: TalkArgument,
    bank: BankOption = None,
    form: Annotated[Literal["markdown", "jsonl", "html"], typer.Option("--format", help="Kind of file.")] = "markdown",
    output: Annotated[str, typer.Option("--output", "-o", help="File to write; default standard output.")] = "",
    mask: Annotated[bool, typer.Option("--mask-names", help="Replace what looks like a name.")] = False,
    role_card: Annotated[bool, typer.Option("--role-card", help="With the card that was played, its hidden wish included.")] = False,
) -> int:
    """Write a talk as Markdown, JSON lines or one HTML page."""
    from esc_tui.cli import talks as work

    return work.export(bank, talk, form, output, mask, role_card)
