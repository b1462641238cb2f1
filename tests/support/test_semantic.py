"""Recall by meaning: beside words, never instead of them, and nothing at all where there is no embedder."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.vectors import vector_models
from esc_tui.cli.main import main
from esc_tui.discover.vectors import make_vectors
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import ReplyFinished, UnitsRecalled
from esc_tui.settings.model import Settings
from esc_tui.support import semantic
from esc_tui.support.semantic import Closeness, embedder_for, fused, local_embedders
from esc_tui.support.session import Session
from tests.engines.endpoint.model_server import ModelServer, never, status
from tests.support.scripted_engine import Script
from tests.support_bank import small_bank, three_units, two_dialogues

MEANINGS = (("archive", "library", "shelves"), ("dad", "father", "parent"), ("奶奶", "grandmother", "funeral"), ("boxes", "crates"))


def meaning_of(text: str) -> list[float]:
    """A vector that puts words of one meaning together, with a little in common for all."""
    return [0.2, *(float(sum(word in text.lower() for word in words)) for words in MEANINGS)]


class TinyEmbedder:
    """An embedder as a package would offer it; counts what it is asked."""

    model = "tiny-meanings"
    asked: list[str] = []

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.asked.extend(texts)
        return [meaning_of(text) for text in texts]


def broken() -> None:
    raise ValueError("no weights here")


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Entry points of the group, as if packages had registered them: name to object reference."""
    points = {"tiny": f"{__name__}:TinyEmbedder"}
    found = importlib.metadata.entry_points
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **only: tuple(
        importlib.metadata.EntryPoint(name, value, semantic.GROUP) for name, value in points.items())
        if only.get("group") == semantic.GROUP else found(**only))
    monkeypatch.setattr(TinyEmbedder, "asked", [])
    return points


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with small_bank(tmp_path) as opened:
        yield opened


def vectors_page(handler, body):
    handler.send(200, {"data": [{"index": place, "embedding": meaning_of(text)} for place, text in enumerate(body["input"])]})


async def fill(bank: Bank, settings: Settings) -> None:
    embedder = embedder_for(settings)
    assert embedder is not None
    async for _ in make_vectors(bank, embedder, near=True):
        pass


async def say(session: Session, text: str) -> tuple[UnitsRecalled, ReplyFinished]:
    talk = session.start_talk()
    events = [event async for event in session.supporter(talk.pins).reply(talk, text)]
    recalled = next(event for event in events if isinstance(event, UnitsRecalled))
    last = events[-1]
    assert isinstance(last, ReplyFinished)
    return recalled, last


async def test_a_unit_that_shares_no_word_is_recalled_by_its_meaning(bank: Bank, offered: dict[str, str]) -> None:
    plain = Session(bank, Settings(), Script().engine())
    recalled, _ = await say(plain, "my library, those shelves")
    assert [unit.unit for unit in recalled.units] == []
    await fill(bank, Settings())
    session = Session(bank, Settings(), Script().engine())
    recalled, finished = await say(session, "my library, those shelves")
    assert recalled.units[0].unit == three_units()[0].id and recalled.units[0].similarity > 0.4 and finished.notes == ()
    await session.aclose()


