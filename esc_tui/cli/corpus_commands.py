"""The table of commands about corpora: import, export, discover, evaluate; each hands over to a module of its own."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import typer

from esc_tui.cli.many_files import ManyFilesCommand
from esc_tui.cli.options import (
    AuthorOption,
    BankOption,
    DisplayOption,
    EndpointOption,
    EngineOption,
    ModelOption,
    ModeOption,
    PromptsOption,
    ReplaceOption,
    RevisionOption,
)

discover_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None,
                           help="From dialogues to Intervention Units, prototypes, draft skills and a learned planner.")
evaluate_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Measure the supporter.")


class GroupBy(StrEnum):
    """What ``--by`` knows; typer takes several of a choice only as an enum."""

    ARM = "arm"
    CHARACTER = "character"
    NEED = "need"
    SCENARIO = "scenario"
    SKILL = "skill"


def import_corpora(
    paths: Annotated[list[str] | None, typer.Argument(metavar="FILE...", help="Files, recognised by what is in them.")] = None,
    bank: BankOption = None,
    licence: Annotated[str, typer.Option("--licence", help="Licence of the text, where no row names one.")] = "",
    source: Annotated[str, typer.Option("--source", help="Name of the corpus; default the file's name.")] = "",
    remove: Annotated[str, typer.Option("--remove", metavar="SOURCE", help="Take what was imported under this name out again; it "
                                        "asks. Dialogues that people have labelled stay.")] = "",
    with_labels: Annotated[bool, typer.Option("--with-labels", help="With --remove: those that people have labelled too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --remove: do not ask.")] = False,
    display: DisplayOption = "plain",
) -> int:
    """Read dialogues into the bank (ESConv, FailedESConv, ChatML, ShareGPT), or SAGE's profiles and recorded talks."""
    if bool(paths) == bool(remove):
        raise typer.BadParameter("give files to import, or --remove with the name of a source")
    if remove:
        from esc_tui.cli.removing import run_remove

        return run_remove(bank, remove, with_labels, yes, display)
    from esc_tui.cli.importing import run_import

    assert paths is not None
    return run_import(bank, paths, licence, source, display)


def export_episodes(
    reference: Annotated[str, typer.Argument(
        help="A run, an arm as RUN:ARM, or an episode as RUN/NUMBER; or units, labels or decisions.",
        metavar="RUN|EPISODE|units|labels|decisions")],
    bank: BankOption = None,
    form: Annotated[Literal["sage", "jsonl", "csv"] | None, typer.Option(
        "--format", help="Episodes: sage (SAGE's keys, the default; 'esc-tui import' reads it again) or jsonl (our events, not read "
                         "back). Units, labels, decisions: jsonl, or csv (the default where FILE ends in .csv).")] = None,
    out: Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="File to write; default standard output.")] = "",
    replace: ReplaceOption = False,
) -> int:
    """Write the episodes of a run, or one of them; or what was labelled in the dialogues, and by whom."""
    from esc_tui.interchange.evidence_export import EVIDENCE_KINDS

    kind = next((one for one in EVIDENCE_KINDS if one == reference), None)
    if kind is not None and form != "sage":
        from esc_tui.cli.evidence_export import run_evidence_export

        return run_evidence_export(bank, kind, form or ("csv" if out.lower().endswith(".csv") else "jsonl"), out, replace)
    if kind is not None or form == "csv":
        raise typer.BadParameter("sage is a format of episodes" if kind else "csv is a format of units, labels and decisions",
                                 param_hint="--format")
    from esc_tui.cli.exporting import run_export

    return run_export(bank, reference, form or "sage", out, replace)


@discover_app.command("units")
def discover_units(
    bank: BankOption = None,
    engine: EngineOption = None,
    endpoint: EndpointOption = None,
    model: ModelOption = None,
    prompts: PromptsOption = None,
    again: Annotated[bool, typer.Option("--again", help="Label anew what this annotator has read.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many dialogues; 0 for all.")] = 0,
    parallel: Annotated[int, typer.Option("--parallel", min=1, max=64, help="Dialogues in flight at an endpoint.")] = 8,
    display: DisplayOption = "plain",
) -> int:
    """Label the Intervention Units of every imported dialogue; goes on where it was stopped."""
    from esc_tui.cli.discover_units import run_units

    return run_units(bank, {"engine": engine, "endpoint": endpoint, "model": model, "prompts": prompts}, again, limit, parallel, display)


@discover_app.command("agreement")
def discover_agreement(
    bank: BankOption = None,
    first: Annotated[str, typer.Option("--first", help="Labeller; default the machine with most labels.")] = "",
    second: Annotated[str, typer.Option("--second", help="Labeller to compare with; default all there are.")] = "",
    display: DisplayOption = "plain",
) -> int:
    """How well labels agree with the seekers' stars, with change of intensity, and with each other."""
    from esc_tui.cli.discover_units import run_agreement

    return run_agreement(bank, first, second, display)


@discover_app.command("prototypes")
def discover_prototypes(
    bank: BankOption = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same groups.")] = 0,
    display: DisplayOption = "plain",
) -> int:
    """Group key units by state, action, polarity and wording."""
    from esc_tui.cli.discover_skills import run_prototypes

    return run_prototypes(bank, seed, display)


