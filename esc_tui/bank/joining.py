"""What comes along when another bank is merged: dialogues, units, labels, decisions, profiles, prototypes and outcomes.

Everything is known again by its content (ids, hashes), so that merging twice adds nothing. Talks stay where they were held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.dialogues import add_dialogues, read_dialogue
from esc_tui.bank.units import add_label, label_by_id
from esc_tui.domain.base import content_id
from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import InterventionUnit

FOREIGN = "front matter/"
"""Under names that begin so the bank keeps what an imported SKILL.md said beyond what a skill holds."""
_CORPUS = "(SELECT id FROM dialogues WHERE conversation IS NULL)"


@dataclass(frozen=True, slots=True)
class Brought:
    """How much came along. ``left_out`` counts dialogues whose name or words stand here in other lines; ``talks`` those held live,
    which are never merged; ``snapshot`` is the evidence snapshot that counts the outcomes that are new or corrected (0: none)."""

    dialogues: int = 0
    units: int = 0
    labels: int = 0
    decisions: int = 0
    outcomes: int = 0
    profiles: int = 0
    left_out: int = 0
    talks: int = 0
    snapshot: int = 0


def bring_along(here: BankConnection, there: BankConnection, time: str, name: str,
                progress: Callable[[int, int], None] | None = None, *, labels_only: bool = False) -> Brought:
    """Copy what is not here yet; inside the caller's transaction, if there is one. ``labels_only``: dialogues, units, labels and
    decisions, nothing of skills.

    Raises UserError when a record of the other bank cannot be read; then nothing of it stays.
    """
    with here.transaction():
        try:
            join = _Join(here, there, time, progress)
            return join.labels_alone() if labels_only else join.all()
        except ValueError as error:
            raise UserError("a dialogue or a label of this bank cannot be read", name, f"run 'esc-tui bank check --bank {name}'") from error


def _lines(connection: BankConnection, dialogue: str) -> list[tuple[str, str]]:
    return connection.rows("SELECT speaker, text FROM dialogue_turns WHERE dialogue = ? ORDER BY turn", (dialogue,))


class _Join:
    def __init__(self, here: BankConnection, there: BankConnection, time: str, progress: Callable[[int, int], None] | None) -> None:
        self.here, self.there, self.time, self.progress = here, there, time, progress
        self.units: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.labels: dict[int, int] = {}

    def all(self) -> Brought:
        """Everything, in the order in which one thing points at another."""
        dialogues, left_out = self._dialogues()
        before = int(self.here.value("SELECT count(*) FROM units") or 0)
        last = int(self.here.value("SELECT max(id) FROM evidence") or 0)
        labels = self._labels()
        units = int(self.here.value("SELECT count(*) FROM units") or 0) - before
        decisions = self._decisions()
        self._extractions()
        self._lineage()
        outcomes = self._outcomes()
        return Brought(dialogues, units, labels, decisions, outcomes, self._profiles(), left_out,
                       int(self.there.value("SELECT count(*) FROM conversations WHERE live = 1 AND forgotten = 0") or 0),
                       self._snapshot() if int(self.here.value("SELECT max(id) FROM evidence") or 0) > last else 0)

    def labels_alone(self) -> Brought:
        """What people and machines labelled, with the dialogues it is about."""
        dialogues, left_out = self._dialogues()
        before = int(self.here.value("SELECT count(*) FROM units") or 0)
        labels = self._labels()
        units = int(self.here.value("SELECT count(*) FROM units") or 0) - before
        last = int(self.here.value("SELECT max(id) FROM evidence") or 0)
        decisions = self._decisions()
        self._extractions()
        corrected = int(self.here.value("SELECT max(id) FROM evidence") or 0) > last
        return Brought(dialogues, units, labels, decisions, left_out=left_out, snapshot=self._snapshot() if corrected else 0)

    def _dialogues(self) -> tuple[int, int]:
        """Find or add their dialogues: ``shared`` maps their ids to those here. What differs in its lines is left out."""
        known = dict(self.here.rows("SELECT id, hash FROM dialogues"))
        words = dict(self.here.rows(f"SELECT text_hash, max(id) FROM dialogues WHERE id IN {_CORPUS} GROUP BY text_hash"))
        live = {row[0] for row in self.here.rows("SELECT text_hash FROM dialogues WHERE conversation IS NOT NULL")}
        self.shared: dict[str, str] = {}
        new = left_out = 0
        for identity, digest, text in self.there.rows("SELECT id, hash, text_hash FROM dialogues WHERE conversation IS NULL ORDER BY id"):
            same = words.get(text)
            if known.get(identity) == digest:
                self.shared[identity] = identity
            elif same is not None and _lines(self.here, same) == _lines(self.there, identity):
                self.shared[identity] = same
            elif identity in known or same is not None or text in live:
                left_out += 1
            else:
                dialogue = read_dialogue(self.there, identity)
                if dialogue is not None:
                    new += add_dialogues(self.here, [dialogue])
                    self.shared[identity] = identity
        return new, left_out

    def _labels(self) -> int:
        from esc_tui.domain.hashing import canonical_json, sha256

        known = {(row[0], row[1]): row[2] for row in self.here.rows(
            "SELECT u.id, l.hash, l.id FROM unit_labels l JOIN units u ON u.number = l.unit")}
        rows = [row for row in self.there.rows(
            "SELECT l.id, u.id, l.hash, l.time, l.withdrawn, l.adjudicated, u.dialogue FROM unit_labels l "
            f"JOIN units u ON u.number = l.unit WHERE u.dialogue IN {_CORPUS} ORDER BY l.id") if row[6] in self.shared]
        texts: dict[tuple[str, int], str] = {}
        new = 0
        for done, (label, unit, digest, time, withdrawn, adjudicated, dialogue) in enumerate(rows, 1):
            said, place = None, (unit, digest)
            if self.shared[dialogue] != dialogue:
                said = self._renamed(label_by_id(self.there, label), self.shared[dialogue])
                place = said.id, sha256(canonical_json(said))
            if place in known:
                self.labels[label] = known[place]
                continue
            given, fresh = add_label(self.here, said or label_by_id(self.there, label), time, adjudicated=bool(adjudicated),
                                     withdrawn=bool(withdrawn), texts=texts)
            self.labels[label] = given
            new += fresh
            if self.progress is not None and not done % 200:
                self.progress(done, len(rows))
        self.units = dict(self.here.rows("SELECT id, number FROM units"))
        self.units.update({theirs: self.units[ours] for theirs, ours in self.names.items()})
        return new

    def _renamed(self, label: InterventionUnit, dialogue: str) -> InterventionUnit:
        """Their label as one of the same lines under the name they have here: of the unit at this moment, else of a new one."""
        if label.id not in self.names:
            found = self.here.value(
                "SELECT u.id FROM units u JOIN unit_labels l ON l.id = u.label WHERE u.dialogue = ? AND "
                "json_extract(l.labels, '$.action_turns[0]') = ?", (dialogue, min(label.action_turns)))
            self.names[label.id] = str(found or content_id("iu", dialogue, str(label.state_turn), str(min(label.action_turns)),
                                                           str(label.outcome_turn)))
        return label.model_copy(update={"id": self.names[label.id], "dialogue": dialogue})

    def _decisions(self) -> int:
        """Decisions in the order they were made; of two by one person about one unit the newer one holds."""
        from esc_tui.bank.decisions import Decision, settle_decision, take_back

        known = set(self.here.rows("SELECT unit, annotator, kind, time FROM decisions"))
        new = 0
        for unit, annotator, kind, label, note, time, undone, dialogue in self.there.rows(
                "SELECT u.id, d.annotator, d.kind, d.label, d.note, d.time, d.undone, u.dialogue FROM decisions d JOIN units u "
                f"ON u.number = d.unit WHERE u.dialogue IN {_CORPUS} ORDER BY d.time, d.id"):
            number = self.units.get(unit)
            if dialogue not in self.shared or number is None or (number, annotator, kind, time) in known:
                continue
            group = "= 'adjudicate'" if kind == "adjudicate" else "<> 'adjudicate'"
            others = [Decision(*row) for row in self.here.rows(
                "SELECT id, unit, annotator, kind, label, note, time FROM decisions WHERE unit = ? AND annotator = ? AND undone = 0 "
                f"AND kind {group}", (number, annotator))]
            newer = any(other.time > time for other in others)
            identity = int(self.here.run(
                "INSERT INTO decisions (unit, annotator, kind, label, note, time, undone) VALUES (?, ?, ?, ?, ?, ?, 0)",
                (number, annotator, kind, self.labels.get(label) if label is not None else None, note, time)).lastrowid or 0)
            mine = Decision(identity, number, annotator, kind, self.labels.get(label) if label is not None else None, note, time)
            if undone or newer:
                take_back(self.here, mine, self.time, replaced=undone != 1)
            else:
                for old in others:
                    take_back(self.here, old, self.time, replaced=True)
                settle_decision(self.here, mine, self.time)
            new += 1
        return new

    def _extractions(self) -> None:
        self.here.run_many("INSERT OR IGNORE INTO extractions (annotator, dialogue, units, time) VALUES (?, ?, ?, ?)",
                           ((annotator, self.shared[dialogue], units, time) for annotator, dialogue, units, time in self.there.rows(
                               "SELECT annotator, dialogue, units, time FROM extractions") if dialogue in self.shared))

    def _lineage(self) -> None:
        """What mined skills rest on: prototypes with their units here, and the hashes of the dialogues, whether here or not."""
        self.here.run_many("INSERT OR IGNORE INTO skill_sources (slug, text_hash) VALUES (?, ?)",
                           self.there.rows("SELECT slug, text_hash FROM skill_sources"))
        self.here.run_many("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)",
                           self.there.rows("SELECT key, value FROM meta WHERE substr(key, 1, ?) = ?", (len(FOREIGN), FOREIGN)))
        for run, *facts in self.there.rows(
                "SELECT number, time, seed, settings, units, prototypes FROM prototype_runs WHERE number IN "
                "(SELECT p.run FROM prototypes p JOIN skill_prototypes s ON s.prototype = p.id) ORDER BY number"):
            if self.here.value("SELECT 1 FROM prototype_runs WHERE (time, seed, settings) = (?, ?, ?)", facts[:3]):
                continue
            # Below 0 and below every run here: the newest run stays the one of this bank, and no run is numbered 0 (no run).
            number = min(0, int(self.here.value("SELECT min(number) FROM prototype_runs") or 0)) - 1
            self.here.run("INSERT INTO prototype_runs (number, time, seed, settings, units, prototypes) VALUES (?, ?, ?, ?, ?, ?)",
                          (number, *facts))
            self._prototypes(run, number)

    def _prototypes(self, run: int, number: int) -> None:
        for identity, *facts in self.there.rows(
                "SELECT id, number, state, action, polarity, words, units, cluster FROM prototypes WHERE run = ?", (run,)):
            row = self.here.run("INSERT INTO prototypes (run, number, state, action, polarity, words, units, cluster) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (number, *facts)).lastrowid
            self.here.run_many(
                "INSERT OR IGNORE INTO prototype_units (prototype, unit, closeness) VALUES (?, ?, ?)",
                ((row, self.units[unit], closeness) for unit, closeness in self.there.rows(
                    "SELECT u.id, p.closeness FROM prototype_units p JOIN units u ON u.number = p.unit WHERE p.prototype = ?",
                    (identity,)) if unit in self.units))
            self.here.run_many("INSERT OR IGNORE INTO skill_prototypes (slug, prototype) VALUES (?, ?)",
                               ((slug, row) for (slug,) in self.there.rows(
                                   "SELECT slug FROM skill_prototypes WHERE prototype = ?", (identity,))))

    def _profiles(self) -> int:
        cursor = self.here.run_many("INSERT OR IGNORE INTO profiles (id, shelf, language, content, hash) VALUES (?, ?, ?, ?, ?)",
                                    self.there.rows("SELECT id, shelf, language, content, hash FROM profiles"))
        return max(0, cursor.rowcount)

    def _outcomes(self) -> int:
        """Rows of the ledger that are not here, each at the version whose content it was seen with; those of talks stay there.

        A unit counts once for a skill, whoever entered it when; what corrects an outcome comes along only with it. What was learned
        there from a run and set back stays there.
        """
        versions: dict[tuple[str, int], int | None] = {}
        known: dict[tuple[object, ...], list[int]] = {}
        facts = "outcome, state, seeker_group, source, shelf, time"
        for row in self.here.rows(f"SELECT id, skill, version, unit, conversation, turn, {facts} FROM evidence ORDER BY id DESC"):
            known.setdefault(row[1:], []).append(row[0])
        standing = set(self.here.rows("SELECT skill, unit FROM evidence WHERE source = 'unit' AND unit IS NOT NULL"))
        placed: dict[int, int] = {}
        new = 0
        for identity, replaces, skill, version, theirs, conversation, turn, source, *rest in self.there.rows(
                f"SELECT id, replaces, skill, version, unit, conversation, turn, source, {facts} FROM evidence WHERE (conversation IS NULL "
                "OR conversation NOT IN (SELECT id FROM conversations WHERE live = 1)) AND NOT (source = 'simulation' AND EXISTS ("
                "SELECT 1 FROM evidence_left_out o WHERE o.snapshot = (SELECT max(number) FROM evidence_snapshots) "
                "AND evidence.id BETWEEN o.first AND o.last)) ORDER BY id"):
            if (skill, version) not in versions:
                versions[skill, version] = self._version(skill, version)
            at = versions[skill, version]
            if at is None or (theirs is not None and theirs not in self.units):
                continue
            unit = self.names.get(theirs, theirs)
            target = placed.get(replaces) if replaces is not None else None
            if source == "unit" and unit is not None:
                if target is None and (skill, unit) in standing:
                    continue
                standing.add((skill, unit))
            elif same := known.get((skill, at, unit, conversation, turn, *rest)):
                placed[identity] = same.pop()
                continue
            if target is not None and self.here.value("SELECT 1 FROM evidence WHERE replaces = ?", (target,)):
                continue
            placed[identity] = int(self.here.run(
                f"INSERT INTO evidence (skill, version, unit, conversation, turn, {facts}, replaces) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (skill, at, unit, conversation, turn, *rest, target)).lastrowid or 0)
            new += 1
        return new

    def _version(self, slug: str, version: int) -> int | None:
        """The number here of a version of theirs: the same skill, else the same content, else it is added."""
        from esc_tui.bank.skills import add_version, stored_version

        theirs = stored_version(self.there, slug, version)
        if theirs is None:
            return None
        found = self.here.value("SELECT version FROM skill_versions WHERE slug = ? AND skill_hash = ?", (slug, theirs.skill_hash))
        if found is None:
            from esc_tui.domain.hashing import content_hash, skill_hash

            skill = theirs.skill()
            found = self.here.value("SELECT version FROM skill_versions WHERE slug = ? AND content_hash = ? ORDER BY version DESC LIMIT 1",
                                    (slug, content_hash(skill.content)))
            if found is None:
                found = add_version(self.here, skill, skill_hash(skill), "merge", self.time)[1]
        return int(found)

    def _snapshot(self) -> int:
        from esc_tui.bank.evidence import take_snapshot

        return take_snapshot(self.here, self.time)
