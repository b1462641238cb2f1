"""The table of headless commands; each hands over to a module of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Literal

import typer

from esc_tui import __version__
from esc_tui.cli.common import Exit, errors_as_sentences
from esc_tui.cli.corpus_commands import discover_app, evaluate_app, export_episodes, import_corpora
from esc_tui.cli.episode_commands import episodes_app, replay, simulate
from esc_tui.cli.evolve_commands import evolve_app
from esc_tui.cli.options import (
    AuthorOption,
    BankOption,
    DisplayOption,
    EndpointOption,
    EngineOption,
    JsonOption,
    LimitOption,
    MessageOption,
    ModelOption,
    ModeOption,
    PromptsOption,
    RegionOption,
    RevisionOption,
    SeedOption,
)
from esc_tui.cli.profiles import profiles_app
from esc_tui.cli.talk_commands import talks_app

app = typer.Typer(
    name="esc-tui",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Build, talk with and check emotional-support agents. Without a command the panes open, with the options below; "
         "each command has options of its own.",
)
SkillArgument = Annotated[str, typer.Argument(help="A skill's name, as 'esc-tui bank list' shows it.", metavar="SKILL")]
RevisionArgument = Annotated[str, typer.Argument(help="A revision: r42, 42, head or a hash prefix.", metavar="REV")]
bank_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at and change the Skills Bank.")
app.add_typer(bank_app, name="bank")
app.add_typer(talks_app, name="talks")
app.command("import")(import_corpora)
app.command("export")(export_episodes)
app.command("simulate")(simulate)
app.add_typer(episodes_app, name="episodes")
app.command("replay")(replay)
app.add_typer(discover_app, name="discover")
app.add_typer(evolve_app, name="evolve")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(profiles_app, name="profiles")


_commands = cache(lambda: typer.main.get_command(app))
"""The table as typer builds it, with all of its options; once in a process."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; wrong use gives 2."""
    try:
        with errors_as_sentences():
            return int(_commands().main(args=list(arguments), prog_name="esc-tui", standalone_mode=False) or 0)
    except SystemExit as leave:
        return int(leave.code or 0)
    except typer.Abort:
        return 130
    except Exception as error:
        show = getattr(error, "show", None)  # typer carries its own copy of click's usage errors
        if callable(show) and hasattr(error, "exit_code"):
            error.message = str(getattr(error, "message", "")).replace("Value error, ", "")  # type: ignore[attr-defined] # pydantic's words
            show()
            return Exit.WRONG_USE
        raise


@app.callback(invoke_without_command=True)
def _panes(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    bank: BankOption = None,
    engine: EngineOption = None,
    endpoint: EndpointOption = None,
    model: ModelOption = None,
    mode: ModeOption = None,
    seed: SeedOption = None,
    revision: RevisionOption = "",
    theme: Annotated[str | None, typer.Option("--theme", help="Colours of the panes: dark, light, high-contrast or ansi.")] = None,
    annotator: Annotated[str | None, typer.Option("--annotator", metavar="NAME", help="Name under the labels you give.")] = None,
    author: AuthorOption = None,
    region: RegionOption = None,
    prompts: PromptsOption = None,
    no_bank: Annotated[bool, typer.Option("--no-bank", help="Talk without the bank.")] = False,
) -> int:
    if version:
        typer.echo(f"esc-tui {__version__}")
        return Exit.DONE
    if context.invoked_subcommand is not None:
        early = [str(name).replace("_", "-") for name, value in context.params.items() if value]
        if early:
            raise typer.BadParameter(
                f"--{early[0]} before '{context.invoked_subcommand}' would be for the panes; give it behind the command."
            )
    else:
        from esc_tui.cli.main import _open_panes

        given = {
            "bank": bank,
            "engine": engine,
            "endpoint": endpoint,
            "model": model,
            "mode": mode,
            "seed": None if seed is None else str(seed),
            "revision": revision or None,
            "theme": theme,
            "annotator": annotator,
            "author": author,
            "region": region,
            "prompts": prompts,
            "no_bank": no_bank or None,
        }
        return _open_panes({key: value for key, value in given.items() if value is not None})
    return Exit.DONE


