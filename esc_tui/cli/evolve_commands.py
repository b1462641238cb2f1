"""The table of commands about evolution; each hands over to a module of its own."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from esc_tui.cli.options import (
    AuthorOption,
    BankOption,
    DisplayOption,
    EndpointOption,
    EngineOption,
    ModelOption,
    ModeOption,
)

evolve_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None,
                         help="Findings, proposals, verdicts: let the bank improve by simulation, and decide yourself.")

PresetOption = Annotated[Literal["smoke", "quick", "small", "standard", "full"], typer.Option(
    "--preset", help="How many pairs are looked at: 12 (never accepts), 24, 48, 96 or 200.")]
ProposalArgument = Annotated[str, typer.Argument(metavar="PROPOSAL", help="P-14 or 14.")]


@evolve_app.command("run")
def run(
    bank: BankOption = None,
    rounds: Annotated[int, typer.Option(
        "--rounds", min=1, max=100, help="With --auto: at most so many; three without an accept end it.")] = 1,
    preset: PresetOption = "standard",
    auto: Annotated[bool, typer.Option("--auto", help="Put what the verdict accepts on watch without asking.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many develop profiles; 0 for all.")] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="Seed of the develop runs.")] = 7,
    engine: EngineOption = None, endpoint: EndpointOption = None, model: ModelOption = None, mode: ModeOption = None,
    display: DisplayOption = "plain",
) -> int:
    """Simulate, find, propose, screen and verify; then you decide (or --auto does, on the verdict accept alone)."""
    from esc_tui.cli.evolve import run_rounds

    options = {"bank": bank, "engine": engine, "endpoint": endpoint, "model": model, "mode": mode}
    return run_rounds(options, rounds, preset, auto, limit, seed, display)


@evolve_app.command("findings")
def findings(
    reference: Annotated[str, typer.Argument(
        metavar="[RUN]", help="Analyse this run (12, last) first; without one the stored findings.")] = "",
    talk: Annotated[list[str] | None, typer.Option("--talk", metavar="ID", help="Analyse this live talk; may be given again.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    bank: BankOption = None, engine: EngineOption = None, endpoint: EndpointOption = None, model: ModelOption = None,
    display: DisplayOption = "plain",
) -> int:
    """List what was found in talks, or analyse a run or live talks."""
    from esc_tui.cli.evolve import show_findings

    return show_findings({"bank": bank, "engine": engine, "endpoint": endpoint, "model": model}, reference, talk or [], limit, display)


@evolve_app.command("proposals")
def proposals(
    reference: Annotated[str, typer.Argument(metavar="[RUN]", help="Propose from the findings of this run first.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    bank: BankOption = None, engine: EngineOption = None, endpoint: EndpointOption = None, model: ModelOption = None,
    display: DisplayOption = "plain",
) -> int:
    """List proposals and where they stand, or write them from the findings of a run."""
    from esc_tui.cli.evolve import show_proposals

    return show_proposals({"bank": bank, "engine": engine, "endpoint": endpoint, "model": model}, reference, limit, display)


@evolve_app.command("show")
def show(
    reference: Annotated[str, typer.Argument(metavar="P-14|V-3|F-7", help="A proposal, a verification or a finding.")],
    bank: BankOption = None, display: Annotated[Literal["plain", "json", "markdown"], typer.Option(
        "--display", help="For people, one JSON object, or (verdicts) Markdown.")] = "plain",
) -> int:
    """Show a proposal with its difference and its verdict, one verdict, or one finding with its turns."""
    from esc_tui.cli.evolve_show import show_one

    return show_one({"bank": bank}, reference, display)


@evolve_app.command("edit")
def edit(
    proposal: ProposalArgument,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The skill as you want it, as SKILL.md.")],
    bank: BankOption = None, author: AuthorOption = None,
) -> int:
    """Take your own version of a proposal's skill: a new proposal in its place, to be verified anew."""
    from esc_tui.cli.evolve import edit_proposal

    return edit_proposal({"bank": bank, "author": author}, proposal, file)


