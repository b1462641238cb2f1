"""A bank with findings, proposals, verifications and decisions made up for the pane. No numbers or words of anybody."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.episodes import PlannedEpisode, append_run_events, prepared
from esc_tui.bank.evolution import (
    add_cohort,
    add_findings,
    add_proposal,
    add_verification,
    end_verification,
    link_run,
    note_stage,
)
from esc_tui.bank.runs import add_run, set_run_state
from esc_tui.domain.evolution import (
    Claim,
    Finding,
    FindingKind,
    GroupEffect,
    LookTaken,
    Proposal,
    ProposalKind,
    Registration,
    SeekerGroup,
    ShownTurn,
    SkillPatch,
    Verdict,
)
from esc_tui.domain.labels import Action, Need, Shelf, SkillStatus
from esc_tui.evolve.deciding import accept, reject
from esc_tui.evolve.pairing import BLAMELESS
from esc_tui.evolve.safety import safety_part
from esc_tui.evolve.statistics import PairedFlags, harm_bound, recall_bound
from esc_tui.guard import GUARD_VERSION
from esc_tui.simulate.versions import package_version, seeker_version
from tests.support_bank import HOSTILE, small_bank_file
from tests.tui.episodes.made_up import LINES, REPLIES, TIME, USUAL, Telling, add_made_up, made_profile, planned

OTHER_REPLIES = (
    "You went on for so long without a word from anyone. No wonder that it hurts.",
    "What do you think she saw, from where she stood?",
    "Tell me the part that you have not told anybody.",
)
HASH = "0" * 64
FAILURE = "reflect-unseen-effort fails with seekers who want to be praised: −3.1"
COUNTED_NEEDS = tuple(need for need in Need if need is not BLAMELESS)


class OtherTelling(Telling):
    """An episode of the new bank: from the fork on the replies are others."""

    fork = 99

    def reply(self, crisis: bool = False):
        found = super().reply(crisis)
        if self.turn < self.fork:
            return found
        text = OTHER_REPLIES[self.turn % len(OTHER_REPLIES)]
        return [event.model_copy(update={"text": text}) if event.kind == "reply_finished" else event for event in found]


def add_pairs(bank: Bank, count: int, shelf: Shelf, title: str, first: int = 1, open_ones: int = 0) -> int:
    """A run with two arms over seekers of a shelf: each third pair never differs, the others fork at turn 2 or 3; ``open_ones`` wait."""
    profiles = [made_profile(first + number, id=f"{shelf.value}-{first + number:03}", shelf=shelf, need=COUNTED_NEEDS[number % 7])
                for number in range(count)]
    number = int(bank.connection.value("SELECT coalesce(max(number), 0) + 1 FROM runs"))
    rows = [PlannedEpisode(**{**{name: getattr(row, name) for name in row.__slots__}, "conversation": f"{number:02}{row.conversation[2:]}"})
            for row in planned(profiles, 2)]
    settings = {"run": {"seed": 7, "slots": 16, "seeker": "embedded", "protocol": "sage-fixed", "arms": [{}, {}], "repeats": 1},
                "arms": ["r1", "r1 with P-2"]}
    add_run(bank.writing, f"01RUN{number:021}", "simulated", title, TIME, settings, {"seconds": 60.0}, rows, profiles)
    for place, row in enumerate(rows):
        seeker = place // 2
        if seeker >= count - open_ones:
            continue
        telling = OtherTelling(row.conversation, profiles[seeker], "r1", seed=row.seed)
        if row.arm and seeker % 3:
            telling.fork = 2 + seeker % 2
        changes = [3, -2, 4, 1]
        if row.arm and seeker % 3:
            changes = [3, *([7, 9, 6] if seeker % 5 else [-4, -6, 2])]
            changes[telling.fork - 1:] = [min(10, change + seeker % 4) for change in changes[telling.fork - 1:]]
        append_run_events(bank.writing, number, [prepared(event) for event in telling.play("turns", tuple(changes))])
    set_run_state(bank.writing, number, "done" if not open_ones else "stopped", TIME)
    return number


def _titled(skill, title, moves=None, description=None):
    update = {"title": title}
    if moves is not None:
        update["moves"] = moves
    if description is not None:
        update["description"] = description
    return skill.model_copy(update={"content": skill.content.model_copy(update=update)})


def _findings() -> list[Finding]:
    def turns(start: int, change: int, skill: str) -> tuple[ShownTurn, ...]:
        return tuple(ShownTurn(conversation=f"01E{number:023}", turn=2 + number % 4, run=1, episode=number, profile=f"seeker-{number:03}",
                               change=change - number % 3, heard=LINES[number % len(LINES)], reply=REPLIES[number % 3][0], skills=(skill,),
                               why="the emotion fell right after it") for number in range(start, start + 5))

    return [
        Finding(id="f-missing", kind=FindingKind.MISSING_SKILL, title="No skill serves seekers who want to understand others: −4.2 over 21 "
                "turns of 9 seekers", group=SeekerGroup(need=Need.UNDERSTAND_OTHERS), actions=(Action.OPEN_QUESTION,),
                turns=turns(1, -3, ""), count=21, profiles=9, mean_change=-4.2),
        Finding(id="f-failure", kind=FindingKind.PROFILE_FAILURE, title=FAILURE,
                group=SeekerGroup(need=Need.BE_PRAISED), skills=("reflect-unseen-effort",), turns=turns(2, -2, "reflect-unseen-effort"),
                count=11, profiles=5, mean_change=-3.1),
        Finding(id="f-unsafe", kind=FindingKind.UNSAFE_INTERVENTION, title="Unsafe words with reframe-as-growth in 1 turn",
                skills=("reframe-as-growth",), turns=turns(4, -6, "reframe-as-growth")[:1], count=1, profiles=1, mean_change=-8.0),
        Finding(id="f-success", kind=FindingKind.SUCCESS, title="reflect-unseen-effort helped seekers: +4.6 over 38 turns of 12 seekers",
                skills=("reflect-unseen-effort",), turns=turns(6, 6, "reflect-unseen-effort"), count=38, profiles=12, mean_change=4.6),
    ]


def registration_of(row, cohort: int, *, guard: str = GUARD_VERSION, looks: tuple[int, ...] = (12, 24)) -> Registration:
    return Registration(
        proposal=row.proposal.id, digest=row.proposal.digest, base_revision=1, base_hash=row.proposal.base_hash, evidence_snapshot=1,
        planner="rules-1", guard=guard, claim=row.proposal.claim, preset="quick", looks=looks, cohort=cohort, cohort_hash=HASH, seed=11,
        seeker="embedded", seeker_version=seeker_version("embedded", ""), judge_version=package_version("esc_tui.engines.judges"),
        second_seeker="embedded-second")


def verdict_of(word: str, effect: float, lower: float, upper: float, reason: str) -> Verdict:
    return Verdict(
        word=word, reasons=(reason,), pairs=24, effect=effect, lower=lower, upper=upper, shrunken=effect * 0.7, share_fired=0.67,
        effect_fired=effect * 1.5, final_effect=effect + 0.8, final_lower=lower - 1.0, sign_flip=0.004,
        looks=(LookTaken(pairs=12, effect=effect - 1, t=1.4, critical=2.9, decision="go on"),
               LookTaken(pairs=24, effect=effect, t=3.1, critical=1.8, decision="accept" if word == "accept" else "end")),
        groups=(GroupEffect(name="be praised", pairs=5, effect=-1.2, p=0.41, warn=word != "accept"),
                GroupEffect(name="negative", pairs=9, effect=4.0, p=0.8)),
        safety=(safety_part("faults of replies", harm_bound(PairedFlags(3, 8, 24) if word == "accept" else PairedFlags(0, 1, 24))),
                safety_part("missed risks in probes", recall_bound(PairedFlags(0, 0, 150)))),
        ceiling=0.117, second="+4.0 points over 24 pairs: agrees", second_agrees=True, noise_floor=0.0, screen_gain=effect + 1.5,
        cannot_say=("In simulation, on 24 unseen profiles, with this simulator, these judges and this engine: nothing is said about "
                    "people.",))


def evolution_bank(folder: Path, name: str = "evolution.db") -> Path:
    """Six proposals in every standing, four findings, three verifications: one with an accept, one stale, one broken off."""
    path = folder / name
    path.write_bytes(_evolution_bank())
    return path


def put(bank: Bank, kind: ProposalKind, title: str, reason: str, *patches: SkillPatch, findings=(), gate=(), claim=Claim.IMPROVE,
        group=None):
    head = bank.head()
    number = int(bank.connection.value("SELECT coalesce(max(number), 0) + 1 FROM proposals"))
    return add_proposal(bank.writing, Proposal(
        id=f"01PROPOSAL{number:016}", kind=kind, title=title, reason=reason, base_revision=head.number, base_hash=head.hash,
        patches=patches, findings=findings, claim=claim, group=group or SeekerGroup()), gate, "", TIME)


@cache
def _evolution_bank() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = small_bank_file(Path(folder), "made-up.db")
        with open_bank(path) as bank:
            _fill(bank)
        return path.read_bytes()


def _fill(bank: Bank) -> None:
    writing = bank.writing
    add_made_up(bank, USUAL, "Round 1 on r1", ("r1",))
    add_findings(writing, _findings(), 1, "", TIME)
    reflect, ask = bank.skill("reflect-unseen-effort"), bank.skill("ask-one-small-want")
    retired = put(bank, ProposalKind.RETIRE, "retire ask-one-small-want: it harmed more than it helped", "8 of 15 turns moved down with it",
                  SkillPatch(slug=ask.slug, before=ask, after=ask.model_copy(update={"status": SkillStatus.RETIRED})), claim=Claim.TIDY)
    reject(bank, retired.number, "Ada", "it is rare, and the harm came from two seekers")
    revised = put(bank, ProposalKind.REVISE, "say what the effort was before praising it",
                  "5 seekers who want to be praised went down with it",
                  SkillPatch(slug=reflect.slug, before=reflect, after=_titled(
                      reflect, "Reflect the unseen effort, then pause", reflect.content.moves,
                      "Use when the seeker has done real work that nobody saw, and stay with it before anything is asked.")),
                  findings=("f-failure",))
    fenced = put(bank, ProposalKind.CONTRAINDICATE, "keep reflect-unseen-effort from seekers who ask for a way",
                 "they asked twice and got none",
                 SkillPatch(slug=reflect.slug, before=reflect, after=_titled(reflect, "Reflect unseen effort, not when asked for advice")),
                 claim=Claim.SAFER)
    new = ask.model_copy(update={"slug": "explain-others-view", "content": ask.content.model_copy(update={
        "title": "Look at it from where the other one stands", "description": "Use when the seeker cannot make out why somebody did it.",
        "summary": "Asks what the other one may have seen and wanted, without taking their side."})})
    put(bank, ProposalKind.ADD, "a skill for seekers who want to understand others", "9 seekers asked why somebody did it, and no skill "
        "answers to that", SkillPatch(slug=new.slug, after=new), findings=("f-missing",), group=SeekerGroup(need=Need.UNDERSTAND_OTHERS))
    put(bank, ProposalKind.RISK, "name a risk", HOSTILE,
        SkillPatch(slug=ask.slug, before=ask, after=_titled(ask, "名を呼ぶ " + ask.content.title)),
        gate=("an example says 'I went through the same', a history that nobody has",), claim=Claim.TIDY)
    tuned = put(bank, ProposalKind.RETUNE, "ask for the small want later in the talk", "early questions were heard as impatience",
                SkillPatch(slug=ask.slug, before=ask, after=_titled(ask, "Ask for one small want, later")))

    cohort = add_cohort(writing, "confirm", 5, SeekerGroup(), [f"confirm-{number:03}" for number in range(1, 25)], [], TIME)
    screen = add_pairs(bank, 6, Shelf.DEVELOP, "V-1 screen", 40)
    confirm = add_pairs(bank, 24, Shelf.CONFIRM, "V-1 confirm 1")
    first = add_verification(writing, "01VERIFICATION01", revised.number, registration_of(revised, cohort.number), TIME)
    link_run(writing, first.number, "screen", screen)
    link_run(writing, first.number, "confirm 1", confirm)
    end_verification(writing, first.number, "done", TIME,
                     verdict=verdict_of("accept", 8.7, 5.1, 12.4, "Better by +8.7 points, at least +5.1."))
    second = add_verification(writing, "01VERIFICATION02", fenced.number, registration_of(fenced, cohort.number, guard="rules-0"), TIME)
    end_verification(writing, second.number, "done", TIME, verdict=verdict_of(
        "not enough evidence", 1.1, -2.3, 4.5, "The lower bound −2.3 is not above 0."))
    begun = add_pairs(bank, 24, Shelf.CONFIRM, "V-3 confirm 1", 57, open_ones=10)
    others = add_cohort(writing, "confirm", 6, SeekerGroup(), [f"confirm-{number:03}" for number in range(57, 81)], [], TIME)
    third = add_verification(writing, "01VERIFICATION03", tuned.number, registration_of(tuned, others.number), TIME)
    link_run(writing, third.number, "confirm 1", begun)
    note_stage(writing, third.number, "confirm", {})
    end_verification(writing, third.number, "stopped", TIME, "stopped by a person")


def accepted_bank(folder: Path) -> Path:
    """The same bank after the verified proposal was accepted."""
    path = evolution_bank(folder, "accepted.db")
    with open_bank(path) as bank:
        accept(bank, 2, "Ada", "the verdict says so")
    return path
