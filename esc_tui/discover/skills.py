"""Mining skills: clusters of prototypes become draft skills, checked, linked with their units, in one revision at the end.

Drafts stay drafts until a person, or a verdict, makes them active: a bank of mined skills used as it is made talks worse in the
study of ESC-Skills.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esc_tui.bank.mining import mined_drafts, outcome_rows, units_behind, used_slugs
from esc_tui.bank.prototypes import link_skill, newest_run, prototypes_of_skill, set_clusters
from esc_tui.discover.briefs import as_mined, brief_of_prototypes
from esc_tui.discover.checking import checked
from esc_tui.discover.clustering import Cluster, Clustering, cluster_prototypes
from esc_tui.discover.evidence_rows import add_unit_evidence
from esc_tui.domain.errors import AnswerError, UserError
from esc_tui.domain.hashing import sha256
from esc_tui.domain.labels import Polarity
from esc_tui.domain.skill import Skill

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.engines.roles import SkillWriter

DEFAULT_TARGET = 27
"""How many skills ESC-Skills mined from 258 prototypes."""
FIRST_FAILURES = 3
"""When so many clusters could not be worded before any was (all, if there are fewer), the job ends."""
KEPT = "mined:"
"""Keys of drafts that wait for the others of their run begin with this."""
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class MinedSkill:
    """A draft that entered the bank. Prototypes and units are counts; units are counted once each."""

    slug: str
    title: str
    prototypes: int
    positive: int
    negative: int
    positive_units: int
    negative_units: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MinedSkills:
    """What came of it. ``kept`` are drafts of clusters that are the same as before, ``replaced`` untouched drafts of clusters that
    are no more, ``left_out`` clusters whose draft did not pass, each with a sentence; ``revision`` is 0 when nothing changed."""

    revision: int
    skills: tuple[MinedSkill, ...]
    kept: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()
    harm_without_skill: int = 0
    evidence: int = 0
    snapshot: int = 0
    sentence: str = ""


@dataclass(slots=True)
class _Made:
    cluster: Cluster
    skill: Skill
    signature: str
    notes: tuple[str, ...] = field(default=())


async def mine_skills(bank: Bank, writer: SkillWriter, *, author: str, target: int = DEFAULT_TARGET, seed: int = 0,
                      near: bool = True, progress: Progress | None = None) -> MinedSkills:
    """Make draft skills of the newest prototypes. ``near`` as ``briefs.words_stay_here`` tells.

    A cluster with the same units as an earlier mined draft is passed over; earlier drafts that no person has touched and whose
    cluster is no more make room. Everything is committed in one transaction at the end; until then each draft of a slow writer is
    kept aside in the bank, so that a run that was stopped goes on where it was. Raises UserError when there are no prototypes or
    none that helped, EndpointError when the endpoint fails.
    """
    newest = newest_run(bank.connection)
    if newest is None:
        raise UserError("there are no prototypes to make skills of", str(bank.path), "run 'esc-tui discover prototypes' first")
    base = bank.head_number
    clustering = cluster_prototypes(bank.connection, newest.number, target, seed)
    if not clustering.clusters:
        raise UserError("none of the prototypes helped, so there is no skill to make", str(bank.path),
                        "import dialogues that went well, or correct labels in the Evidence pane")
    known = _known(bank)
    fresh, kept = [], []
    for cluster in clustering.clusters:
        slugs = known.get(_signature(bank, cluster.rows))
        if slugs:
            kept.extend(slugs)
        else:
            fresh.append(cluster)
    made, left_out = await _written(bank, writer, fresh, near, progress)
    passed: list[_Made] = []
    for draft, outcome in zip(made, checked(bank.connection, [draft.skill for draft in made]), strict=True):
        if outcome.skill is None:
            left_out.append((draft.cluster.number, outcome.reasons[0]))
        else:
            passed.append(_Made(draft.cluster, outcome.skill, draft.signature, outcome.reasons))
    return _committed(bank, newest.number, clustering, passed, left_out, kept, author, base)


def _signature(bank: Bank, prototypes: tuple[int, ...]) -> str:
    """What a cluster is: the ids of its units, which stay the same from one grouping to the next."""
    rows = outcome_rows(bank.connection, units_behind(bank.connection, prototypes))
    return sha256("\n".join(sorted(f"{unit} {polarity}" for unit, polarity, _ in rows)))


def _known(bank: Bank) -> dict[str, list[str]]:
    """Slugs of earlier mined drafts in force, by what their cluster was."""
    found: dict[str, list[str]] = {}
    for slug in mined_drafts(bank.connection):
        rows = tuple(row.id for row in prototypes_of_skill(bank.connection, slug))
        found.setdefault(_signature(bank, rows), []).append(slug)
    return found


async def _written(bank: Bank, writer: SkillWriter, clusters: list[Cluster], near: bool,
                   progress: Progress | None) -> tuple[list[_Made], list[tuple[int, str]]]:
    """A draft for each cluster, in turn, so that every writer knows the slugs that are taken; and clusters it could not word.

    Raises AnswerError when the first few cannot be worded: such a writer will not word the others.
    """
    taken = used_slugs(bank.connection)
    mark = type(writer).__name__
    made: list[_Made] = []
    unworded: list[tuple[int, str]] = []
    for place, cluster in enumerate(clusters, 1):
        signature = _signature(bank, cluster.rows)
        brief = brief_of_prototypes(bank.connection, cluster.rows, number=cluster.number, taken=taken, near=near)
        skill = _kept_aside(bank, f"{KEPT}{mark}:{signature}", taken)
        if skill is None:
            try:
                skill = as_mined(await writer.write_skill(brief), brief)
            except AnswerError as error:
                if not made and len(unworded) + 1 >= min(FIRST_FAILURES, len(clusters)):
                    raise
                unworded.append((cluster.number, error.what))
                continue
            if mark != "EmbeddedSkillWriter":
                bank.save_draft(f"{KEPT}{mark}:{signature}", skill.model_dump(mode="json"), base_revision=bank.head_number)
        taken |= {skill.slug}
        made.append(_Made(cluster, skill, signature))
        if progress is not None:
            progress(place, len(clusters), skill.slug)
    return made, unworded


def _kept_aside(bank: Bank, key: str, taken: frozenset[str]) -> Skill | None:
    """A draft that an earlier, stopped run has left."""
    draft = bank.draft(key)
    if draft is None:
        return None
    try:
        skill = Skill.model_validate(draft.content)
    except ValueError:
        return None
    return None if skill.slug in taken else skill


def _committed(bank: Bank, run: int, clustering: Clustering, made: list[_Made], left_out: list[tuple[int, str]],
               kept: list[str], author: str, base: int) -> MinedSkills:
    """Revision, links, evidence and snapshot in one transaction."""
    from esc_tui.domain.base import now_iso

    replaced = [slug for slug, touched in mined_drafts(bank.connection).items() if not touched and slug not in kept] if made else []
    if not made:
        return MinedSkills(0, (), tuple(sorted(kept)), (), tuple(left_out), len(clustering.left_over), 0, bank.snapshot_number,
                           clustering.sentence)
    changes: Mapping[str, Skill | None] = {**dict.fromkeys(replaced), **{draft.skill.slug: draft.skill for draft in made}}
    mined, evidence = [], 0
    with bank.together():
        connection, time = bank.writing, now_iso()
        count = f"{len(made)} draft {'skill' if len(made) == 1 else 'skills'}"
        revision = bank.commit(changes, kind="discover", author=author, message=f"Mined {count} from prototypes of run {run}",
                               base_revision=base)
        set_clusters(connection, run, clustering.numbers())
        for draft in made:
            numbers = units_behind(connection, draft.cluster.rows)
            link_skill(connection, draft.skill.slug, draft.cluster.rows)
            evidence += add_unit_evidence(connection, draft.skill.slug, bank.skill(draft.skill.slug).version, numbers, time)
            mined.append(_counted(bank, draft, numbers))
        connection.run("DELETE FROM drafts WHERE key LIKE ?", (f"{KEPT}%",))
        snapshot = bank.take_snapshot()
    return MinedSkills(revision.number, tuple(mined), tuple(sorted(kept)), tuple(replaced), tuple(left_out),
                       len(clustering.left_over), evidence, snapshot, clustering.sentence)


def _counted(bank: Bank, draft: _Made, numbers: list[int]) -> MinedSkill:
    outcomes = Counter(polarity for _, polarity, _ in outcome_rows(bank.connection, numbers))
    return MinedSkill(
        slug=draft.skill.slug, title=draft.skill.content.title, prototypes=len(draft.cluster.rows),
        positive=len(draft.cluster.positive), negative=len(draft.cluster.negative),
        positive_units=outcomes[Polarity.POSITIVE.value], negative_units=outcomes[Polarity.NEGATIVE.value], notes=draft.notes)
