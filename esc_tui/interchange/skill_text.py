"""Writing a skill as SKILL.md: front matter by the Agent Skills specification, body in fixed headings, one list each."""

from __future__ import annotations

from collections.abc import Mapping

from esc_tui.domain.skill import Applicability, Contraindication, Skill

HEADINGS = ("Moves", "Do", "Don't", "Applies when", "Not when", "Expected outcomes", "Risks", "Examples")
EVIDENCE_HEADING = "Evidence"
"""A last part that tells where the evidence lies; it is no part of the skill and passed over when the file is read."""
CONDITIONS = ("states", "scenarios", "stages", "needs")
_SECTIONS = {"moves": "Moves", "do": "Do", "dont": "Don't", "applicability": "Applies when", "contraindications": "Not when",
             "outcomes": "Expected outcomes", "risks": "Risks", "examples": "Examples"}


def field_lines(skill: Skill, field: str) -> tuple[str, ...]:
    """One field of a skill as SKILL.md writes it, without the heading; ``status`` and ``locked`` as words."""
    content = skill.content
    if field == "status":
        return (skill.status.value,)
    if field == "locked":
        return tuple(skill.locked)
    if field not in _SECTIONS:
        return (_flat(str(getattr(content, field))),)
    if field == "moves":
        return tuple(f"{place}. [{move.action}] {_flat(move.text)}" for place, move in enumerate(content.moves, 1))
    if field == "examples":
        return tuple(line for place, example in enumerate(content.examples, 1) for line in (
            f"### Example {place}", "", f"- Seeker: {_flat(example.seeker)}", f"- Supporter: {_flat(example.reply)}", ""))[:-1]
    fits = content.applicability
    entries = {
        "do": [f"({phrasing.move}) {_flat(phrasing.text)}" for phrasing in content.do],
        "dont": [_flat(text) for text in content.dont],
        "applicability": [*_condition_lines(fits), *([f"text: {_flat(fits.text)}"] if fits.text else [])],
        "contraindications": [_contra_line(row) for row in content.contraindications],
        "outcomes": [f"[{row.change}] {_flat(row.text)}" for row in content.outcomes],
        "risks": [f"[{row.severity}] {_flat(row.text)}" for row in content.risks],
    }[field]
    return tuple(f"- {entry}" for entry in entries)


def write_skill(skill: Skill, bank_hash: str = "", *, note: str = "", metadata: Mapping[str, str] | None = None,
                instead: Mapping[str, str] | None = None) -> str:
    """The SKILL.md of a skill; reading it back gives the same content hash.

    The version and, when given, the hash of the bank stand in the metadata as strings, behind those of ``metadata``, which
    are kept from a foreign file. ``note`` is one sentence about the evidence. ``instead`` gives other text for the parts of
    some fields.
    """
    import yaml

    content = skill.content
    facts = {
        **(metadata or {}),
        "esc-origin": content.origin,
        "esc-status": skill.status.value,
        "esc-language": content.language,
        "esc-version": str(skill.version),
    }
    if skill.locked:
        facts["esc-locked"] = " ".join(skill.locked)
    if bank_hash:
        facts["esc-bank-sha"] = bank_hash
    front = yaml.safe_dump(
        {"name": skill.slug, "description": content.description, "license": content.license, "metadata": facts},
        sort_keys=False, allow_unicode=True, width=10_000,
    )
    parts = [f"---\n{front}---\n", f"# {_flat(content.title)}\n", f"{_shielded(content.summary)}\n"]
    for field, heading in _SECTIONS.items():
        text = (instead or {}).get(field)
        body = "\n".join(field_lines(skill, field)) if text is None else text.strip()
        if body:
            parts.append(f"## {heading}\n\n{body}\n")
    if note:
        parts.append(f"## {EVIDENCE_HEADING}\n\n{_flat(note)}\n")
    return "\n".join(parts)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _shielded(text: str) -> str:
    return f"\\{text}" if text.startswith(("#", "\\")) else text


def _condition_lines(row: Applicability | Contraindication) -> list[str]:
    lines = []
    for key in CONDITIONS:
        labels = getattr(row, key)
        if labels:
            lines.append(f"{key}: {', '.join(label.value for label in labels)}")
    if (row.intensity_low, row.intensity_high) != (1, 5):
        lines.append(f"intensity: {row.intensity_low}-{row.intensity_high}")
    return lines


def _contra_line(row: Contraindication) -> str:
    conditions = _condition_lines(row)
    if row.cues:
        conditions.append(f"cues: {' | '.join(_flat(cue) for cue in row.cues)}")
    text = _flat(row.text)
    return f"[{'; '.join(conditions)}] {text}" if conditions or text.startswith("[") else text