@app.command()
def chat(
    display: Annotated[Literal["plain", "json"], typer.Option(help="The talk, or one event a line.")] = "plain",
    bank: BankOption = None,
    engine: EngineOption = None,
    endpoint: EndpointOption = None,
    model: ModelOption = None,
    mode: ModeOption = None,
    seed: SeedOption = None,
    revision: RevisionOption = "",
    prompts: PromptsOption = None,
    region: RegionOption = None,
    no_bank: Annotated[bool, typer.Option("--no-bank", help="Talk without the bank.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Remove the talk from the bank at the end.")] = False,
) -> int:
    """Talk with the supporter: one line of standard input is one message."""
    from esc_tui.cli.chat import run_chat

    options = {"bank": bank, "engine": engine, "endpoint": endpoint, "model": model, "mode": mode, "seed": seed, "prompts": prompts,
               "region": region}
    return run_chat(display, options, revision=revision, bank_used=not no_bank, ephemeral=forget)


@app.command()
def guard(file: Annotated[str, typer.Argument(help="File of JSON lines, or - for standard input.")]) -> int:
    """Check lines {"id", "text", "context"?} for signs of danger; one JSON line each."""
    from esc_tui.cli.guard import run_guard

    return run_guard(file)


@app.command()
def doctor(
    url: Annotated[str, typer.Argument(help="Address of a server; default the one in the settings.")] = "",
    model: ModelOption = None,
) -> int:
    """Test an endpoint: reachable, models, latency, streaming, structured output."""
    from esc_tui.cli.doctor import run_doctor

    return run_doctor(url, model)


@bank_app.command("list")
def bank_list(
    text: Annotated[list[str] | None, typer.Argument(help="Words and facets, e.g. sleep state:overwhelmed.")] = None,
    bank: BankOption = None,
    json: JsonOption = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="At most so many rows.")] = 1000,
) -> int:
    """List skills."""
    from esc_tui.cli import bank as work

    return work.list_skills(bank, " ".join(text or []), json, limit)


@bank_app.command("show")
def bank_show(slug: SkillArgument, bank: BankOption = None, revision: RevisionOption = "", json: JsonOption = False) -> int:
    """Print one skill as SKILL.md (or JSON)."""
    from esc_tui.cli import bank as work

    return work.show(bank, slug, revision, json)


@bank_app.command("log")
def bank_log(bank: BankOption = None, limit: LimitOption = 20, json: JsonOption = False) -> int:
    """List revisions, newest first."""
    from esc_tui.cli import bank as work

    return work.log(bank, limit, json)


@bank_app.command("diff")
def bank_diff(
    first: RevisionArgument,
    second: Annotated[str, typer.Argument(help="Another revision.", metavar="REV")] = "head", bank: BankOption = None,
) -> int:
    """Show what changed between two revisions."""
    from esc_tui.cli import bank as work

    return work.diff(bank, first, second)


@bank_app.command("rollback")
def bank_rollback(
    revision: RevisionArgument, bank: BankOption = None, message: MessageOption = "", author: AuthorOption = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would change.")] = False,
) -> int:
    """Bring back the bank of an earlier revision, as a new revision."""
    from esc_tui.cli import bank as work

    return work.rollback_ahead(bank, revision) if preview else work.rollback(bank, revision, message, author)


@bank_app.command("undo")
def bank_undo(bank: BankOption = None, author: AuthorOption = None) -> int:
    """Take back the newest change."""
    from esc_tui.cli import bank as work

    return work.step(bank, "undo", author)


@bank_app.command("redo")
def bank_redo(bank: BankOption = None, author: AuthorOption = None) -> int:
    """Bring back what undo took away."""
    from esc_tui.cli import bank as work

    return work.step(bank, "redo", author)


@bank_app.command("hash")
def bank_hash(
    bank: BankOption = None, revision: RevisionOption = "",
    everything: Annotated[bool, typer.Option("--all", help="Units, profiles and dialogues too.")] = False,
) -> int:
    """Print the content hash of the skills in force."""
    from esc_tui.cli import bank as work

    return work.print_hash(bank, revision, everything)


