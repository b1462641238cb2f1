"""Learned models in a bank: plain arrays and words go in and come out as they were; anything else is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from esc_tui.bank.artefacts import (
    artefact_in_use,
    load_parts,
    read_artefact,
    store_artefact,
)
from esc_tui.bank.bank import Bank, create_empty_bank
from esc_tui.domain.errors import BankError, UserError

PARTS = {"weights": np.arange(6, dtype="<f4").reshape(2, 3), "places": np.array([3, 1], dtype="<i4"), "words": ["a", "b\u00e9"]}


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with create_empty_bank(tmp_path / "bank.db") as made:
        yield made


def store(bank: Bank, parts: dict[str, object] = PARTS) -> str:  # type: ignore[assignment]
    return store_artefact(bank.writing, "planner", parts, card={"turns": 3}, licences=["MIT", "MIT", "CC0"],  # type: ignore[arg-type]
                          sources=["one", "one", "two"], time="2026-01-01T00:00:00.000Z").name


def test_what_goes_in_comes_out(bank: Bank) -> None:
    found = load_parts(bank.connection, store(bank))
    assert found.keys() == PARTS.keys()
    assert found["words"] == PARTS["words"]
    for name in ("weights", "places"):
        assert np.array_equal(found[name], PARTS[name]) and found[name].dtype == PARTS[name].dtype  # type: ignore[union-attr]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.data())
def test_any_array_of_a_plain_kind_survives(bank: Bank, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["<f4", ">f8", "<i2", ">i4", "|u1", "<f2"]))
    array = data.draw(arrays(kind, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)))
    found = load_parts(bank.connection, store(bank, {"one": array}))["one"]
    assert np.array_equal(found, array, equal_nan=array.dtype.kind == "f")
    assert found.shape == array.shape


def test_objects_and_texts_in_arrays_are_refused(bank: Bank) -> None:
    for array in (np.array([{"a": 1}], dtype=object), np.array(["text"]), np.array([1j])):
        with pytest.raises(ValueError, match="cannot hold"):
            store(bank, {"one": array})
    assert bank.connection.value("SELECT count(*) FROM artefacts") == 0


def test_the_newest_is_in_use(bank: Bank) -> None:
    assert artefact_in_use(bank.connection, "planner") == ""
    for name in ("planner-1", "planner-2"):
        assert store(bank) == name
        assert artefact_in_use(bank.connection, "planner") == name
    assert [read_artefact(bank.connection, name).in_use for name in ("planner-1", "planner-2")] == [False, True]



def test_a_card_names_licences_once_and_sources_are_kept(bank: Bank) -> None:
    artefact = read_artefact(bank.connection, store(bank))
    assert (artefact.licences, artefact.card) == (("CC0", "MIT"), {"turns": 3})
    assert [row[0] for row in bank.connection.rows("SELECT text_hash FROM artefact_sources ORDER BY 1")] == ["one", "two"]


def test_the_same_parts_have_the_same_hash(bank: Bank) -> None:
    one, two = (read_artefact(bank.connection, store(bank)) for _ in range(2))
    assert one.hash == two.hash
    assert read_artefact(bank.connection, store(bank, {**PARTS, "places": np.array([1, 3], dtype="<i4")})).hash != one.hash


@pytest.mark.parametrize("harm", [
    "UPDATE artefact_parts SET data = zeroblob(length(data)) WHERE name = 'weights'",
    "UPDATE artefact_parts SET shape = '[3, 2]' WHERE name = 'weights'",
    "UPDATE artefact_parts SET shape = '[-1]' WHERE name = 'weights'",
    "UPDATE artefact_parts SET kind = 'O' WHERE name = 'weights'",
    "UPDATE artefact_parts SET data = CAST('[1, 2]' AS BLOB) WHERE name = 'words'",
    "DELETE FROM artefact_parts WHERE name = 'places'",
    "INSERT INTO artefact_parts SELECT artefact, 'more', kind, shape, data FROM artefact_parts WHERE name = 'words'",
])
def test_a_changed_part_is_told_in_one_sentence(bank: Bank, harm: str) -> None:
    name = store(bank)
    with bank.writing.transaction():
        bank.writing.run(harm)
    with pytest.raises(BankError, match="the learned model 'planner-1' is damaged"):
        load_parts(bank.connection, name)


@pytest.mark.parametrize("harm", [
    "UPDATE artefact_parts SET shape = '[-1]' WHERE name = 'weights'",
    "UPDATE artefact_parts SET shape = '[2, 9]' WHERE name = 'weights'",
    "UPDATE artefact_parts SET shape = '{}' WHERE name = 'words'",
    "UPDATE artefact_parts SET kind = 'O' WHERE name = 'weights'",
    "UPDATE artefact_parts SET data = CAST('[1, 2]' AS BLOB) WHERE name = 'words'",
])
def test_a_part_that_was_never_right_is_refused_too(bank: Bank, harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = store(bank)
    with bank.writing.transaction():
        bank.writing.run(harm)
    monkeypatch.setattr("esc_tui.bank.artefacts._digest", lambda parts: read_artefact(bank.connection, name).hash)
    with pytest.raises(BankError, match="is damaged \\(part"):
        load_parts(bank.connection, name)


def test_one_that_is_not_there_is_told(bank: Bank) -> None:
    for call in (load_parts, read_artefact):
        with pytest.raises(UserError, match="no learned model 'planner-9'"):
            call(bank.connection, "planner-9")
