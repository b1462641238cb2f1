"""What the long measurements rest on: a result once measured is kept, and a change without effect has none."""

from __future__ import annotations

import json

import pytest

from benchmarks import long_runs
from benchmarks.long_runs import exact_interval, results
from benchmarks.null_rows import resampled, retyped, starter
from esc_tui.engines.roles import Line
from esc_tui.engines.seeker_roles import SeekerMoment
from esc_tui.engines.seekers.appraising import weigh

SLOTS = {"clause": "you carried all of it", "topic": "the job", "person": "your mother", "feeling": "tired", "deed": "You stayed up",
         "earlier": "the boxes went first", "time": "six months"}


@pytest.fixture
def options(tmp_path, monkeypatch):
    found = long_runs.Options(folder=tmp_path)
    monkeypatch.setattr(long_runs, "OPTIONS", found)
    return found


def test_what_is_broken_off_goes_on_and_parts_share_the_seeds(options):
    asked = []

    def work(seed):
        if seed == 3 and len(asked) == 2:
            raise KeyboardInterrupt
        asked.append(seed)
        return {"value": seed * 10}

    with pytest.raises(KeyboardInterrupt):
        results("some", (1, 2, 3, 4), work, True)
    assert [one["value"] for one in results("some", (1, 2, 3, 4), work, False)] == [10, 20]
    options.part, options.parts = 2, 2
    assert [one["value"] for one in results("some", (1, 2, 3, 4), work, True)] == [10, 20, 40] and asked == [1, 2, 4]
    kept = json.loads((long_runs.folder() / "some" / "4.json").read_text())
    assert kept == {"value": 40, "version": long_runs.__version__, "code": long_runs.code()}
    options.until = 0.0
    assert results("other", (1, 2), work, True) == []


def test_the_null_change_moves_no_seeker_by_itself():
    with starter() as bank:
        profiles, skills = bank.profiles(), bank.skills_at()
    altered = [(one.text, two.text) for skill in skills for one, two in zip(skill.content.do, retyped(skill).content.do, strict=True)
               if one != two]
    assert len(altered) > 200
    for number, texts in enumerate(altered):
        profile = profiles[number % len(profiles)]
        one, two = (weigh(SeekerMoment(profile, (Line("seeker", profile.first_line, 1), Line("supporter", _said(text), 1)), 40, 1, 7))
                    for text in texts)
        assert one == two


def _said(text: str) -> str:
    for slot, value in SLOTS.items():
        text = text.replace(f"{{{slot}}}", value)
    return text


def test_resampling_gives_the_type_one_error_of_its_plan():
    assert resampled([-20.0, -5.0, 0.0, 0.0, 3.0, 18.0, 30.0, -11.0], "standard") == pytest.approx(0.047, abs=0.01)
    assert exact_interval(0, 20)[1] == pytest.approx(0.168, abs=0.001) and exact_interval(0, 0) == (0.0, 1.0)
