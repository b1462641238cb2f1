"""Reading the starter sources: skills as SKILL.md, sample dialogues, labelled units, seekers; and what they are evidence for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from esc_tui.bank.decisions import STARTER_SOURCE
from esc_tui.domain.dialogue import Dialogue, InterventionUnit
from esc_tui.domain.errors import UserError
from esc_tui.domain.profile import Profile
from esc_tui.domain.revision import EvidenceRow
from esc_tui.domain.skill import Skill
from esc_tui.interchange.corpora.rows import read_dialogue
from esc_tui.interchange.skill_markdown import read_skill

HERE = Path(__file__).parent
FIXED_TIME = "2026-01-01T00:00:00.000Z"
AUTHOR = "esc-tui authors"


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything a starter bank is made of, in a fixed order."""

    skills: tuple[Skill, ...]
    dialogues: tuple[Dialogue, ...]
    units: tuple[InterventionUnit, ...]
    profiles: tuple[Profile, ...] = ()

    @property
    def evidence(self) -> tuple[EvidenceRow, ...]:
        """One ledger row for every unit and every skill it speaks for or against."""
        return tuple(evidence_rows(self.skills, self.units))


def read_sources(folder: Path = HERE) -> Sources:
    """Read and check all sources. Raises UserError that names file and line of the first thing wrong."""
    skills = tuple(_read_skill(path) for path in sorted((folder / "skills").glob("*/SKILL.md")))
    dialogues = tuple(
        read_dialogue(_text(path), _name(path), source=STARTER_SOURCE)
        for path in sorted((folder / "dialogues").glob("*.json"))
    )
    by_id = {dialogue.id: dialogue for dialogue in dialogues}
    units: list[InterventionUnit] = []
    path = folder / "units.jsonl"
    for number, line in enumerate(_text(path).splitlines(), 1):
        if line.strip():
            units.append(_read_unit(line, f"{_name(path)}, line {number}", by_id))
    if len({unit.id for unit in units}) != len(units):
        raise UserError("two units have the same id", _name(path), "give each its own")
    return Sources(skills, dialogues, tuple(units), read_profiles(folder))


def read_profiles(folder: Path = HERE) -> tuple[Profile, ...]:
    """The seekers written for this project, one YAML file each, in the order of their ids.

    Raises UserError for a file that is no profile, whose id is not its name, or that cannot be played without a model.
    """
    return tuple(_read_profile(path) for path in sorted((folder / "profiles").glob("*.yaml")))


def evidence_rows(skills: Sequence[Skill], units: Iterable[InterventionUnit]) -> Iterable[EvidenceRow]:
    """A unit speaks for or against a skill when the skill has the unit's action among its moves and applies to its
    state, its scenario, its stage and its intensity (an empty condition applies to all)."""
    for unit in units:
        for skill in skills:
            fits = skill.content.applicability
            if (
                set(unit.actions) & set(skill.content.actions)
                and (not fits.states or unit.state in fits.states)
                and (not fits.scenarios or unit.scenario in fits.scenarios)
                and (not fits.stages or unit.stage in fits.stages)
                and fits.intensity_low <= unit.intensity <= fits.intensity_high
            ):
                yield EvidenceRow(
                    skill=skill.slug,
                    version=skill.version,
                    unit=unit.id,
                    outcome=unit.polarity,
                    group=unit.scenario.value,
                    source="unit",
                )


def _read_skill(path: Path) -> Skill:
    skill = read_skill(_text(path), f"skills/{path.parent.name}/SKILL.md")
    if skill.slug != path.parent.name:
        raise UserError(
            f"the skill is called '{skill.slug}'",
            f"skills/{path.parent.name}/SKILL.md",
            "name the folder like the skill",
        )
    return skill


def _read_profile(path: Path) -> Profile:
    import yaml

    from esc_tui.domain.plain_yaml import load_yaml

    where = f"profiles/{path.name}"
    try:
        content = load_yaml(_text(path))
        if not isinstance(content, dict):
            raise UserError("a profile is a mapping of fields", where)
        profile = Profile.model_validate(content | {"source": AUTHOR})
    except yaml.YAMLError as error:
        raise UserError(f"not YAML ({str(error).splitlines()[0]})", where) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", where) from error
    if profile.id != path.stem:
        raise UserError(f"the profile is called '{profile.id}'", where, "name the file like the profile")
    if not profile.speaks_by_itself:
        raise UserError("facts of all three layers and lines for every occasion are needed", where)
    return profile


def _read_unit(line: str, where: str, dialogues: dict[str, Dialogue]) -> InterventionUnit:
    try:
        unit = InterventionUnit.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", where) from error
    except ValueError as error:
        raise UserError(f"not JSON ({error})", where) from error
    dialogue = dialogues.get(unit.dialogue)
    if dialogue is None:
        raise UserError(f"there is no dialogue '{unit.dialogue}'", where)
    if unit.outcome_turn >= len(dialogue.turns):
        raise UserError("the outcome turn lies behind the end of the dialogue", where)
    for quote in unit.quotes:
        if dialogue.turns[quote.turn].text[quote.start : quote.end] != quote.text:
            raise UserError(
                f"the quote “{quote.text}” does not stand at {quote.start}-{quote.end} of turn {quote.turn}", where
            )
    return unit


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot be read ({error.strerror})", _name(path)) from error


def _name(path: Path) -> str:
    return "/".join(path.parts[-2:])