async def test_without_vectors_the_embedder_is_neither_sought_nor_asked(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    def sought(*_: object, **__: object) -> None:
        raise AssertionError("an embedder was sought")
    monkeypatch.setattr(semantic, "embedder_for", sought)
    _, finished = await say(Session(bank, Settings(embeddings="http://127.0.0.1:9"), Script().engine()), "nobody noticed the archive")
    assert finished.notes == ()


async def test_without_an_embedder_recall_is_the_same_as_before(bank: Bank, offered: dict[str, str]) -> None:
    before, _ = await say(Session(bank, Settings(), Script().engine()), "nobody noticed the archive")
    await fill(bank, Settings())
    offered.clear()
    after, finished = await say(Session(bank, Settings(), Script().engine()), "nobody noticed the archive")
    assert after.units == before.units and finished.notes == ()


async def test_an_embeddings_endpoint_is_asked_for_the_message_and_its_failure_noted_once_it_fails(
        bank: Bank, server: ModelServer) -> None:
    server.pages["/v1/embeddings"] = vectors_page
    settings = Settings(embeddings=server.url, embeddings_model="embed-small")
    await fill(bank, settings)
    session = Session(bank, settings, Script().engine())
    recalled, finished = await say(session, "my library, those shelves")
    assert recalled.units and finished.notes == ()
    assert server.seen[-1].body["input"] == ["my library, those shelves"]
    server.pages["/v1/embeddings"] = status(404, {"error": {"message": "gone"}})
    recalled, finished = await say(session, "nobody noticed the archive")
    assert recalled.units and "by words alone" in finished.notes[0] and "gone" in finished.notes[0]
    asked = len(server.seen)
    _, finished = await say(session, "nobody noticed the archive")
    assert "failed a moment ago" in finished.notes[0] and len(server.seen) == asked
    await session.aclose()


async def test_a_silent_embeddings_endpoint_holds_a_turn_up_no_longer_than_its_bound(
        bank: Bank, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.pages["/v1/embeddings"] = vectors_page
    settings = Settings(embeddings=server.url, embeddings_model="embed-small")
    await fill(bank, settings)
    server.pages["/v1/embeddings"] = never
    monkeypatch.setattr(semantic, "LONGEST_WAIT", 0.2)
    recalled, finished = await say(Session(bank, settings, Script().engine()), "nobody noticed the archive")
    assert recalled.units and "did not answer within 0.2 seconds" in finished.notes[0]


async def test_vectors_of_another_model_are_left_alone(bank: Bank, offered: dict[str, str], server: ModelServer) -> None:
    await fill(bank, Settings())
    settings = Settings(embeddings=server.url, embeddings_model="embed-small")
    _, finished = await say(Session(bank, settings, Script().engine()), "nobody noticed the archive")
    assert finished.notes == () and not server.seen


@pytest.mark.parametrize(("reference", "why"), [
    ("tests.support.test_semantic:broken", "no weights here"), ("no_such_module:x", "no_such_module")])
async def test_a_local_embedder_that_fails_to_load_is_noted_in_a_turn_and_told_by_the_command(
        bank: Bank, offered: dict[str, str], reference: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    await fill(bank, Settings())
    offered["tiny"] = reference
    recalled, finished = await say(Session(bank, Settings(), Script().engine()), "nobody noticed the archive")
    assert recalled.units and why in finished.notes[0]
    with pytest.raises(UserError, match=why):
        embedder_for(Settings())


def test_a_local_embedder_is_chosen_by_name(offered: dict[str, str]) -> None:
    offered["another"] = f"{__name__}:broken"
    assert list(local_embedders()) == ["tiny", "another"]
    assert isinstance(embedder_for(Settings(embeddings_model="tiny")), TinyEmbedder)
    with pytest.raises(UserError, match="another, tiny"):
        embedder_for(Settings(embeddings_model="third"))


def test_closeness_counts_from_the_mean_and_knows_every_unit() -> None:
    near = Closeness(np.array([9, 7, 4], dtype=np.int64), np.array([0.8, 0.5, 0.2], dtype=np.float32))
    assert near.best() == [9] and near.of(9) == pytest.approx(0.6) and near.of(7) == pytest.approx(0, abs=1e-6)
    assert near.of(4) == near.of(8) == near.of(1) == near.of(10) == 0
    assert Closeness(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)).best() == []


def test_either_likeness_is_enough_and_both_together_count_more() -> None:
    assert fused(0.5, 0.0) == 0.5 and fused(0.0, 0.5) == 0.5 and fused(0.5, 0.5) == 0.75 and fused(1.0, 0.3) == 1.0


def run(*words: str) -> int:
    return main(["discover", "vectors", *words])


def test_the_command_makes_the_missing_vectors_and_tells_of_them(
        tmp_path: Path, server: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.pages["/v1/embeddings"] = vectors_page
    small_bank(tmp_path).close()
    bank = ["--bank", str(tmp_path / "small.db"), "--embeddings", server.url]
    assert run(*bank, "--display", "json") == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert result.pop("account") == "3 new vectors by embed-small; the bank holds 3 of 5 numbers each."
    assert result == {"kind": "result", "job": "vectors", "model": "embed-small", "new": 3, "vectors": 3, "dimensions": 5, "kept_here": 0}
    assert run(*bank) == 0 and "0 new vectors by embed-small; the bank holds 3 of 5 numbers each." in capsys.readouterr().out
    assert run(*bank, "--again") == 0 and "3 new vectors" in capsys.readouterr().out


def test_the_command_stopped_by_a_failure_goes_on_where_it_was(
        tmp_path: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("esc_tui.discover.vectors.BATCH", 2)
    small_bank(tmp_path).close()
    calls: list[int] = []

    def failing(handler, body):
        calls.append(len(body["input"]))
        (vectors_page if len(calls) == 1 else status(401, "no key"))(handler, body)
    server.pages["/v1/embeddings"] = failing
    bank = ["--bank", str(tmp_path / "small.db"), "--embeddings", server.url]
    assert run(*bank) == 3 and "401" in capsys.readouterr().err
    server.pages["/v1/embeddings"] = vectors_page
    assert run(*bank, "--display", "json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["new"] == 1 and calls == [2, 1]


def test_the_command_without_any_embedder_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--bank", str(tmp_path / "new.db")) == 2
    assert "--embeddings URL" in capsys.readouterr().err and not (tmp_path / "new.db").exists()


def test_words_that_may_not_be_passed_on_are_made_vectors_of_on_this_computer_alone(
        tmp_path: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    server.pages["/v1/embeddings"] = vectors_page
    with small_bank(tmp_path) as opened:
        talk = two_dialogues()[0].model_copy(update={"id": "kept", "licence": "CC BY-NC 4.0"})
        opened.add_dialogues([talk.model_copy(update={"turns": tuple(
            turn.model_copy(update={"text": f"{turn.text} SECRET"}) for turn in talk.turns)})])
        opened.add_units([three_units()[0].model_copy(update={"id": "iu-kept", "dialogue": "kept"})])
    bank = ["--bank", str(tmp_path / "small.db"), "--embeddings", server.url, "--display", "json"]
    with monkeypatch.context() as patched:
        patched.setattr("esc_tui.engines.endpoint.settings.is_loopback", lambda host: False)
        assert run(*bank) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["new"], result["kept_here"]) == (3, 1) and "SECRET" not in json.dumps([seen.body for seen in server.seen])
    assert run(*bank) == 0 and json.loads(capsys.readouterr().out.splitlines()[-1])["new"] == 1
    assert "SECRET" in json.dumps([seen.body for seen in server.seen])


KILLED = """
import sys
from esc_tui.cli.main import main
import esc_tui.discover.vectors as vectors
vectors.BATCH = 1
stored = vectors.store_vectors
def store(*given):
    stored(*given)
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
vectors.store_vectors = store
main(["discover", "vectors", "--bank", sys.argv[1], "--embeddings", sys.argv[2]])
"""


def test_a_killed_run_loses_nothing_that_was_stored(tmp_path: Path, server: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.pages["/v1/embeddings"] = vectors_page
    small_bank(tmp_path).close()
    path = str(tmp_path / "small.db")
    assert subprocess.run([sys.executable, "-c", KILLED, path, server.url], check=False).returncode == -9
    with open_bank(Path(path)) as opened:
        assert vector_models(opened.connection) == [("embed-small", 1)]
    assert run("--bank", path, "--embeddings", server.url, "--display", "json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["new"] == 2
