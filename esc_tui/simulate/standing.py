"""What a run was planned with besides the bank: endpoint, model, prompts. It goes on with the same, or with a change that is recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from esc_tui.bank.runs import RunRow, find_run, set_run_settings
from esc_tui.domain.base import Noun, now_iso
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.settings.files import named_path
from esc_tui.simulate.planning import RunSettings

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings

KEY, CHANGES = "stands_on", "changes"
"""Where a run's settings hold its standing, and the changes that were allowed."""
SUPPORTER_PROMPTS = ("state_reader", "skill_chooser", "planner", "writer")
SEEKER_PROMPTS = ("seeker_appraise", "seeker_speak")
CRITIC_PROMPTS = ("episode_critic",)
_NAMED = {"endpoint": "the endpoint", "model": "the model", "region": "the region"}


class Standing(Noun):
    """``endpoint`` is its base address, which holds no key; ``model`` is empty until the endpoint was asked for it. ``prompts`` and
    ``resources`` (the group's own help lines) are SHA-256 of the files, the prompts by name. Parts no engine of the run uses are empty.
    """

    endpoint: str = ""
    model: str = ""
    risk_check: bool = False
    embeddings: str = ""
    embeddings_model: str = ""
    region: str = ""
    resources: str = ""
    prompts: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is no longer as it was planned, in words."""

    what: str
    before: str
    now: str
    where: str

    def __str__(self) -> str:
        return f"{self.what} {self.before} became {self.now}" if self.before else f"{self.what} changed"


def standing_for(program: Settings, settings: RunSettings) -> Standing:
    """What a run planned now stands on. Raises UserError when a file it needs cannot be read."""
    resources = _hash_of(named_path(program.resources)) if program.region and program.resources else ""
    standing = Standing(
        embeddings=program.embeddings, embeddings_model=program.embeddings_model, region=program.region, resources=resources)
    if settings.embedded:
        return standing
    from esc_tui.engines.endpoint.settings import normalise_url

    return standing.model_copy(update={
        "endpoint": normalise_url(program.endpoint), "model": program.model, "risk_check": program.model_risk_check,
        "prompts": _prompts_of(program, settings)})


def _prompts_of(program: Settings, settings: RunSettings) -> dict[str, str]:
    from esc_tui.settings.locator import prompts_path

    folder = named_path(program.prompts) if program.prompts else prompts_path()
    return {name: _hash_of(folder / f"{name}.md") for name in _prompt_names(folder, program, settings)}


def _prompt_names(folder: Path, program: Settings, settings: RunSettings) -> Iterator[str]:
    if settings.seeker == "endpoint":
        yield from SEEKER_PROMPTS
    if settings.critic:
        yield from CRITIC_PROMPTS
    if any(arm.engine == "endpoint" for arm in settings.arms):
        yield from SUPPORTER_PROMPTS
        if program.model_risk_check:
            yield "risk_reader"
        yield from sorted(path.stem for path in folder.glob("_*.md"))  # what the others include


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UserError(f"the file cannot be read ({error.strerror})", str(path),
                        "restore it, or clear the setting that names it") from None


def standing_of(run: RunRow) -> Standing | None:
    """What a stored run stands on; None for one of an earlier program that kept no more than the model's name."""
    found = run.settings.get(KEY)
    return Standing.model_validate(found) if found is not None else None


def held_to(run: RunRow, program: Settings) -> Settings:
    """The settings with what the run was planned with in their place. Raises UserError when its prompts or help lines were changed."""
    standing = standing_of(run)
    if standing is None:
        model = str(run.settings.get("model") or "")
        return program.model_copy(update={"model": model}) if model else program
    held = _with(program, standing)
    for difference in _files_changed(run, held, standing):
        raise _refused(run, difference)
    return held


