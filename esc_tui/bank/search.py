"""The list of skills: what a person typed becomes a filter, and a filter becomes one page of light rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Literal

from esc_tui.bank.connection import BankConnection
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.labels import Action, Scenario, Severity, SkillStatus, Stage, State, Strategy, parse_label

Sort = Literal["title", "slug", "status", "evidence", "helped", "harmed", "use", "recent", "best"]
SORTS: tuple[Sort, ...] = ("title", "slug", "status", "evidence", "helped", "harmed", "use", "recent", "best")


@dataclass(frozen=True, slots=True)
class SkillFilter:
    """What the list shall show: labels of one facet are alternatives, facets and words must all hold.

    A label facet finds skills that name the label, not those for any. ``unnamed``: kinds of labels
    of which the skill names none. ``lint``: True for skills with lint notes, False for skills without, None for all. ``also`` is a
    skill shown beside those that fit.
    """

    text: str = ""
    states: tuple[State, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    stages: tuple[Stage, ...] = ()
    strategies: tuple[Strategy, ...] = ()
    actions: tuple[Action, ...] = ()
    statuses: tuple[SkillStatus, ...] = ()
    risks: tuple[Severity, ...] = ()
    lint: bool | None = None
    unnamed: tuple[Literal["states", "scenarios", "stages"], ...] = ()
    also: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) not in ("", (), None) for field in fields(self))


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill as the list shows it. Strategies are two-letter tags; ``evidence_mean`` 0-1 with a half interval (95 %).

    ``lint_notes`` counts the notes of ``domain.lint.lint_skill`` on it; ``watch_note`` names the state it harmed in.
    """

    slug: str
    title: str
    summary: str
    version: int
    status: str
    strategies: tuple[str, ...]
    states: tuple[str, ...]
    scenarios: tuple[str, ...]
    stages: tuple[str, ...]
    risks: tuple[str, ...]
    helped: int
    neutral: int
    harmed: int
    evidence_mean: float
    evidence_interval: float
    watch_note: str
    lint_notes: int
    origin: str
    time: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, from ``offset`` on: ``matching`` are shown, of which ``beside`` (0 or 1) does not fit the filter and is shown
    beside those that do; ``total`` are in the bank."""

    rows: tuple[SkillRow, ...]
    total: int
    matching: int
    offset: int = 0
    beside: int = 0


FACETS: Mapping[str, tuple[str, type[StrEnum]]] = {
    "state": ("states", State), "scenario": ("scenarios", Scenario), "stage": ("stages", Stage),
    "strategy": ("strategies", Strategy), "action": ("actions", Action), "status": ("statuses", SkillStatus), "risk": ("risks", Severity),
}
_YES_NO = {"yes": True, "any": True, "no": False, "true": True, "false": False, "1": True, "0": False}


def parse_filter(text: str) -> SkillFilter:
    """Read ``sleep state:overwhelmed,lonely status:active lint:yes``; words in quotes are words, whatever they look like.

    Facets: state, scenario, stage, strategy (name or two-letter tag), action, status, risk, lint; ``any`` as a state, scenario
    or stage finds skills that name none, ``lint:any`` (as ``lint:yes``) those with any note on their own words. Raises UserError naming
    the nearest facet or label for an unknown one. A web address or a time is a word, no facet.
    """
    from difflib import get_close_matches

    words: list[str] = []
    labels: dict[str, list[StrEnum]] = {}
    unnamed: list[Any] = []
    lint: bool | None = None
    for part in filter_parts(text.removeprefix("/")):
        name, colon, value = part.partition(":")
        if part.startswith('"') or not colon or not name.isalpha() or value.startswith("//"):
            words.append(part.replace('"', " "))
        elif name.lower() == "lint":
            if value.lower() not in _YES_NO:
                raise WrongUseError(f"'{value}' is not a value of lint:", "", "write lint:yes or lint:no")
            lint = _YES_NO[value.lower()]
        elif name.lower() in FACETS:
            field, kind = FACETS[name.lower()]
            for one in filter(None, value.replace('"', "").split(",")):
                if one.lower() == "any" and field in {"states", "scenarios", "stages"}:
                    unnamed.append(field)
                    continue
                labels.setdefault(field, []).append(_label(kind, one))
        else:
            near = get_close_matches(name.lower(), [*FACETS, "lint"], n=1, cutoff=0.0)[0]
            raise WrongUseError(f"there is no facet '{name}:'", "", f"the nearest one is '{near}:'; put the word in quotes to search it")
    chosen: dict[str, Any] = {field: tuple(dict.fromkeys(found)) for field, found in labels.items()}
    return SkillFilter(text=" ".join(" ".join(words).split()), lint=lint, unnamed=tuple(dict.fromkeys(unnamed)), **chosen)


def filter_parts(text: str) -> list[str]:
    """Split at blanks outside double quotes; the quotes stay."""
    import shlex

    reader = shlex.shlex(text, posix=False, punctuation_chars=False)
    reader.whitespace_split, reader.commenters, reader.quotes, reader.escape = True, "", '"', ""
    try:
        return list(reader)
    except ValueError:  # a quote still open while typing
        return text.replace('"', " ").split()


def _label(kind: type[StrEnum], text: str) -> StrEnum:
    try:
        return parse_label(kind, text)
    except ValueError as error:
        what, _, near_one = str(error).partition("; ")
        raise WrongUseError(what, "", near_one) from None


_ORDER: Mapping[str, str] = {
    "title": "c.title COLLATE NOCASE, c.slug", "slug": "c.slug",
    "status": "CASE c.status WHEN 'active' THEN 0 WHEN 'watch' THEN 1 WHEN 'draft' THEN 2 ELSE 3 END, c.title COLLATE NOCASE, c.slug",
    "evidence": "c.evidence_mean DESC, c.evidence_interval, c.slug", "helped": "c.helped DESC, c.slug",
    "harmed": "c.harmed DESC, c.slug", "use": "c.helped + c.neutral + c.harmed DESC, c.slug", "recent": "c.time DESC, c.slug",
}
_CARD = ("c.slug, c.title, c.summary, c.version, c.status, c.strategies, c.states, c.scenarios, c.stages, c.severities, c.helped, "
         "c.neutral, c.harmed, c.evidence_mean, c.evidence_interval, c.watch_note, c.lint_notes, c.origin, c.time")


def _row(row: Any) -> SkillRow:
    lists = (tuple(labels.split()) for labels in row[5:10])
    return SkillRow(*row[:5], *lists, *row[10:])


def list_skills(connection: BankConnection, wanted: SkillFilter, limit: int, offset: int, sort: Sort, at: str = "") -> Page:
    """One page of the skills in force. ``best`` sorts by how well the words fit (by title when there are none, or one letter).

    ``slug`` and ``title`` put skills whose name holds every typed word first. ``at``: the page that holds this skill instead of
    the one at ``offset``, if it fits the filter.

    Raises SearchInterrupted when ``interrupt()`` is called meanwhile.
    """
    where, values = _where(wanted)
    order, tables = _ORDER.get(sort, _ORDER["title"]), "skill_cards c"
    ordering: list[Any] = []
    named: list[Any] = []
    match = _match(wanted.text)
    if match and sort == "best" and len(wanted.text.strip()) > 1:  # one letter fits too much to be worth weighing
        tables = ("skill_cards c LEFT JOIN (SELECT rowid AS found, bm25(skill_search, 4.0, 8.0, 4.0, 1.0, 2.0, 1.0) AS fit "
                  "FROM skill_search WHERE skill_search MATCH ?) ON found = c.id")
        ordering, order = [match], f"fit IS NULL, fit, {_ORDER['title']}"
    elif len(wanted.text.strip()) > 1 and sort in {"slug", "title"}:  # a hit in the name comes before a hit in the text
        words = wanted.text.lower().split()[:8]
        order = " AND ".join("(instr(c.slug, ?) > 0 OR instr(lower(c.title), ?) > 0)" for _ in words) + f" DESC, {order}"
        named = [word for word in words for _ in range(2)]
    listed, given = f"FROM {tables}{where} ORDER BY {order}", (*ordering, *values, *named)
    if at:
        slugs = [str(row[0]) for row in connection.rows(f"SELECT c.slug {listed}", given)]
        offset = slugs.index(at) // limit * limit if at in slugs else offset
    rows = connection.rows(f"SELECT {_CARD} {listed} LIMIT ? OFFSET ?", (*given, limit, offset))
    total = int(connection.value("SELECT count(*) FROM skill_cards"))
    matching = int(connection.value(f"SELECT count(*) FROM skill_cards c{where}", values)) if where else total
    beside = 0
    if wanted.also and where:
        fitting, fitting_values = _where(replace(wanted, also=""))
        beside = matching - int(connection.value(f"SELECT count(*) FROM skill_cards c{fitting}", fitting_values))
    return Page(tuple(_row(row) for row in rows), total, matching, offset, beside)


def _match(text: str) -> str:
    """The FTS query of typed words; the words module is loaded with the first of them, after the first paint."""
    if not text.strip():
        return ""
    from esc_tui.bank.words import match_as_typed

    return match_as_typed(text)


def card(connection: BankConnection, slug: str) -> SkillRow | None:
    """The list row of one skill in force."""
    row = connection.row(f"SELECT {_CARD} FROM skill_cards c WHERE c.slug = ?", (slug,))
    return None if row is None else _row(row)


def _where(wanted: SkillFilter) -> tuple[str, list[Any]]:
    """The WHERE part of a filter with its values; people's words are only ever values."""
    parts: list[str] = []
    values: list[Any] = []
    if wanted.text.strip():
        match = _match(wanted.text)
        found = "c.id IN (SELECT rowid FROM skill_search WHERE skill_search MATCH ?) OR " if match else ""
        parts.append(f"({found}instr(c.slug, ?) > 0)")
        values += ([match] if match else []) + ["-".join(wanted.text.lower().split())]
    for column, labels in (("states", wanted.states), ("scenarios", wanted.scenarios), ("stages", wanted.stages),
                           ("severities", wanted.risks)):
        if labels:
            parts.append("(" + " OR ".join(f"instr(c.{column}, ?) > 0" for _ in labels) + ")")
            values += [f" {label.value} " for label in labels]
    if wanted.strategies:
        parts.append("(" + " OR ".join("instr(c.strategies, ?) > 0" for _ in wanted.strategies) + ")")
        values += [strategy.tag for strategy in wanted.strategies]
    if wanted.actions:
        alternatives = " OR ".join("instr(' ' || actions || ' ', ?) > 0" for _ in wanted.actions)
        parts.append(f"c.version_id IN (SELECT id FROM skill_versions WHERE {alternatives})")
        values += [f" {action.value} " for action in wanted.actions]
    if wanted.unnamed:
        parts += [f"trim(c.{column}) = ''" for column in wanted.unnamed]
    if wanted.statuses:
        parts.append(f"c.status IN ({', '.join('?' for _ in wanted.statuses)})")
        values += [status.value for status in wanted.statuses]
    if wanted.lint is not None:
        parts.append("c.lint_notes > 0" if wanted.lint else "c.lint_notes = 0")
    if parts and wanted.also:
        return f" WHERE (({' AND '.join(parts)}) OR c.slug = ?)", [*values, wanted.also]
    return (" WHERE " + " AND ".join(parts) if parts else ""), values
