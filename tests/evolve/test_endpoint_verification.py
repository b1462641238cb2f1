"""A verification with a model behind a server on loopback, from its registration to its verdict, through an endpoint that dies twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from esc_tui.bank.episodes import episode_rows
from esc_tui.bank.evolution import add_cohort, add_proposal, find_verification
from esc_tui.bank.runs import find_run
from esc_tui.domain.errors import EndpointError
from esc_tui.domain.evolution import Claim, Proposal, ProposalKind, SeekerGroup, SkillPatch
from esc_tui.domain.labels import Shelf, SkillStatus
from esc_tui.evolve import probing, screening, verifying
from esc_tui.evolve.ledger import why_stale
from esc_tui.evolve.pairing import BLAMELESS
from esc_tui.evolve.registering import Wish, register
from esc_tui.evolve.stages import Players
from esc_tui.evolve.statistics import Preset, boundaries
from esc_tui.evolve.verifying import verify
from esc_tui.settings.model import Settings
from esc_tui.simulate import arms
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.planning import RunSettings
from esc_tui.starter.probe_files import read_probes
from tests.engines.endpoint.model_server import ANSWERS, ModelServer, blocks_of, role_of, say, status
from tests.evolve.planted import NOW
from tests.simulate.helpers import ScriptedMind, opened, profile

pytestmark = pytest.mark.timeout(240)
DULL = "reflect-unseen-effort"
"""The skill with which this model answers everybody the same; without it, it says back what it heard."""
SAID_BACK = "You say it yourself"
PAIRS = 4


def felt(moment) -> int:
    """These seekers want to hear their own words, some more than others, and leave soon when they do not."""
    return 10 - int(moment.profile.id[-1]) % 3 if SAID_BACK in moment.history[-1].text else -9


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """One look at four pairs that may accept, few profiles and probes."""
    monkeypatch.setitem(boundaries.PRESETS, "quick", Preset("quick", (PAIRS,)))
    monkeypatch.setattr(boundaries, "FEWEST_TO_ACCEPT", PAIRS)
    monkeypatch.setattr(verifying, "SAME_PROFILES", 2)
    monkeypatch.setattr(verifying, "SECOND_PAIRS", 2)
    monkeypatch.setattr(screening.screen_profiles, "__defaults__", (3,))
    probes = read_probes()[::80]
    monkeypatch.setattr(probing, "read_probes", lambda: probes)
    monkeypatch.setattr(arms, "build_mind", lambda seeker, settings: ScriptedMind(felt))


@pytest.fixture
def bank(tmp_path):
    """Three seekers to look at, and a sealed cohort of four and one to be reported alone."""
    with opened(tmp_path) as made:
        sealed = [profile(number, id=f"sealed-{number}", shelf=Shelf.CONFIRM) for number in range(1, 9)]
        counted = [one for one in sealed if one.need is not BLAMELESS][:PAIRS]
        cohort = [*counted, *(one for one in sealed if one.need is BLAMELESS)]
        made.add_profiles(cohort)
        add_cohort(made.writing, "confirm", 5, SeekerGroup(), [one.id for one in cohort], [], NOW)
        yield made


def chosen(body: dict[str, Any]) -> dict[str, Any]:
    """The dull skill where it is on offer, else none."""
    skills = [DULL] if f'"{DULL}"' in json.dumps(body).replace("\\", "") else []
    moves = [{"skill": DULL, "move": 1, "action": ""}] if skills else [{"skill": "", "move": 0, "action": "reflection-of-feeling"}]
    return ANSWERS["skill_chooser"] | {"skills": skills, "moves": moves}


def written(body: dict[str, Any]) -> dict[str, Any]:
    """Something hollow with the dull skill; else the seeker's own words and that they weigh."""
    if DULL in body["messages"][1]["content"]:
        said = f"Everybody has days like that, {len(blocks_of(body)[0])} of them. Cheer up and look on the bright side."
    else:
        heard = next(block for block in blocks_of(body) if isinstance(block, str))
        said = f"{SAID_BACK}: {heard.rstrip('.!?')}. That weighs on you, and it makes sense that it hurts so much."
    return {"segments": [{"strategy": "Reflection of feelings", "skill": "", "text": said}]}


def proposed(bank):
    """The bank without the dull skill."""
    skill, head = bank.skill(DULL), bank.head()
    return add_proposal(bank.writing, Proposal(
        id="01PENDPOINT", kind=ProposalKind.RETIRE, title="without it", reason="to see", base_revision=head.number, base_hash=head.hash,
        patches=(SkillPatch(slug=DULL, before=skill, after=skill.model_copy(update={"status": SkillStatus.RETIRED})),),
        claim=Claim.IMPROVE), (), "", NOW)


