"""Episodes of a run by words and facets, in pages and orders; figures of runs; what has moved."""

from __future__ import annotations

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.episode_search import (
    EPISODE_SORTS,
    EpisodeFilter,
    light_events,
    newest_event,
    parse_episode_filter,
    place_of_episode,
    read_episode_filter,
    run_curves,
    run_figures,
    search_episodes,
    talks_moved,
)
from esc_tui.bank.episodes import episode_rows
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Character, Need
from tests.tui.episodes.made_up import USUAL, episodes_bank, go_on


@pytest.fixture
def path(tmp_path):
    return episodes_bank(tmp_path)


@pytest.fixture
def bank(path):
    with open_bank(path) as opened:
        yield opened.connection


def names(bank, text: str, run: int = 1, sort: str = "number") -> list[str]:
    rows, matching = search_episodes(bank, run, parse_episode_filter(text, ("r41",)), sort, 100)
    assert matching == len(rows)
    return [row.name.partition(",")[0] for row in rows]


def test_words_are_looked_for_in_names_and_ids_in_any_case(bank) -> None:
    assert names(bank, "mArA") == ["Mara"] and names(bank, "seeker-002") == ["Jon"] and names(bank, "nobody") == []


def test_values_of_a_facet_are_alternatives_and_facets_must_all_hold(bank) -> None:
    assert names(bank, "outcome:success,failure") == ["Mara", "Jon", "Priya", "Elif", "Sana"]
    assert names(bank, "outcome:success character:passive") == ["Mara", "Elif"]
    assert names(bank, "outcome:running", run=2) == ["Jon", "Ada", "Priya"] and names(bank, "outcome:waiting", run=2) == ["Nils", "Rosa"]
    assert names(bank, "flag:repeated-line") == ["Rosa", "Otto"] == names(bank, "flag:any")
    assert len(names(bank, "skill:reflect")) == 12 and names(bank, "skill:effort") == []


def test_the_beginning_of_a_value_is_enough_and_what_is_still_typed_asks_for_nothing() -> None:
    assert parse_episode_filter("need:be-pr character:neg") == EpisodeFilter(needs=(Need.BE_PRAISED,), characters=(Character.NEGATIVE,))
    assert not parse_episode_filter("need: outcome:") and not parse_episode_filter("  ")
    assert parse_episode_filter('"need:x" two').words == ("need:x", "two")


@pytest.mark.parametrize(("text", "sentence"), [
    ("mood:bad", "there is no facet 'mood:', only character:, need:, scenario:, outcome:, arm:, flag:, skill:."),
    ("character:sunny", "character: has no 'sunny', only negative, passive, avoidant."),
    ("need:zzz,be-prasied", "need: has no 'zzz' or 'be-prasied', only examine-from-several-sides, get-advice-that-helps-now, "
                            "understand-others, self-reflection-and-growth, be-praised, be-listened-to, be-empathised-with, "
                            "be-told-not-at-fault."),
    ("arm:7 flag:odd", "arm: has no '7', only 1 (r41), 2 (no bank); flag: has no 'odd', only empty-turn, role-swap, early-goodbye, "
                       "leaked-wish, repeated-line, any."),
])
def test_every_unknown_word_is_named_with_what_is_allowed(text: str, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_episode_filter(text, ("r41", "no bank"))
    assert str(caught.value) == sentence


def test_the_nearest_allowed_value_stands_first() -> None:
    _, unknown = read_episode_filter("mara need:be-prasied outcome:success")
    assert [one.allowed[0] for one in unknown] == ["be-praised"]


def test_what_is_known_beside_an_unknown_word_is_still_read() -> None:
    assert read_episode_filter("mara need:zzz outcome:success")[0] == EpisodeFilter(words=("mara",), outcomes=("success",))


def test_a_beginning_means_every_value_that_begins_so_and_a_whole_name_itself_alone() -> None:
    assert parse_episode_filter("outcome:fail").outcomes == ("failure", "failed")
    assert parse_episode_filter("outcome:failed").outcomes == ("failed",)
    assert len(parse_episode_filter("need:be").needs) == 4


def test_arms_are_named_by_number_or_name() -> None:
    assert parse_episode_filter("arm:2 arm:r42", ("r42", "no bank")).arms == (1, 0)
    assert parse_episode_filter("arm:no-bank", ("r42", "no bank")).arms == (1,)


def test_wildcards_and_quotes_in_words_are_plain_letters(bank) -> None:
    for text in ("%", "_", "' OR 1=1 --", "skill:%"):
        assert names(bank, text) == []


@pytest.mark.parametrize("sort", EPISODE_SORTS)
def test_pages_join_to_the_whole_in_every_order(bank, sort) -> None:
    whole, matching = search_episodes(bank, 1, EpisodeFilter(), sort, 100)
    pages = [row for offset in range(0, 12, 5) for row in search_episodes(bank, 1, EpisodeFilter(), sort, 5, offset)[0]]
    assert pages == whole and matching == len(USUAL) and {row.number for row in whole} == set(range(1, 13))


def test_orders_are_what_they_say(bank) -> None:
    lowest = [row.emotion for row in search_episodes(bank, 1, EpisodeFilter(), "lowest", 100)[0]]
    assert lowest == sorted(lowest)
    moving = [row.state for row in search_episodes(bank, 2, EpisodeFilter(), "moving", 100)[0]]
    assert moving == ["running"] * 3 + ["finished"] * 3 + ["waiting"] * 2
    assert place_of_episode(bank, 1, 5) == 4


def test_figures_count_by_ending_and_score_what_counts_alone(bank) -> None:
    figures = run_figures(bank, [1, 2, 99])
    counted = [row.emotion for row in episode_rows(bank, 1) if row.outcome not in {"crisis", "failed"}]
    mean = sum(counted) / len(counted)
    assert figures[1].counted == 10 and figures[1].score == pytest.approx(mean)
    assert figures[1].whole.deviation == pytest.approx((sum((one - mean) ** 2 for one in counted) / 9) ** 0.5)
    assert (figures[2].running, figures[2].waiting, figures[2].finished, figures[1].ended("crisis"), 99 in figures) == (3, 2, 3, 1, False)
    curves = run_curves(bank, 1)
    assert list(curves) == [0] and len(curves[0]) == 10 and curves[0][0] == (40, 49, 59, 67, 77, 87, 97, 100)


def test_a_follower_sees_which_talks_moved_and_goes_on_from_there(path, bank) -> None:
    last = newest_event(bank)
    assert talks_moved(bank, last) == ([], last)
    go_on(path, "2/2", 5)
    talks, now = talks_moved(bank, last)
    assert talks == [episode_rows(bank, 2)[1].conversation] and now > last and talks_moved(bank, now) == ([], now)


def test_light_events_leave_out_what_only_the_why_side_shows(bank) -> None:
    kinds = {event.kind for event in light_events(bank, episode_rows(bank, 1)[0].conversation)}
    assert "turn_started" in kinds and "emotion_changed" in kinds and not {"skills_ranked", "plan_made", "state_read"} & kinds
