"""``esc-tui evolve findings`` and ``proposals`` with a model behind a server on loopback, from a run to stored proposals."""

import asyncio
import json
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.evolution import list_findings, list_proposals
from esc_tui.cli.common import Exit
from esc_tui.cli.main import main
from esc_tui.domain.labels import Shelf
from esc_tui.evolve.finding import find_in_run
from esc_tui.evolve.proposing import brief_for
from esc_tui.evolve.roles import analyst_for
from esc_tui.evolve.safety import EpisodeJudge, both_judges, flags_of_pairs
from esc_tui.evolve.tracing import traces_of_run
from esc_tui.settings.model import Settings
from tests.engines.endpoint.model_server import ModelServer, say, status
from tests.evolve.planted import NOW, played
from tests.simulate.helpers import opened, profile

Capture = pytest.CaptureFixture[str]
EPISODES = 6


@pytest.fixture
def bank(tmp_path: Path) -> str:
    with opened(tmp_path, EPISODES) as made:
        assert played(made, profiles=tuple(f"seeker-{number}" for number in range(1, EPISODES + 1))) == 1
    return str(next(tmp_path.glob("episodes.db")))


def evolve(capsys: Capture, bank: str, server: ModelServer, *words: str) -> tuple[int, list[dict], str]:
    capsys.readouterr()
    code = main(["evolve", *words, "--bank", bank, "--engine", "endpoint", "--endpoint", server.url, "--model", "tiny-talker",
                 "--display", "json"])
    told = capsys.readouterr()
    return code, [json.loads(line) for line in told.out.splitlines() if line.startswith("{")], told.err


def test_a_run_is_read_and_answered_by_a_model(capsys: Capture, bank: str, server: ModelServer) -> None:
    code, rows, errors = evolve(capsys, bank, server, "findings", "1")
    found = [row for row in rows if row.get("run") == 1]
    assert code == 0 and found, errors
    assert {row["engine"] for row in found} == {"endpoint"} and all(row["profiles"] >= 2 for row in found)
    assert len(server.asked) == EPISODES and {seen.role for seen in server.asked} == {"analyst"}
    assert evolve(capsys, bank, server, "findings", "1")[1][-1]["id"] == rows[-1]["id"]
    assert len(server.asked) == EPISODES, "answers are kept with their run, so one that was killed asks only what is left"
    code, proposals, errors = evolve(capsys, bank, server, "proposals", "1")
    assert code == 0 and proposals, errors
    assert proposals[0]["kind"] == "revise" and proposals[0]["gate"] == [] and proposals[0]["engine"] == "endpoint"
    with open_bank(bank) as stored:
        assert len(list_findings(stored.connection, run=1)) == len(found)
        assert [row.gate for row in list_proposals(stored.connection)] == [()] * len(proposals)


def test_an_endpoint_that_dies_is_named_and_stored_findings_stay(capsys: Capture, bank: str, server: ModelServer) -> None:
    alive, server.otherwise = server.otherwise, status(401, {"error": {"message": "no key"}})
    code, _, errors = evolve(capsys, bank, server, "findings", "1")
    assert code == Exit.ENDPOINT and "401" in errors and "Traceback" not in errors
    with open_bank(bank) as stored:
        assert list_findings(stored.connection) == []
    server.otherwise = alive
    assert evolve(capsys, bank, server, "findings", "1")[0] == 0
    server.otherwise = status(401, {"error": {"message": "no key"}})
    code, _, errors = evolve(capsys, bank, server, "proposals", "1")
    assert code == Exit.ENDPOINT and "401" in errors
    server.otherwise = alive
    asked = len(server.asked)
    code, proposals, _ = evolve(capsys, bank, server, "proposals", "1")
    assert code == 0 and proposals and {seen.role for seen in server.asked[asked:]} == {"proposer"}, "findings are not made again"


def test_one_useless_answer_costs_one_episode_and_is_told(capsys: Capture, bank: str, server: ModelServer) -> None:
    alive, server.otherwise = server.otherwise, say("I would rather not.")
    code, _, errors = evolve(capsys, bank, server, "findings", "1")
    assert code == Exit.ENDPOINT and "the model's answers could not be used" in errors
    server.otherwise = lambda handler, body: (
        say("I would rather not.") if "of seeker 3" in body["messages"][1]["content"] else alive)(handler, body)
    code, rows, errors = evolve(capsys, bank, server, "findings", "1")
    assert code == 0 and rows and "episode 1/3: left out, because the model's answers could not be used." in errors
    assert not any(turn["episode"] == 3 for row in rows if "turns" in row for turn in row["turns"])


def test_the_words_of_a_kept_profile_do_not_go_elsewhere(tmp_path: Path, server: ModelServer) -> None:
    with opened(tmp_path, 1) as made:
        made.add_profiles([profile(2, licence="own notes, not to be passed on")])
        played(made, profiles=("seeker-1", "seeker-2"))
        assert [one.quotable for one in traces_of_run(made, 1)] == [True, False] and profile(1).shelf is Shelf.DEVELOP
        settings = Settings(engine="endpoint", endpoint=server.url, model="tiny-talker")
        asyncio.run(find_in_run(made, analyst_for(settings), 1, time=NOW))
        far, near = (brief_for(made, list_findings(made.connection), near=here).findings for here in (False, True))
        assert far and len(far) == len(near)
        for finding in far:
            assert {bool(turn.reply and turn.why) for turn in finding.turns if turn.profile == "seeker-1"} <= {True}
            assert not any(turn.heard or turn.reply or turn.why for turn in finding.turns if turn.profile == "seeker-2")
        assert all(turn.reply for finding in near for turn in finding.turns)


def test_replies_of_episodes_are_judged_at_once_and_each_once(tmp_path: Path, server: ModelServer) -> None:
    settings = Settings(engine="endpoint", endpoint=server.url, model="tiny-talker")
    server.answers["reply_judge"] = {"faults": []}

    async def judged(bank: Bank, talks: list[str]) -> None:
        judge = EpisodeJudge(bank, both_judges(settings))
        await judge.read(talks)
        asked = len(server.asked)
        assert asked and {seen.role for seen in server.asked} == {"reply_judge"}
        assert [await judge.flags(talk) for talk in talks] == [(), ()] and len(server.asked) == asked
        assert (await flags_of_pairs(judge, [])).critical == ()
        await judge.aclose()
        again = EpisodeJudge(bank, both_judges(settings))
        assert await again.flags(talks[0]) == () and len(server.asked) == asked, "a verification that goes on asks nothing again"

    with opened(tmp_path, 2) as made:
        played(made, profiles=("seeker-1", "seeker-2"))
        asyncio.run(judged(made, [row[0] for row in made.connection.rows("SELECT conversation FROM episodes ORDER BY number")]))
