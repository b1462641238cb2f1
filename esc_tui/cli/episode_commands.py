"""The table of commands about simulated talks: simulate, episodes, replay; each hands over to a module of its own."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from esc_tui.cli.options import (
    BankOption,
    DisplayOption,
    EndpointOption,
    JsonOption,
    ModelOption,
    PromptsOption,
    RegionOption,
)

episodes_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at, steer and remove runs of simulated talks.")

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run's number, the beginning of its id, or last.")]
EpisodeArgument = Annotated[str, typer.Argument(metavar="EPISODE", help="RUN/NUMBER as in 12/31 or last/1, or the beginning of its id.")]

PLANNED = ("shelf", "profile", "character", "need", "scenario", "limit", "repeats", "arm", "protocol", "seeker", "critic", "seed", "slots",
           "processes", "mask", "title", "forecast")
"""Options that a stored run has its own values of."""

def simulate(
    context: typer.Context,
    bank: BankOption = None,
    shelf: Annotated[Literal["develop"], typer.Option("--shelf", help="Which profiles are played.")] = "develop",
    profile: Annotated[list[str] | None, typer.Option("--profile", metavar="ID", help="Only this profile; may be given again.")] = None,
    character: Annotated[list[str] | None, typer.Option(
        "--character", metavar="NAME", help="Only this character (negative, passive, avoidant); may be given again.")] = None,
    need: Annotated[list[str] | None, typer.Option(
        "--need", metavar="NAME", help="Only this hidden need, e.g. be-listened-to; may be given again.")] = None,
    scenario: Annotated[list[str] | None, typer.Option(
        "--scenario", metavar="NAME", help="Only this scenario, e.g. job-crisis; may be given again.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many profiles; 0 for all.")] = 0,
    repeats: Annotated[int, typer.Option("--repeats", min=1, max=1000, help="How often each profile is played.")] = 1,
    arm: Annotated[list[str] | None, typer.Option(
        "--arm", metavar="REV|none[,MODE][,ENGINE][,thompson]",
        help="A supporter: a revision (r42, newest) or none for no skills; a second one is compared with the first.")] = None,
    protocol: Annotated[Literal["sage-fixed", "sage-exact"], typer.Option(
        "--protocol", help="sage-exact keeps the published quirks.")] = "sage-fixed",
    seeker: Annotated[Literal["embedded", "embedded-second", "endpoint"], typer.Option(
        "--seeker", help="Who plays the seekers; embedded-second is another theory of them, to check results by.")] = "embedded",
    critic: Annotated[bool, typer.Option("--critic", help="A four-way critic at the endpoint judges after each reply.")] = False,
    endpoint: EndpointOption = None,
    model: ModelOption = None,
    prompts: PromptsOption = None,
    region: RegionOption = None,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="Everything embedded follows from it.")] = 7,
    slots: Annotated[int, typer.Option("--slots", min=1, max=512, help="Episodes under way at a time.")] = 16,
    processes: Annotated[int, typer.Option("--processes", min=0, max=64, help="Processes for embedded episodes; 0: by itself.")] = 0,
    mask: Annotated[float, typer.Option(
        "--mask", metavar="SHARE", min=0, max=0.5,
        help="Hide so many of the skills (e.g. 0.1) from each episode, at random, to learn what each one does.")] = 0.0,
    budget_calls: Annotated[int, typer.Option("--budget-calls", min=0, help="Stop after so many model calls; 0: no limit.")] = 0,
    budget_tokens: Annotated[int, typer.Option("--budget-tokens", min=0, help="Stop after so many tokens; 0: no limit.")] = 0,
    budget_minutes: Annotated[float, typer.Option("--budget-minutes", min=0, help="Stop after so many minutes; 0: no limit.")] = 0,
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="A name for the run.")] = "",
    forecast: Annotated[bool, typer.Option("--forecast", help="Only say what it would cost.")] = False,
    plan_only: Annotated[bool, typer.Option("--plan", help="Only store the plan; carry it out later with --run.")] = False,
    run: Annotated[str, typer.Option("--run", metavar="RUN", help="Carry out a run that was planned.")] = "",
    resume: Annotated[str, typer.Option("--resume", metavar="RUN", help="Go on with a run that was stopped, as it was planned.")] = "",
    failed: Annotated[bool, typer.Option("--failed", help="With --resume: try failed episodes again, also of a run that is done.")] = False,
    changed: Annotated[bool, typer.Option(
        "--changed", help="With --resume: go on although endpoint, model, region or prompts differ; recorded with the run.")] = False,
    cluster: Annotated[str, typer.Option(
        "--cluster", metavar="ADDRESS", help="Play on a Ray cluster (HOST:PORT, auto), or start one here (local).")] = "",
    display: Annotated[Literal["auto", "full", "plain", "json"], typer.Option(
        "--display", help="A live picture, lines, or JSON lines; auto: full in a terminal.")] = "auto",
) -> int:
    """Let the supporter talk with simulated seekers, many at once, and sum up how they felt in the end."""
    from esc_tui.cli.simulate import Reference, refuse_options, run_simulate

    given = [name for name in PLANNED if _is_given(context, name)]
    refuse_options(run, resume, given, {"failed": failed, "changed": changed})
    wish = {
        "title": title, "shelf": shelf, "profiles": profile or (), "characters": character or (), "needs": need or (),
        "scenarios": scenario or (), "limit": limit or None, "repeats": repeats, "protocol": protocol, "seeker": seeker,
        "critic": critic, "seed": seed, "slots": slots, "processes": processes, "mask": mask,
        "budget": {"calls": budget_calls or None, "tokens": budget_tokens or None, "minutes": budget_minutes or None},
    }
    options = {"bank": bank, "endpoint": endpoint, "model": model, "prompts": prompts, "region": region}
    return run_simulate(options, wish, arm or [], Reference(resume or run, failed, changed), forecast, plan_only, display, cluster)

def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"

@episodes_app.command("runs")
def runs(
    bank: BankOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    json: JsonOption = False,
) -> int:
    """List runs, newest first."""
    from esc_tui.cli.episodes import list_runs

    return list_runs(bank, limit, json)

@episodes_app.command("list")
def listed(
    reference: RunArgument = "last",
    words: Annotated[list[str] | None, typer.Argument(
        metavar="[WORDS]...", help="Only those that fit, e.g. mara need:be-praised outcome:failure arm:2 flag:any skill:name.")] = None,
    bank: BankOption = None,
    json: JsonOption = False,
) -> int:
    """List the episodes of a run, or those that fit some words, with their curves of emotion."""
    from esc_tui.cli.episodes import list_episodes

    return list_episodes(bank, reference, words or [], json)

@episodes_app.command("show")
def show(
    reference: EpisodeArgument, bank: BankOption = None, json: JsonOption = False) -> int:
    """Print one episode, with what the seeker felt; or its events."""
    from esc_tui.cli.replay import run_replay

    return run_replay(bank, reference, 0, "json" if json else "plain")

@episodes_app.command("hash")
def hashed(
    reference: RunArgument = "last",
    bank: BankOption = None,
    lines: Annotated[bool, typer.Option("--lines", help="Print the lines the hash is taken over.")] = False,
) -> int:
    """The hash of a run's events without times, durations and random ids: equal for equal seeds on the embedded engine."""
    from esc_tui.cli.episodes import print_hash

    return print_hash(bank, reference, lines)