@bank_app.command("info")
def bank_info(bank: BankOption = None, json: JsonOption = False) -> int:
    """Say what the bank is, and what a verification found of it against no bank."""
    from esc_tui.cli import bank as work

    return work.info(bank, json)


@bank_app.command("check")
def bank_check(bank: BankOption = None) -> int:
    """Check the bank for damage."""
    from esc_tui.cli import bank as work

    return work.check(bank)


@bank_app.command("export")
def bank_export(
    target: Annotated[str, typer.Argument(help="A folder, or a file ending in .zip.", metavar="FOLDER|FILE.zip")],
    bank: BankOption = None, revision: RevisionOption = "",
) -> int:
    """Write every skill as <name>/SKILL.md with what it rests on, into a folder or a zip."""
    from esc_tui.cli import skill_files as work

    return work.export(bank, target, revision)


@bank_app.command("import")
def bank_import(
    paths: Annotated[list[str], typer.Argument(help="Folders, zips, or SKILL.md files.")],
    bank: BankOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    message: MessageOption = "", author: AuthorOption = None, display: DisplayOption = "plain",
) -> int:
    """Read SKILL.md files, folders or zips that hold them, as one revision."""
    from esc_tui.cli import skill_files as work

    return work.import_skills(bank, paths, message, author, dry_run, display)


@bank_app.command("build")
def bank_build(
    output: Annotated[str, typer.Option("--output", "-o", help="Where to write.")] = "",
    check_only: Annotated[bool, typer.Option("--check", help="Only validate the sources.")] = False,
) -> int:
    """Compile the starter sources into a template bank."""
    from esc_tui.cli import build as work

    return work.build(output, check_only)


@bank_app.command("merge")
def bank_merge(
    other: Annotated[str, typer.Argument(help="Another bank.", metavar="OTHER.db")],
    bank: BankOption = None,
    ours: Annotated[bool, typer.Option("--ours", help="Settle every conflict as it stands here.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="Settle every conflict as it stands there.")] = False,
    labels: Annotated[bool, typer.Option("--labels", help="Only dialogues, units, labels and decisions; no skill.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    message: MessageOption = "", author: AuthorOption = None, display: DisplayOption = "plain",
) -> int:
    """Merge another bank into this one: skills field by field, with their dialogues, units and outcomes, never its talks."""
    from esc_tui.cli import merging as work

    if labels:
        if ours or theirs:
            raise typer.BadParameter("--labels touches no skill, so there is no side to take.")
        return work.run_merge_labels(bank, other, dry_run, display)
    return work.run_merge(bank, other, _side(ours, theirs), dry_run, message, author, display)


def _side(ours: bool, theirs: bool) -> Literal["ours", "theirs"] | None:
    if ours and theirs:
        raise typer.BadParameter("--ours and --theirs cannot both be given.")
    return "ours" if ours else "theirs" if theirs else None


@bank_app.command("update")
def bank_update(
    bank: BankOption = None,
    ours: Annotated[bool, typer.Option("--ours", help="Settle every conflict as it stands here.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="Settle every conflict as the starter bank has it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    author: AuthorOption = None,
    display: DisplayOption = "plain",
) -> int:
    """Merge what is new or changed in the installed starter bank into this one, as one revision."""
    from esc_tui.cli import merging as work

    return work.run_update(bank, _side(ours, theirs), dry_run, author, display)


@bank_app.command("copy")
def bank_copy(
    target: Annotated[str, typer.Argument(help="Where to write.", metavar="OTHER.db")],
    bank: BankOption = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a file of this name.")] = False,
) -> int:
    """Write the whole bank to another file, also while it is open."""
    from esc_tui.cli import bank as work

    return work.copy(bank, target, replace)


@bank_app.command("path")
def bank_where(bank: BankOption = None) -> int:
    """Print where the bank lies."""
    from esc_tui.cli import bank as work

    return work.where(bank)
