"""The last test of a run."""

import pytest

from tests.conftest import TREE, working_tree_state


def test_the_run_leaves_no_file_behind(request: pytest.FixtureRequest) -> None:
    before = request.config.stash[TREE]
    if before is None:
        pytest.skip("this is no git checkout, so there is nothing to compare the folder with")
    assert working_tree_state() == before
