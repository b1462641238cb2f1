"""``esc-tui profiles``: list, show, make, import and export simulated seekers. Sealed ones never show a word."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from esc_tui.cli.common import Exit, open_session_bank, put, say, settings_from
from esc_tui.cli.narration import Narrator
from esc_tui.cli.options import (
    BankOption,
    DisplayOption,
    EndpointOption,
    ModelOption,
    PromptsOption,
    ReplaceOption,
    SeedOption,
)
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.labels import Character, Need, Scenario, Shelf
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.domain.profile import Profile
    from esc_tui.engines.roles import ProfileWriter
    from esc_tui.settings.model import Settings
    from esc_tui.simulate.profiles import Group, ProfileRow

profiles_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Simulated seekers: who they are and what they hide.")

NAMED = 8
"""So many profiles are named before they are removed."""
ShelfOption = Annotated[
    Shelf | None, typer.Option("--shelf", help="Which cohort: develop is for work, the two others are sealed for verifications.")]
CharacterOption = Annotated[Character | None, typer.Option("--character", help="Only this character.")]
NeedOption = Annotated[Need | None, typer.Option("--need", help="Only this hidden need.")]
ScenarioOption = Annotated[Scenario | None, typer.Option("--scenario", help="Only this scenario.")]


@profiles_app.command("list")
def list_rows(
    shelf: ShelfOption = None, character: CharacterOption = None, need: NeedOption = None, scenario: ScenarioOption = None,
    language: Annotated[str, typer.Option("--language", metavar="TAG", help="Only this language, e.g. en or zh.")] = "",
    bank: BankOption = None, display: DisplayOption = "plain",
) -> int:
    """List profiles, English ones first; of sealed ones (confirm, exam) id, shelf and cell only."""
    from esc_tui.simulate.profiles import list_profiles

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        _tell(list_profiles(opened, replace(_group(character, need, scenario), language=language), shelf), display)
    return Exit.DONE


@profiles_app.command("show")
def show(
    identity: Annotated[str, typer.Argument(metavar="ID", help="A profile's id, as 'esc-tui profiles list' shows it.")],
    bank: BankOption = None, display: DisplayOption = "plain",
) -> int:
    """Print one profile in full, as YAML or one JSON object."""
    from esc_tui.simulate.profiles import readable_profile

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        one = readable_profile(opened, identity)
    if display == "json":
        put(one.model_dump_json())
    else:
        import yaml

        put(visible(yaml.safe_dump(json.loads(one.model_dump_json()), allow_unicode=True, sort_keys=False, width=120).rstrip("\n")))
    return Exit.DONE


@profiles_app.command("new")
def new(
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=5000, help="How many.")] = 1,
    character: CharacterOption = None, need: NeedOption = None, scenario: ScenarioOption = None, seed: SeedOption = None,
    engine: Annotated[Literal["embedded", "endpoint"], typer.Option("--engine", help="Who writes them.")] = "embedded",
    shelf: Annotated[Shelf, typer.Option("--shelf", help="Which cohort.")] = Shelf.DEVELOP,
    language: Annotated[
        str, typer.Option("--language", metavar="TAG", help="Language of the profiles; the embedded engine writes en alone.")] = "en",
    endpoint: EndpointOption = None, model: ModelOption = None, prompts: PromptsOption = None, bank: BankOption = None,
    display: DisplayOption = "plain",
) -> int:
    """Write new profiles into the bank, balanced over characters and needs, or of one named group.

    The same seed gives the same profiles, whatever the bank holds: those it has already are told and not written twice.
    """
    from esc_tui.simulate.profiles import arrivals, list_profiles, make_cohort, profiles_to_play

    options = {"bank": bank, "engine": engine, "endpoint": endpoint, "model": model, "prompts": prompts,
               "seed": None if seed is None else str(seed)}
    settings = settings_from(options)
    drawn = random.SystemRandom().randrange(2**31) if seed is None else seed
    with open_session_bank(settings) as opened:
        group, there = _group(character, need, scenario), profiles_to_play(opened)

        narrator = Narrator("profiles new", "plain")  # the rows alone are data

        def told(done: int, total: int) -> None:
            narrator.progress(done, total, unit="profiles")

        async def make() -> list[Profile]:
            async with _writer(engine, settings) as writer:
                return await make_cohort(writer, count, drawn, shelf, group, there if engine == "endpoint" else (), language, told)

        found = arrivals(asyncio.run(make()), there)
        narrator.end()
        opened.add_profiles(found.added)
        ids = {one.id for one in (*found.added, *found.known)}
        _tell([row for row in list_profiles(opened) if row.id in ids], display)
    say(f"Wrote {_many(len(found.added))} to the shelf {shelf.value} (seed {drawn}).")
    if found.known:
        say(f"There already, from this seed: {', '.join(one.id for one in found.known)}. Another --seed gives others.")
    for one, whose in found.like:
        say(f"Left out: {one.id}, too like '{whose}', which the bank holds. Another --seed gives another.")
    return Exit.DONE


@profiles_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML, JSON or JSON lines; SAGE's profiles too.")],
    shelf: ShelfOption = None, bank: BankOption = None, display: DisplayOption = "plain",
) -> int:
    """Read profiles from a file into the bank; one fault and nothing is changed."""
    from esc_tui.simulate.profile_files import read_profiles

    read = read_profiles(file)
    if shelf is not None:
        read = [one.model_copy(update={"shelf": shelf}) for one in read]
    with open_session_bank(settings_from({"bank": bank})) as opened:
        stored = {one.id: one for one in opened.profiles()}
        for place, one in enumerate(read, start=1):
            there = stored.get(one.id)
            if there is not None and there != one:
                raise UserError(f"the bank has another profile called '{one.id}'", f"{file}, entry {place}, id", "choose another id")
        fresh = [one for one in read if one.id not in stored]
        opened.add_profiles(fresh)
    _told_import(len(read), len(fresh), display)
    return Exit.DONE


@profiles_app.command("remove")
def remove(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Profiles by their ids; without any, all of a group.")] = None,
    shelf: ShelfOption = None, character: CharacterOption = None, need: NeedOption = None, scenario: ScenarioOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False, bank: BankOption = None,
) -> int:
    """Take profiles out of the bank, after asking; runs keep those they played, and sealed ones stay until they are retired."""
    from esc_tui.cli.removing import wanted
    from esc_tui.simulate.profiles import profiles_to_remove

    group = _group(character, need, scenario)
    if bool(ids) == any((shelf, character, need, scenario)):
        raise WrongUseError("it is not said which profiles" if not ids else "ids and a group are two ways to say which", "",
                            "name ids, or a group with --shelf, --character, --need or --scenario")
    with open_session_bank(settings_from({"bank": bank})) as opened:
        found = profiles_to_remove(opened, ids or (), group, shelf)
        if not found:
            raise WrongUseError("no profile fits what was asked for", "the bank's profiles", "see 'esc-tui profiles list'")
        names = ", ".join(one.id for one in found[:NAMED]) + (f" and {len(found) - NAMED:,} more" if len(found) > NAMED else "")
        if not yes and not wanted(f"This removes {_many(len(found))}: {names}. Runs keep what they played."):
            return Exit.FAILED
        opened.remove_profiles([one.id for one in found])
    say(f"Removed {_many(len(found))}. 'esc-tui profiles restore' brings those of the program back.")
    return Exit.DONE


@profiles_app.command("restore")
def restore(bank: BankOption = None, display: DisplayOption = "plain") -> int:
    """Bring back the profiles that came with the program and are not in the bank; those that are there stay as they are."""
    from esc_tui.bank.bank import open_template
    from esc_tui.settings.locator import template_path
    from esc_tui.simulate.profiles import list_profiles

    with open_session_bank(settings_from({"bank": bank})) as opened, open_template(template_path()) as template:
        there, own = {one.id for one in opened.profiles()}, template.profiles()
        missing = [one for one in own if one.id not in there]
        opened.add_profiles(missing)
        ids = {one.id for one in missing}
        if missing:
            _tell([row for row in list_profiles(opened) if row.id in ids], display)
    say(f"Brought back {_many(len(missing))}; {len(own) - len(missing):,} were there.")
    return Exit.DONE


def _many(count: int) -> str:
    return f"{count:,} {'profile' if count == 1 else 'profiles'}"


def _told_import(read: int, fresh: int, display: Literal["plain", "json"]) -> None:
    if display == "json":
        put(json.dumps({"kind": "result", "job": "profiles import", "profiles": read, "new": fresh, "known": read - fresh}))
    else:
        say(f"Read {_many(read)}: {fresh} new, {read - fresh} there already.")


@profiles_app.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="File ending in .yaml or .jsonl.")],
    shelf: ShelfOption = None, character: CharacterOption = None, need: NeedOption = None, scenario: ScenarioOption = None,
    replace: ReplaceOption = False, bank: BankOption = None,
) -> int:
    """Write profiles to a file; sealed ones are left out, and refused where their shelf is asked for."""
    from esc_tui.simulate.profile_files import write_profiles
    from esc_tui.simulate.profiles import readable_profiles

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        found: list[Profile] = readable_profiles(opened, _group(character, need, scenario), shelf)
    if not found:
        raise WrongUseError("no profile fits what was asked for", "the bank's profiles", "see 'esc-tui profiles list'")
    write_profiles(out, found, replace=replace)
    say(f"Wrote {_many(len(found))} to {out}.")
    return Exit.DONE


def _group(character: Character | None, need: Need | None, scenario: Scenario | None) -> Group:
    from esc_tui.simulate.profiles import Group

    return Group(character, need, scenario)


@asynccontextmanager
async def _writer(engine: Literal["embedded", "endpoint"], settings: Settings) -> AsyncIterator[ProfileWriter]:
    """The writer of an engine, its connection closed at the end. Raises UserError for an endpoint without an address."""
    if engine == "embedded":
        from esc_tui.engines.seekers.composing.writer import EmbeddedProfileWriter

        yield EmbeddedProfileWriter()
        return
    from esc_tui.engines.endpoint.profile_writing import EndpointProfileWriter
    from esc_tui.settings.locator import prompts_path
    from esc_tui.support.session import endpoint_settings

    if not settings.endpoint:
        raise WrongUseError("a model that writes profiles needs an address", "settings", "give one with --endpoint URL")
    writer = EndpointProfileWriter(endpoint_settings(settings), Path(settings.prompts) if settings.prompts else prompts_path())
    try:
        yield writer
    finally:
        await writer.connection.aclose()


def _tell(rows: list[ProfileRow], display: Literal["plain", "json"]) -> None:
    """One line a profile; as JSON one object a line."""
    spoken = max((len(row.language) for row in rows), default=0)
    width = max((len(row.id) for row in rows), default=0)
    for row in rows:
        if display == "json":
            put(json.dumps(asdict(row), ensure_ascii=False))
            continue
        who = "(sealed)" if row.sealed else f"{row.name}{f', {row.age}' if row.age is not None else ''}"
        put(f"{visible(row.id, keep_lines=False):<{width}}  {row.shelf.value:<7}  {visible(row.language, keep_lines=False):<{spoken}}  "
            f"{row.character.value:<8}  {row.need.value:<26}  {row.scenario.value:<21}  {visible(who, keep_lines=False)}")
    if not rows and display == "plain":
        say("No profile fits.")
