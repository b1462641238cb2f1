"""Skills tried at the moments in which they spoke: who is tried, that it repeats, and that nothing of it is stored."""

import asyncio
from dataclasses import replace

import pytest

from esc_tui.bank.runs import find_run
from esc_tui.evolve import trials
from esc_tui.evolve.finding import offering
from esc_tui.evolve.records import record_of
from esc_tui.evolve.tracing import traces_of_run
from esc_tui.evolve.trials import MOST_MOMENTS, can_be_tried, trials_of
from esc_tui.settings.model import Settings
from tests.evolve.planted import played, starter_copy


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A bank with a short run of six seekers, and the number of the run."""
    with starter_copy(tmp_path_factory.mktemp("trials")) as bank:
        yield bank, played(bank, limit=6)


def tried(bank, number):
    traces, done = traces_of_run(bank, number), []
    found = asyncio.run(trials_of(bank, find_run(bank.connection, number), traces, record_of(bank, traces), offering(bank), Settings(),
                                  lambda moments, total: done.append((moments, total))))
    return found, done


def test_each_skill_of_enough_seekers_is_tried_at_its_moments_the_same_way_each_time_and_nothing_is_stored(run, monkeypatch):
    monkeypatch.setattr(trials, "FEWEST_TRIED", 3)
    bank, number = run
    events = bank.connection.value("SELECT count(*) FROM events")
    found, done = tried(bank, number)
    record = record_of(bank, traces_of_run(bank, number))
    everybody = {slug: trial for (slug, group), trial in found.items() if not group}
    assert everybody and set(everybody) <= {slug for (slug, group), moves in record.skills.items() if not group and moves.seekers >= 3}
    assert all(trial.seekers >= 3 and trial.moments <= MOST_MOMENTS for trial in everybody.values())
    assert done[-1][0] == done[-1][1] >= sum(trial.moments for trial in everybody.values())
    assert tried(bank, number)[0] == found and bank.connection.value("SELECT count(*) FROM events") == events


def test_with_few_seekers_nothing_is_said_of_any_skill(run, monkeypatch):
    monkeypatch.setattr(trials, "FEWEST_TRIED", 7)
    assert tried(*run) == ({}, [])


def test_only_what_was_played_here_without_a_model_can_be_tried(run):
    bank, number = run
    row = find_run(bank.connection, number)
    settings = row.settings["run"]
    assert can_be_tried(row) and not can_be_tried(replace(row, kind="imported"))
    assert not can_be_tried(replace(row, settings={**row.settings, "run": {**settings, "seeker": "endpoint"}}))
