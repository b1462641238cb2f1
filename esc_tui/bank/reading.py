"""All that only reads a bank: the path to the first paint. Needs the standard library alone until a noun is asked for."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from esc_tui.bank import dialogues, drafts, evidence, revisions, search, skills, talks, units
from esc_tui.bank.connection import BUSY_MILLISECONDS, BankConnection, connect
from esc_tui.bank.drafts import Draft
from esc_tui.bank.evidence import EvidenceCount, LedgerRow, Snapshot
from esc_tui.bank.schema import SCHEMA_VERSION
from esc_tui.bank.search import Page, SkillFilter, SkillRow, Sort
from esc_tui.bank.skills import StoredSkill, VersionNote
from esc_tui.bank.talks import TalkRow, Utterance
from esc_tui.bank.units import UnitRow
from esc_tui.domain.errors import BankError

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import Dialogue, InterventionUnit
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.labels import Polarity
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.revision import Pins, Revision, SkillChange
    from esc_tui.domain.skill import Skill


class BankReader:
    """One reading connection with every question a bank can answer. Give each thread its own (``Bank.reader()``).

    ``revision`` arguments are numbers; None means the newest. Use as a context manager or call ``close()``.
    """

    def __init__(self, connection: BankConnection, path: Path, *, immutable: bool = False) -> None:
        self.connection = connection
        self.path = path
        self.immutable = immutable

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def interrupt(self) -> None:
        """Stop the query now running on this connection, from any thread; it raises SearchInterrupted."""
        self.connection.interrupt()

    # Revisions

    @property
    def head_number(self) -> int:
        """Number of the newest revision; 0 in an empty bank."""
        return revisions.head_number(self.connection)

    def head(self) -> Revision:
        """The newest revision. Raises UserError in an empty bank."""
        return revisions.read_revision(self.connection, self.head_number)

    def revision(self, reference: str | int) -> Revision:
        """A revision by ``r42``, ``42``, ``head`` or the beginning (4 digits or more) of its hash."""
        return revisions.find_revision(self.connection, reference)

    def revisions(self, limit: int = 50, before: int | None = None) -> list[Revision]:
        """Newest first, from just below number ``before``."""
        return revisions.list_revisions(self.connection, limit, before)

    def changes(self, first: int, second: int) -> list[SkillChange]:
        """How the skills at revision ``second`` differ from those at ``first``."""
        for number in (first, second):
            revisions.read_revision(self.connection, number)
        return revisions.changes_between(self.connection, first, second)

    def pins(self, *, planner: str = "rules-1", guard: str = "", revision: int | None = None) -> Pins:
        """What a conversation starting now stands on."""
        from esc_tui.domain.revision import Pins

        at = self.head() if revision is None else self.revision(revision)
        return Pins(revision=at.number, revision_hash=at.hash, evidence_snapshot=self.snapshot_number, planner=planner,
                    guard=guard)

    # Skills

    def _at(self, revision: int | None) -> int:
        return self.head_number if revision is None else revisions.read_revision(self.connection, revision).number

    def stored_skills(self, revision: int | None = None) -> list[StoredSkill]:
        """All skills in force as stored JSON, by slug; quick, nothing is validated."""
        return skills.stored_at(self.connection, self._at(revision))

    def skills_at(self, revision: int | None = None) -> list[Skill]:
        """All skills in force as nouns, by slug; validates each (slow for thousands)."""
        return [stored.skill() for stored in self.stored_skills(revision)]

    def skill(self, slug: str, revision: int | None = None) -> Skill:
        """One skill as it stood. Raises UserError naming the nearest slug."""
        stored = skills.stored_one(self.connection, slug, self._at(revision))
        if stored is None:
            raise skills.no_such_skill(self.connection, slug, "" if revision is None else f"r{revision}")
        return stored.skill()

    def has_skill(self, slug: str, revision: int | None = None) -> bool:
        """True when the slug is in force."""
        return revisions.in_force(self.connection, slug, self._at(revision)) is not None

    def skill_version(self, slug: str, version: int) -> Skill:
        """One version of a skill, in force or not. Raises UserError when there is none."""
        stored = skills.stored_version(self.connection, slug, version)
        if stored is None:
            raise skills.no_such_skill(self.connection, slug, f"v{version}")
        return stored.skill()

    def versions(self, slug: str) -> list[VersionNote]:
        """The history of one skill, newest version first; empty for an unknown slug."""
        return skills.version_notes(self.connection, slug)

    def list_skills(self, wanted: SkillFilter | None = None, *, limit: int = 50, offset: int = 0, sort: Sort = "title",
                    at: str = "") -> Page:
        """One page of light rows of the skills in force. See ``search.parse_filter`` for what people type."""
        return search.list_skills(self.connection, wanted or SkillFilter(), limit, offset, sort, at)

    def skill_row(self, slug: str) -> SkillRow | None:
        """The list row of one skill in force."""
        return search.card(self.connection, slug)

    def draft(self, key: str) -> Draft | None:
        """The draft of a slug (or of a new skill's key)."""
        return drafts.read_draft(self.connection, key)

    def drafts(self) -> list[Draft]:
        """Every draft, newest first."""
        return drafts.all_drafts(self.connection)

    def remembered(self, key: str, default: str = "") -> str:
        """A fact of the interface, such as the last pane."""
        return drafts.remembered(self.connection, key, default)

    # Dialogues, units, profiles

    def dialogue(self, identity: str) -> Dialogue | None:
        """One dialogue with its turns."""
        return dialogues.read_dialogue(self.connection, identity)

    def dialogue_ids(self, limit: int = 100, after: str = "") -> list[str]:
        """Dialogue ids in order, from just above ``after``."""
        return dialogues.dialogue_ids(self.connection, limit, after)

    def unit(self, reference: str | int) -> InterventionUnit:
        """A unit by ``IU-212``, ``212`` or id, with its label in force. Raises UserError when there is none."""
        return units.unit_labels(self.connection, reference)[0]

    def unit_labels(self, reference: str | int) -> list[InterventionUnit]:
        """Every label given to a unit, the one in force first."""
        return units.unit_labels(self.connection, reference)

    def unit_row(self, reference: str | int) -> UnitRow:
        """The light row of a unit."""
        return units.unit_row(self.connection, reference)

    def unit_count(self) -> int:
        """How many units the bank holds."""
        return int(self.connection.value("SELECT count(*) FROM units"))

    def units_for(self, slug: str, polarity: Polarity | str | None = None, limit: int = 20) -> list[UnitRow]:
        """Units that are evidence for ("positive") or against ("negative") a skill."""
        return units.units_for(self.connection, slug, polarity, limit)

    def profiles(self) -> list[Profile]:
        """All simulated seekers, by id."""
        from esc_tui.domain.profile import Profile

        return [Profile.model_validate_json(row[0])
                for row in self.connection.rows("SELECT content FROM profiles ORDER BY id")]

    # Evidence

    @property
    def snapshot_number(self) -> int:
        """The newest evidence snapshot; 0 before the first."""
        return evidence.newest_snapshot(self.connection)

    def snapshot(self, number: int) -> Snapshot:
        """One evidence snapshot."""
        return evidence.read_snapshot(self.connection, number)

    def evidence_counts(self, snapshot: int | None = None, revision: int | None = None) -> list[EvidenceCount]:
        """Outcomes by (skill, state, source) in a snapshot, for the versions in force at a revision."""
        return evidence.evidence_counts(self.connection, self.snapshot_number if snapshot is None else snapshot,
                                        self._at(revision))

    def confirmed(self, slug: str, version: int, snapshot: int | None = None) -> float | None:
        """The one number of shelf confirm: share of positive outcomes of a version (0-1), None without any."""
        return evidence.confirmed(self.connection, slug, version, self.snapshot_number if snapshot is None else snapshot)

    def ledger(self, slug: str, limit: int = 50, before: int | None = None) -> list[LedgerRow]:
        """Ledger rows of a skill, newest first."""
        return evidence.ledger(self.connection, slug, limit, before)

    # Talks

    def events(self, conversation: str, after: int = 0) -> list[AnyEvent]:
        """Events of a talk in order, from just after an event id."""
        return talks.read_events(self.connection, conversation, after)

    def events_after(self, event_id: int, limit: int = 1000) -> list[AnyEvent]:
        """Events of all talks in order, for a follower."""
        return talks.events_after(self.connection, event_id, limit)

    def conversations(self, limit: int = 50, offset: int = 0) -> list[TalkRow]:
        """Talks, the last used first."""
        return talks.list_talks(self.connection, limit, offset)

    def search_talks(self, text: str, limit: int = 50) -> list[Utterance]:
        """Lines of talks that hold every word."""
        return talks.search_talks(self.connection, text, limit)

    # The bank itself

    def meta(self, key: str, default: str = "") -> str:
        """A fact of the bank, such as ``language`` or ``template``."""
        found = self.connection.value("SELECT value FROM meta WHERE key = ?", (key,))
        return default if found is None else str(found)

    def hashes(self) -> tuple[str, str]:
        """The hash of the skills in force, and the hash of all units, profiles and dialogues."""
        from esc_tui.bank.integrity import everything_hash

        return self.head().hash, everything_hash(self.connection)

    def check(self) -> list[str]:
        """Look for damage; one sentence each, an empty list when the bank is sound."""
        from esc_tui.bank.integrity import check

        return check(self.connection)


def open_reader(path: Path, *, immutable: bool = False, busy_milliseconds: int = BUSY_MILLISECONDS) -> BankReader:
    """Open a bank to read it, without sqlite-utils, pydantic or a writing connection: the quickest way to a first list.

    Raises BankError when it is no bank, damaged, newer than the program, or older (``open_bank`` brings it up to date).
    """
    path = Path(path)
    connection = connect(path, "immutable" if immutable else "read", busy_milliseconds=busy_milliseconds)
    version = connection.value("PRAGMA user_version")
    if version < SCHEMA_VERSION:
        connection.close()
        raise BankError(f"the bank is of an older make (schema {version})", str(path), "open it once with the program to update it")
    return BankReader(connection, path, immutable=immutable)