@episodes_app.command("ask")
def ask(
    what: Annotated[Literal["pause", "resume", "step", "cancel"], typer.Argument(help="step: one turn of every episode, then pause.")],
    reference: Annotated[
        str, typer.Argument(metavar="RUN|EPISODE", help="A run's number or last; RUN/NUMBER (last/1) for one of its episodes.")] = "last",
    bank: BankOption = None,
) -> int:
    """Steer a run under way, or one of its episodes (RUN/NUMBER), from another terminal."""
    from esc_tui.cli.episodes import ask_of

    return ask_of(bank, what, reference)

@episodes_app.command("remove")
def remove(
    reference: RunArgument, bank: BankOption = None, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> int:
    """Delete a run with all its episodes, and the answers kept of its endpoint, after asking; its number is not used again."""
    from esc_tui.cli.episodes import remove_run

    return remove_run(bank, reference, yes)

def replay(
    reference: EpisodeArgument,
    bank: BankOption = None,
    speed: Annotated[float, typer.Option("--speed", min=0, max=64, help="Times as fast as the pace; 0: at once.")] = 1.0,
    pace: Annotated[Literal["reader", "recorded"], typer.Option(
        "--pace", help="reader: so that it can be read along; recorded: as it happened, which is very fast without a model.")] = "reader",
    display: DisplayOption = "plain",
) -> int:
    """Play a stored episode again, with no model, at a reader's pace or as it happened, faster or slower."""
    from esc_tui.cli.replay import run_replay

    return run_replay(bank, reference, speed, display, pace)