@evolve_app.command("verify")
def verify(
    proposal: Annotated[str, typer.Argument(metavar="[P-14|V-3]", help="A proposal, or a verification that was stopped.")] = "",
    whole: Annotated[bool, typer.Option("--whole", help="The bank itself, against no bank, instead of a proposal.")] = False,
    preset: PresetOption = "standard",
    claim: Annotated[Literal["improve", "safer", "tidy"] | None, typer.Option(
        "--claim", help="What has to be shown; without it what the proposal says.")] = None,
    primary: Annotated[Literal["mean", "final"], typer.Option("--primary", help="Mean emotion over ten turns, or the final one.")] = "mean",
    forecast: Annotated[bool, typer.Option("--forecast", help="Only say what it can show and what it costs.")] = False,
    bank: BankOption = None, engine: EngineOption = None, endpoint: EndpointOption = None, model: ModelOption = None,
    mode: ModeOption = None, display: DisplayOption = "plain",
) -> int:
    """Register a verification and carry it out on sealed seekers, or go on with one; ends with the verdict card."""
    from esc_tui.cli.evolve import run_verify

    options = {"bank": bank, "engine": engine, "endpoint": endpoint, "model": model, "mode": mode}
    return run_verify(options, proposal, whole, preset, claim, primary, forecast, display)


@evolve_app.command("accept")
def accept(
    proposal: ProposalArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the trail.")] = "",
    auto: Annotated[bool, typer.Option("--auto", help="Only on the verdict accept.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask where no verdict accept stands behind it.")] = False,
    bank: BankOption = None, author: AuthorOption = None,
) -> int:
    """Put a proposal's skills into force, on watch; asks first where no verdict accept stands behind it."""
    from esc_tui.cli.evolve import decide

    return decide({"bank": bank, "author": author}, "accept", proposal, reason, auto, yes)


@evolve_app.command("promote")
def promote(
    proposal: ProposalArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the trail.")] = "",
    bank: BankOption = None, author: AuthorOption = None,
) -> int:
    """From watch to active: what an accepted proposal put into force has proved itself."""
    from esc_tui.cli.evolve import decide

    return decide({"bank": bank, "author": author}, "promote", proposal, reason, False)


@evolve_app.command("reject")
def reject(
    proposal: ProposalArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why; the proposer reads it.")],
    bank: BankOption = None, author: AuthorOption = None,
) -> int:
    """Keep a proposal as rejected, with the reason."""
    from esc_tui.cli.evolve import decide

    return decide({"bank": bank, "author": author}, "reject", proposal, reason, False)


@evolve_app.command("learn")
def learn(
    reference: Annotated[str, typer.Argument(metavar="[RUN]", help="An ordinary run on the develop shelf: 12, last.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Only say which posteriors and places would change.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was learned last; other evidence stays.")] = False,
    to: Annotated[int | None, typer.Option("--to", metavar="N", min=0, help="Put the evidence of snapshot N into force.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the revisions that changed the evidence.")] = False,
    bank: BankOption = None, author: AuthorOption = None, display: DisplayOption = "plain",
) -> int:
    """Put what a run taught about each skill into the evidence, as a revision; or set the evidence back."""
    from esc_tui.cli.evolve_learn import run_learn

    return run_learn({"bank": bank, "author": author}, reference, preview, undo, to, listed, display)


@evolve_app.command("novel")
def novel(
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    bank: BankOption = None, display: DisplayOption = "plain",
) -> int:
    """List messages, of talks that may be learned from, that were unlike all units and seekers, for people to look at."""
    from esc_tui.cli.evolve_learn import show_novel

    return show_novel({"bank": bank}, limit, display)


@evolve_app.command("ledger")
def ledger(bank: BankOption = None, display: DisplayOption = "plain") -> int:
    """Every verification, what it spent, how worn the sealed cohorts are, and which verdicts are stale."""
    from esc_tui.cli.evolve_show import show_ledger

    return show_ledger({"bank": bank}, display)
