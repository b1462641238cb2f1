"""The bank itself against no bank: registered and judged like any change, shown with the revision, and never decided."""

from __future__ import annotations

import json
from random import Random

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.episodes import episode_rows
from esc_tui.bank.evolution import add_cohort, list_proposals
from esc_tui.cli.main import main
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import SeekerGroup
from esc_tui.domain.labels import Shelf, SkillStatus
from esc_tui.evolve import probing, registering, screening, verifying
from esc_tui.evolve.card import card_rows, plain_card
from esc_tui.evolve.deciding import accept
from esc_tui.evolve.proposing import refused_before
from esc_tui.evolve.registering import proposal_for
from esc_tui.evolve.statistics import Preset, boundaries
from esc_tui.evolve.whole_bank import verdict_on, whole_bank
from esc_tui.settings.model import Settings
from esc_tui.simulate import carrying
from esc_tui.starter.probe_files import read_probes
from tests.evolve.planted import NOW
from tests.simulate.helpers import bank_with, profile

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setitem(boundaries.PRESETS, "smoke", Preset("smoke", (4,), accepts=False))
    monkeypatch.setattr(verifying, "SAME_PROFILES", 2)
    monkeypatch.setattr(screening.screen_profiles, "__defaults__", (3,))
    monkeypatch.setattr(carrying, "FEW", 10_000)
    probes = read_probes()[::100]
    monkeypatch.setattr(probing, "read_probes", lambda: probes)
    monkeypatch.setattr(registering.random, "SystemRandom", lambda: Random(7))  # with three profiles some seeds end at the screen


@pytest.fixture
def path(tmp_path):
    found = bank_with(tmp_path)
    with open_bank(found) as bank:
        sealed = [profile(number, id=f"sealed-{number}", shelf=Shelf.CONFIRM) for number in range(1, 6)]
        bank.add_profiles(sealed)
        add_cohort(bank.writing, "confirm", 5, SeekerGroup(), [one.id for one in sealed], [], NOW)
    return found


def said(capsys, *words: str) -> str:
    capsys.readouterr()
    assert main([*words]) == 0
    return capsys.readouterr().out


def test_the_bank_is_verified_against_none_and_its_verdict_stands_on_the_revision(path, capsys):
    before = said(capsys, "bank", "info", "--bank", str(path))
    assert "not verified in this bank; 'esc-tui evolve verify --whole' tries it against no bank" in before
    card = said(capsys, "evolve", "verify", "--whole", "--preset", "smoke", "--bank", str(path))
    assert "NOT ENOUGH EVIDENCE" in card and "against no bank" in card and "better for all seekers" in card
    with open_bank(path) as bank:
        head, found = bank.head(), verdict_on(bank, bank.head(), Settings())
        assert found is not None and found.stale == () and found.row.registration.against == "no bank"
        runs = dict(found.row.runs)
        started = {row.arm: bank.events(row.conversation)[0] for row in episode_rows(bank.connection, runs["confirm 1"])}
        assert (started[0].bank_used, started[1].bank_used) == (False, True) and started[1].pins.candidate == ""
        assert {bank.events(row.conversation)[0].bank_used for row in episode_rows(bank.connection, runs["same"])} == {True}
        row = list_proposals(bank.connection)[0]
        assert row == whole_bank(bank) and "P-1 add: The 5 skills of r1, against no bank" in plain_card(card_rows(row, found.row, (), ()))
        with pytest.raises(UserError, match="is the bank itself"):
            accept(bank, row.number, "Ada")
        assert refused_before(bank) == ()
        told = json.loads(said(capsys, "bank", "info", "--json", "--bank", str(path)))
        assert (told["verification"], told["revision"], told["stale"]) == (1, "r1", [])
        skill = bank.skill("reflect-unseen-effort")
        bank.commit({skill.slug: skill.model_copy(update={"status": SkillStatus.RETIRED})}, author="Ada", message="", base_revision=1)
        assert verdict_on(bank, bank.head(), Settings()) is None and verdict_on(bank, head, Settings(engine="endpoint")).stale
        with pytest.raises(UserError, match="as it was at r1"):
            proposal_for(bank, row.number)
    assert "not verified in this bank" in said(capsys, "bank", "info", "--bank", str(path))


def test_one_thing_is_verified_at_a_time(path, capsys):
    for words in ((), ("P-1", "--whole")):
        assert main(["evolve", "verify", *words, "--bank", str(path)]) == 2 and "--whole" in capsys.readouterr().err
    assert "At most 96 pairs" in said(capsys, "evolve", "verify", "--whole", "--forecast", "--bank", str(path))