@discover_app.command("skills")
def discover_skills(
    bank: BankOption = None,
    target: Annotated[int, typer.Option("--target", min=1, max=500, help="How many skills.")] = 27,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same skills.")] = 0,
    engine: EngineOption = None,
    endpoint: EndpointOption = None,
    model: ModelOption = None,
    prompts: PromptsOption = None,
    author: AuthorOption = None,
    display: DisplayOption = "plain",
) -> int:
    """Write draft skills from the prototypes; a person makes them active."""
    from esc_tui.cli.discover_skills import run_skills

    options = {"engine": engine, "endpoint": endpoint, "model": model, "prompts": prompts, "author": author}
    return run_skills(bank, options, target, seed, display)


@discover_app.command("planner")
def discover_planner(
    bank: BankOption = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of training.")] = 0,
    display: DisplayOption = "plain",
) -> int:
    """Learn from the imported dialogues which strategies supporters used next; new talks use what was learned."""
    from esc_tui.cli.discover_planner import run_planner

    return run_planner(bank, seed, display)


@discover_app.command("vectors")
def discover_vectors(
    bank: BankOption = None,
    embeddings: Annotated[str | None, typer.Option("--embeddings", metavar="URL", help="Server that makes vectors.")] = None,
    embeddings_model: Annotated[str | None, typer.Option("--embeddings-model", help="Model that makes the vectors.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Make anew those this model has made.")] = False,
    display: DisplayOption = "plain",
) -> int:
    """Make vectors of the units, for recall by meaning; only the missing ones, and goes on where it was stopped."""
    from esc_tui.cli.discover_vectors import run_vectors

    return run_vectors(bank, {"embeddings": embeddings, "embeddings_model": embeddings_model}, again, display)


@evaluate_app.command("responses", cls=ManyFilesCommand)
def evaluate_responses(
    train: Annotated[list[str], typer.Option("--train", metavar="FILE...", help="Dialogues to learn from.")],
    test: Annotated[list[str], typer.Option("--test", metavar="FILE...", help="Dialogues to predict.")],
    bank: BankOption = None,
    engine: EngineOption = None,
    endpoint: EndpointOption = None,
    model: ModelOption = None,
    prompts: PromptsOption = None,
    mode: ModeOption = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of training, replies and intervals.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many test dialogues; 0 for all. "
                                                         "Saves little: training on all of --train takes most of the time.")] = 0,
    replies: Annotated[bool, typer.Option("--replies/--no-replies", help="Write the replies too, for the text measures.")] = True,
    display: DisplayOption = "plain",
) -> int:
    """Compare predicted strategies and replies with what human supporters did."""
    from esc_tui.cli.evaluate import run_responses

    options = {"engine": engine, "endpoint": endpoint, "model": model, "prompts": prompts, "mode": mode}
    return run_responses(bank, options, train, test, seed, limit, replies, display)


@evaluate_app.command("episodes")
def evaluate_episodes(
    sources: Annotated[list[str], typer.Argument(help="Runs, arms of runs as RUN:ARM, or SAGE result files.", metavar="RUN|FILE...")],
    bank: BankOption = None,
    compared: Annotated[str, typer.Option("--compare", metavar="RUN|FILE", help="Compare with this one, in pairs by profile.")] = "",
    by: Annotated[list[GroupBy] | None, typer.Option(
        "--by", help="Measure each of these groups too; may be given several times.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the bootstrap.")] = 0,
    display: Annotated[Literal["plain", "json"], typer.Option("--display", help="For people, or one JSON object.")] = "plain",
) -> int:
    """Score, success, failure, turns and more over episodes, with intervals."""
    from esc_tui.cli.evaluate_episodes import run_episodes

    return run_episodes(bank, sources, compared, [one.value for one in by or []], seed, display)


@evaluate_app.command("skills")
def evaluate_skills(
    runs: Annotated[list[str], typer.Argument(help="Runs (12, last), or arms of runs as RUN:ARM.", metavar="RUN...")],
    bank: BankOption = None,
    by: Annotated[Literal["need", "character", "state", "scenario"], typer.Option(
        "--by", help="The groups of seekers; state: as read at their first words.")] = "need",
    measure: Annotated[Literal["mean", "final"], typer.Option(
        "--measure", help="Effects on mean emotion over ten turns, or on the final one.")] = "mean",
    skill: Annotated[str, typer.Option("--skill", metavar="NAME", help="Tell of this skill alone, in full.")] = "",
    display: DisplayOption = "plain",
) -> int:
    """Each skill's promise beside what followed it, which are passed over or chosen widely, and what each does for whom (--mask)."""
    from esc_tui.cli.evaluate_skills import run_skills

    return run_skills(bank, runs, by, measure, skill, display)


@evaluate_app.command("cases")
def evaluate_cases(
    bank: BankOption = None,
    revision: RevisionOption = "",
    proposal: Annotated[str, typer.Option("--proposal", metavar="P-14", help="Try a proposal instead of a revision.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the cases instead.")] = False,
    remove: Annotated[str, typer.Option("--remove", metavar="C-3", help="Remove a case with its lines instead.")] = "",
    engine: EngineOption = None,
    endpoint: EndpointOption = None,
    model: ModelOption = None,
    prompts: PromptsOption = None,
    display: DisplayOption = "plain",
) -> int:
    """Carry the regression cases out; exit code 1 when one breaks."""
    from esc_tui.cli.evaluate_cases import remove_one, run_cases, show_cases

    if sum((listed, bool(remove), bool(revision or proposal))) > 1:
        raise typer.BadParameter("--list and --remove go with nothing but --bank and --display")
    if remove:
        return remove_one(bank, remove)
    if listed:
        return show_cases(bank, display)
    options = {"bank": bank, "engine": engine, "endpoint": endpoint, "model": model, "prompts": prompts}
    return run_cases(options, revision, proposal, display)