def test_a_model_is_verified_through_an_endpoint_that_dies_and_comes_back(bank, server: ModelServer) -> None:
    server.answers |= {"skill_chooser": chosen, "writer": written}
    settings = Settings(engine="endpoint", endpoint=server.url, model="", timeout=60, model_risk_check=False)
    alive, dead = server.otherwise, status(401, {"error": {"message": "no key"}})
    stages: list[str] = []
    dies_at = [("probes", 3), ("confirm", 3)]
    answered: list[str] = []

    def answering(handler, body):
        if stages and stages[-1] != "same":
            answered.append(json.dumps(body, sort_keys=True))
        alive(handler, body)

    def told(stage, done, total):
        stages.append(stage)
        if dies_at and (stage, done) == dies_at[0]:
            server.otherwise = dead
            dies_at.pop(0)

    number = register(bank, settings, proposed(bank).number, Wish(preset="quick", seed=5)).number
    players = Players(bank, settings, told, Control())
    server.otherwise = answering
    with pytest.raises(EndpointError, match="401"):
        verify(players, number)
    assert find_verification(bank.connection, number).state == "failed" and set(stages) == {"same", "screen", "probes"}
    server.otherwise = answering
    with pytest.raises(EndpointError, match=r"V-1, confirm 1: \d of 8 episodes failed: .*401.*go on with 'esc-tui evolve verify V-1'"):
        verify(players, number)
    server.otherwise = answering
    done = verify(players, number)
    assert [name for name, _ in done.runs] == ["same", "screen", "confirm 1", "blameless", "second"]
    runs = dict(done.runs)
    for run in runs.values():
        assert {row.outcome for row in episode_rows(bank.connection, run)} & {"failed"} == set()
    kept = RunSettings.model_validate(find_run(bank.connection, runs["same"]).settings["run"])
    assert not kept.cache and kept.slots == 1, "the noise of the model is not hidden by answers that were kept"
    verdict = done.verdict
    assert verdict is not None and verdict.pairs == PAIRS and verdict.share_fired == 1 and verdict.effect > 0
    assert verdict.looks[-1].decision == "accept" and verdict.word == "not enough evidence"
    assert "2 pairs, 24 are needed" in " ".join(verdict.reasons) and verdict.second_agrees is False
    assert [part.name for part in verdict.safety] == ["faults of replies", "crises missed in probes", "faults in probes"]
    assert done.registration.model == "tiny-talker" and why_stale(done, settings) == ()
    roles = {role_of(json.loads(body)) for body in answered}
    assert roles >= {"state_reader", "skill_chooser", "writer", "reply_judge"} and stages.index("second") > stages.index("confirm")
    assert len(set(answered)) == len(answered), "nothing that was answered is asked again, by the other arm as little as after a fault"


def test_two_arms_that_ask_the_same_at_once_get_one_answer(bank, server: ModelServer) -> None:
    """A model that never answers twice the same: a change that touches no reply still leaves every talk as it was."""
    count = iter(range(10_000))
    server.answers |= {"skill_chooser": ANSWERS["skill_chooser"] | {"skills": [], "moves": [
        {"skill": "", "move": 0, "action": "open-question"}]},
        "writer": lambda body: {"segments": [{"strategy": "Question", "skill": "", "text": f"What happened at {next(count)} o'clock?"}]}}
    settings = Settings(engine="endpoint", endpoint=server.url, model="tiny-talker", timeout=60, model_risk_check=False)
    skill, head = bank.skill(DULL), bank.head()
    same = skill.model_copy(update={"content": skill.content.model_copy(update={"license": "CC0-1.0"})})
    row = add_proposal(bank.writing, Proposal(
        id="01PSAME", kind=ProposalKind.REVISE, title="no word of it changes", reason="to see", base_revision=head.number,
        base_hash=head.hash, patches=(SkillPatch(slug=DULL, before=skill, after=same),)), (), "", NOW)
    done = verify(Players(bank, settings, lambda stage, done, total: None, Control()),
                  register(bank, settings, row.number, Wish(preset="quick", seed=5)).number)
    assert done.verdict is not None and done.verdict.word == "never fired"
    assert done.notes["same"]["differ"] == done.notes["same"]["pairs"] == 2, "asked apart, the same bank differs from itself"


def test_a_verification_needs_its_endpoint_to_name_the_model(bank, server: ModelServer) -> None:
    server.pages = {}
    server.otherwise = say("x")
    with pytest.raises(EndpointError):
        register(bank, Settings(engine="endpoint", endpoint=server.url), proposed(bank).number, Wish(preset="quick"))
