"""What is known of a verification before it begins."""

import pytest

from esc_tui.domain.evolution import SeekerGroup
from esc_tui.domain.labels import Need
from esc_tui.engines.seekers.composing.writer import EmbeddedProfileWriter
from esc_tui.evolve.cohorts import make_sealed, members
from esc_tui.evolve.registering import cost_of
from esc_tui.evolve.screening import SAME_PROFILES, screen_profiles
from esc_tui.evolve.statistics import SECOND_PAIRS
from tests.evolve.planted import starter_copy


@pytest.mark.parametrize("group", [SeekerGroup(), SeekerGroup(need=Need.BE_PRAISED)])
def test_the_forecast_counts_every_seeker_that_the_stages_play(tmp_path, group):
    with starter_copy(tmp_path) as bank:
        cohort = make_sealed(bank, EmbeddedProfileWriter(), group, 12, 1)
        targets, alone = members(bank, cohort)
        stages = (screen_profiles(bank, group, SAME_PROFILES), screen_profiles(bank, group), targets, cohort.others, alone,
                  targets[:SECOND_PAIRS])
        cost = cost_of("smoke", not group.anybody)
    assert cost.pairs == len(targets) == 12 and cost.episodes == 2 * sum(map(len, stages))
