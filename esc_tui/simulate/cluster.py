"""Carrying a run out on a Ray cluster: actors play the slots, this process alone writes, and where a turn was played changes nothing.

Ray is loaded only here, in functions, and only for runs that ask for a cluster (extra ``cluster``).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from esc_tui import __version__
from esc_tui.bank.runs import RunRow
from esc_tui.bank.travelling import travelling_copy
from esc_tui.bank.vectors import holds_vectors
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.settings.model import Settings
from esc_tui.simulate.carrying import FEW, WRITE_SECONDS, Carrier, Control, Hand, InOrder, Told
from esc_tui.simulate.planning import RunSettings
from esc_tui.simulate.player import Player
from esc_tui.simulate.resuming import unfinished_tasks
from esc_tui.simulate.worker import Bundle, Job, Order, Task

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank

ANSWER_SECONDS = 20.0
"""A cluster that has not let us in after so long does not answer."""
READY_SECONDS = 60.0
"""So long the nodes may take to start the first player."""
MORE_SECONDS = 10.0
"""So long the others may take once the first is there, or one that takes the place of a lost one."""
AHEAD = 16
"""A slot is asked for more while fewer of its turns wait for their place in the order."""
LOSSES = 4
"""After so many players lost without one turn stored in between something is wrong that another player will not mend."""
SILENCE_SECONDS = 60.0
"""A player answers within a second, turns or not; one that says nothing for so long counts as lost."""
LOCAL_STORE = 256 * 1024 * 1024
"""Bytes of shared memory of a cluster that is started on this machine."""
JOIN = """
import sys, ray
ray.init(address=sys.argv[1], log_to_driver=False, logging_level='error')
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Ray cluster that this process has joined."""

    address: str
    ray: Any

    @property
    def processors(self) -> int:
        """Processors of all nodes together."""
        return int(self.ray.cluster_resources().get("CPU", 0))

    @property
    def has_free_processor(self) -> bool:
        """True when a player could start at once."""
        return bool(self.ray.available_resources().get("CPU", 0) >= 1)


@contextmanager
def joined(address: str) -> Iterator[Cluster]:
    """Join the cluster at ``address`` (HOST:PORT of one this machine belongs to, ray://HOST:PORT, auto), or start one here (local).

    Left at the end. Raises UserError, within about half a minute, when Ray is not installed or nothing answers there.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
    with _same_signals():
        ray = _ray()
        if address != "local":
            _must_answer(address)
        try:
            if address == "local":
                ray.init(address="local", include_dashboard=False, log_to_driver=False, logging_level="error",
                         object_store_memory=LOCAL_STORE)
            else:
                ray.init(address=address, log_to_driver=False, logging_level="error")
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            raise UserError(f"the cluster could not be joined ({_first_line(error)})", f"--cluster {address}",
                            "check the address") from error
    with suppress(ImportError, AttributeError, KeyError):  # it would print on standard output, where JSON lines may go
        from ray._private.ray_logging import global_worker_stdstream_dispatcher

        global_worker_stdstream_dispatcher.remove_handler("ray_print_logs")
    try:
        yield Cluster(address, ray)
    finally:
        with _same_signals(), suppress(Exception):
            ray.shutdown()


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise UserError("runs on a cluster need Ray, which is not installed", "--cluster",
                        "install it with: pip install 'esc-tui[cluster]'") from error
    return ray


@contextmanager
def _same_signals() -> Iterator[None]:
    """Ray takes SIGTERM for itself; what ctrl+c and a stop mean is ours to say."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _must_answer(address: str) -> None:
    """Join in a process of its own first: Ray itself waits two minutes for an address that is none, and then ends the process."""
    where = f"--cluster {address}"
    remedy = "give local, auto, HOST:PORT of a cluster this machine belongs to, or ray://HOST:10001"
    if address != "auto":
        try:
            parts = urlsplit(address if "://" in address else f"//{address}")
            host, port = parts.hostname, parts.port
        except ValueError:
            host = port = None
        if not host or not port or parts.scheme not in {"", "ray"}:
            raise WrongUseError("this is no address of a cluster", where, remedy)
        try:
            socket.create_connection((host, port), timeout=ANSWER_SECONDS / 4).close()
        except OSError as error:
            raise UserError("nothing answers at this address", where, "start the cluster, or " + remedy) from error
    try:
        done = subprocess.run([sys.executable, "-c", JOIN, address], stdin=subprocess.DEVNULL,  # noqa: S603 # the address is one word
                              capture_output=True, text=True, errors="replace", timeout=ANSWER_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UserError(f"no cluster answered at this address within {ANSWER_SECONDS:.0f} seconds", where, remedy) from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["Ray gave no reason"])[-1][:300]
        raise UserError(f"the cluster could not be joined ({said})", where, remedy)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def must_suit(bank: Bank, program: Settings, settings: RunSettings) -> None:
    """Raises UserError for a run that would not be the same on a cluster: with endpoints, or with recall by meaning."""
    if not settings.embedded:
        raise WrongUseError("a run with endpoints is carried out by one process, which waits for many answers at a time", "--cluster",
                            "leave --cluster out")
    if holds_vectors(bank.connection):
        from esc_tui.support.semantic import local_embedders

        if program.embeddings or local_embedders():
            raise WrongUseError("this bank's units are recalled by meaning, which is done on this machine alone", "--cluster",
                                "leave --cluster out, or the setting embeddings empty")


@dataclass(slots=True)
class _Away(Hand):
    """Slots played by an actor: ``number`` tells the actor's jobs apart, ``answer`` was asked for at ``asked`` and has not come."""

    player: Any
    number: int
    answer: Any = None
    asked: float = 0.0


class ClusterCarrier(Carrier[_Away]):
    """Plays in actors of a cluster. A lost one's unfinished episodes go on elsewhere from what of them is stored."""

    def __init__(self, bank: Bank, run: RunRow, program: Settings, told: Told, control: Control, cluster: Cluster) -> None:
        # No address, path or name of a key leaves this machine: embedded episodes need none of the person's settings.
        super().__init__(bank, run, Settings(bank="", engine="embedded"), told, control)
        must_suit(bank, program, self.settings)
        self.cluster, self.ray = cluster, cluster.ray
        self.lost = 0
        self._bank: Any = None
        self._players: list[Any] = []
        self._jobs = 0
        self._still: dict[int | None, None] = {}
        self._ended: dict[int | None, None] = {}
        self._losses_at = (0, -1)
        self._stored_turns = 0

    def _start(self, tasks: list[Task], profiles: dict[str, str]) -> list[_Away]:
        self._bank = self.ray.put(travelling_copy(self.bank))
        slots = sorted({task.slot for task in tasks})
        wanted = min(self.settings.processes or max(1, self.cluster.processors), len(slots), -(-len(tasks) // FEW))
        players = self._place(wanted, READY_SECONDS)
        if not players:
            raise UserError(f"no node had a free processor within {READY_SECONDS:.0f} seconds", f"--cluster {self.cluster.address}",
                            f"wait until it is less busy, then 'esc-tui simulate --resume {self.run.number}'")
        return self._spread(players, tasks, profiles)

    def _place(self, wanted: int, seconds: float) -> list[Any]:
        """Players on the nodes, as many as start in time. Raises UserError when a node has another version of this program."""
        made = self.ray.remote(Player).options(num_cpus=1, max_concurrency=8, scheduling_strategy="SPREAD")
        hellos = {}
        for _ in range(wanted):
            player = made.remote(self._bank)
            hellos[player.hello.remote()] = player
        came, waiting = self.ray.wait(list(hellos), num_returns=1, timeout=seconds)
        if came and waiting:
            more, waiting = self.ray.wait(waiting, num_returns=len(waiting), timeout=MORE_SECONDS)
            came = [*came, *more]
        for ref in waiting:
            self.ray.kill(hellos[ref])
        players = []
        for ref in came:
            try:
                version, host = self.ray.get(ref)
            except self.ray.exceptions.RayError as error:
                if self.lost:
                    continue  # nodes are dying; others may do
                said = next((line for line in reversed(str(error).splitlines()) if "Error" in line), _first_line(error))
                raise UserError(f"a node cannot play: {said.strip()[:200]}", f"--cluster {self.cluster.address}",
                                f"install esc-tui {__version__} on every node, for the same Python as here") from error
            if version != __version__:
                raise UserError(f"node {host} has esc-tui {version} and this machine {__version__}", f"--cluster {self.cluster.address}",
                                "install the same version on every node: another one may play differently")
            players.append(hellos[ref])
        self._players += players
        return players

    def _spread(self, players: list[Any], tasks: list[Task], profiles: dict[str, str]) -> list[_Away]:
        """Hand tasks to players, slot by slot in turn; what people asked for before holds for them too."""
        slots = sorted({task.slot for task in tasks})
        said = [*(Order("pause", number) for number in self._still), *(Order("cancel", number) for number in self._ended)]
        hands = []
        for place, player in enumerate(players):
            mine = frozenset(slots[place::len(players)])
            if mine:
                self._jobs += 1
                hands.append(_Away(mine, player, self._jobs))
                job = self._job([task for task in tasks if task.slot in mine], profiles)
                player.play.remote(self._jobs, job, said)
        return hands

    def _job(self, tasks: Iterable[Task], profiles: dict[str, str]) -> Job:
        mine = tuple(tasks)
        needed = {task.profile_hash for task in mine}
        return Job("", self.run.id, self.settings.model_dump_json(), self.program.model_dump_json(), tuple(self.run.settings["pins"]),
                   {key: text for key, text in profiles.items() if key in needed}, mine)

    def _come(self, hands: list[_Away], order: InOrder) -> Iterator[Bundle]:
        asked = {}
        for hand in hands:
            if hand.open and hand.answer is None and order.needs(hand.slots, AHEAD):
                hand.answer, hand.asked = hand.player.take.remote(hand.number), time.monotonic()
            if hand.answer is not None:
                asked[hand.answer] = hand
        if not asked:
            time.sleep(WRITE_SECONDS)
            return
        self.ray.wait(list(asked), num_returns=1, timeout=WRITE_SECONDS)
        came, _ = self.ray.wait(list(asked), num_returns=len(asked), timeout=0)
        for ref in came:
            hand = asked[ref]
            hand.answer = None
            try:
                bundles, hand.open = self.ray.get(ref)
            except self.ray.exceptions.RayTaskError as error:
                yield Bundle(-1, fault=f"a player of the run failed: {_first_line(error)}")
                return
            except self.ray.exceptions.RayError:
                yield from self._replace(hand.player, hands, order)
                return
            yield from bundles
        silent = [hand for hand in hands if hand.answer is not None and time.monotonic() - hand.asked > SILENCE_SECONDS]
        if silent:
            yield from self._replace(silent[0].player, hands, order)

    def _replace(self, player: Any, hands: list[_Away], order: InOrder) -> Iterator[Bundle]:
        """Give what a lost player had in hand to others. What it had played and nobody has stored is played again."""
        with suppress(Exception):
            self.ray.kill(player)
        self._players.remove(player)
        gone = [hand for hand in hands if hand.player is player and hand.open]
        for hand in gone:
            hand.open, hand.answer = False, None
            hands.remove(hand)
        self.lost += 1
        self._ready += order.take()
        self._flush()
        slots = order.forget(frozenset(slot for hand in gone for slot in hand.slots))
        if not slots or self.control.stopped:
            return
        times, turns = self._losses_at
        self._losses_at = (times + 1 if turns == self._stored_turns else 1, self._stored_turns)
        if self._losses_at[0] >= LOSSES:
            yield Bundle(-1, fault=f"players of the cluster were lost {LOSSES} times without a turn played in between")
            return
        left = unfinished_tasks(self.bank, self.run, self.settings, slots)
        for slot in slots - {task.slot for task in left.tasks}:
            yield Bundle(slot, last=True)
        if not left.tasks:
            return
        takers = self._place(1, MORE_SECONDS) if self.cluster.has_free_processor else []
        takers = takers or list(self._players) or self._place(1, READY_SECONDS)
        if not takers:
            yield Bundle(-1, fault="no node of the cluster is left to play on")
            return
        hands += self._spread(takers, left.tasks, left.profiles)

    def _store(self, bundles: list[Bundle]) -> None:
        super()._store(bundles)
        self._stored_turns += len(bundles)

    def _note(self, order: Order) -> None:
        """Keep what would have to be told to a player that takes over."""
        match order.kind:
            case "pause" | "step":
                self._still[order.episode] = None
            case "resume" if order.episode is None:
                self._still.clear()
            case "resume":
                self._still.pop(order.episode, None)
            case "cancel":
                self._ended[order.episode] = None
            case "stop":
                pass

    def _tell(self, hands: list[_Away], order: Order) -> None:
        self._note(order)
        for player in {id(hand.player): hand.player for hand in hands if hand.open}.values():
            with suppress(self.ray.exceptions.RayError):  # its loss is noticed when it is asked for turns
                self.ray.get(player.tell.remote(order), timeout=MORE_SECONDS)  # one after the other: orders must not overtake

    def _end(self, hands: list[_Away]) -> None:
        refs = [player.end.remote() for player in self._players]
        with suppress(Exception):
            self.ray.wait(refs, num_returns=len(refs), timeout=MORE_SECONDS / 2)
        for player in self._players:
            with suppress(Exception):
                self.ray.kill(player)