def _with(program: Settings, standing: Standing) -> Settings:
    values = {"embeddings": standing.embeddings, "embeddings_model": standing.embeddings_model, "region": standing.region}
    if standing.endpoint:
        values |= {"endpoint": standing.endpoint}
        values |= {"model": standing.model} if standing.model else {}
    return program.model_copy(update={**values, "model_risk_check": standing.risk_check if standing.endpoint else program.model_risk_check})


def _files_changed(run: RunRow, program: Settings, standing: Standing) -> Iterator[Difference]:
    now = standing_for(program, RunSettings.model_validate(run.settings["run"]))
    if changed := sorted(name for name in standing.prompts.keys() | now.prompts.keys()
                         if standing.prompts.get(name) != now.prompts.get(name)):
        what = "the prompt " + changed[0] if len(changed) == 1 else "the prompts " + ", ".join(changed)
        yield Difference(what, "", "", program.prompts or "the program's prompts")
    if standing.resources != now.resources:
        yield Difference("the file of help lines", "", "", program.resources or "settings")


def differences(run: RunRow, program: Settings, given: Mapping[str, Any]) -> list[Difference]:
    """What is asked for (``given``: options named for this run) or found that is not as the run was planned.

    Raises UserError when an endpoint or a model is named for a run that asks none.
    """
    standing = standing_of(run)
    if standing is None:
        return []
    asked = [name for name in ("endpoint", "model") if given.get(name)]
    if asked and not standing.endpoint:
        raise WrongUseError(f"run {run.number} asks no model", f"--{asked[0]}", "leave it out")
    found: list[Difference] = []
    for name, noun in _NAMED.items():
        before, now = getattr(standing, name), given.get(name)
        if name == "endpoint" and now:
            from esc_tui.engines.endpoint.settings import normalise_url

            now = normalise_url(str(now))
        if now and now != before and (before or name == "region"):
            found.append(Difference(noun, f"'{before}'" if before else "left open", f"'{now}'", f"--{name}"))
    return [*found, *_files_changed(run, _with(program, standing), standing)]


def _refused(run: RunRow, one: Difference) -> UserError:
    what = f"run {run.number} was planned with {one.what} {one.before}" if one.before else (
        f"{one.what} changed since run {run.number} was planned")
    undo = "leave it out" if one.before else "put back what was there"
    return UserError(what, one.where, f"{undo}, or go on with the change by --changed, which is recorded with the run")


def agree(bank: Bank, run: RunRow, program: Settings, given: Mapping[str, Any], *, changed: bool) -> RunRow:
    """See that a stored run goes on as planned. With ``changed`` differences are allowed, recorded with the run, and from now on what it
    stands on; else the first one raises UserError.
    """
    found = differences(run, program, given)
    if not found:
        return run
    if not changed:
        raise _refused(run, found[0])
    standing = standing_of(run)
    assert standing is not None  # only a run with one can differ
    wanted = _with(program, standing).model_copy(update={name: given[name] for name in _NAMED if given.get(name)})
    record = {"time": now_iso(), "finished": bank.connection.value(
        "SELECT count(*) FROM episodes WHERE run = ? AND state = 'finished'", (run.number,)), "what": [str(one) for one in found]}
    now = standing_for(wanted, RunSettings.model_validate(run.settings["run"]))
    set_run_settings(bank.writing, run.number, {
        **run.settings, KEY: now.model_dump(mode="json"), CHANGES: [*run.settings.get(CHANGES, ()), record]})
    return find_run(bank.connection, run.number)


def pin_model(bank: Bank, number: int, model: str) -> None:
    """Note which model the endpoint named when the run was begun without one: it goes on with that."""
    run = find_run(bank.connection, number)
    standing = standing_of(run)
    if standing is not None:
        pinned = standing.model_copy(update={"model": model})
        set_run_settings(bank.writing, number, {**run.settings, KEY: pinned.model_dump(mode="json")})


def changes_of(run: RunRow) -> list[str]:
    """The changes a run went on with, one sentence each."""
    return [f"After {one['finished']:,} of {run.episodes:,} episodes {'; '.join(one['what'])}." for one in run.settings.get(CHANGES, ())]
