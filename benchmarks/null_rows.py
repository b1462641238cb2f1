"""Changes without effect: how often are they accepted? By resampling simulated pairs, and by whole verifications.

The change puts another apostrophe into phrasings of skills (' for U+2019): no reader of a reply counts it, but a text that differs by
it draws its chances anew, both the supporter's among wordings and the seeker's. Both arms so have the same distribution, and their talks
differ.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.long_runs import Result, exact_interval, of, results
from benchmarks.table import Row
from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.evolution import add_proposal, keep_candidate
from esc_tui.domain.base import now_iso
from esc_tui.domain.evolution import Claim, Proposal, ProposalKind, SkillPatch
from esc_tui.domain.skill import Skill
from esc_tui.evolve.gate import MOST_SKILLS
from esc_tui.evolve.pairing import pairs_of
from esc_tui.evolve.registering import Wish, register
from esc_tui.evolve.stages import Players
from esc_tui.evolve.statistics import PRESETS, carry_out, plan
from esc_tui.evolve.verifying import verify
from esc_tui.settings.locator import template_path
from esc_tui.settings.model import Settings
from esc_tui.simulate import carrying
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.running import carry_run, plan_run

POOL_SEEDS = tuple(range(1, 6))
"""Runs of the develop shelf that make the pool: 42 pairs each, those who want to be blameless left out."""
TRIALS = 20_000
TYPE_ONE = {"quick": 0.050, "small": 0.051, "standard": 0.047, "full": 0.049}
"""Of each preset, by resampling real differences between supporters (seed 11): what ours has to come within 0.01 of."""
NEAR = 0.01
WHOLE = tuple(range(1, 401))
MOST_ACCEPTED = 29
"""Of 400: the 97.5th percentile of a binomial at 5 %."""


@contextmanager
def starter() -> Iterator[Bank]:
    """A starter bank of one's own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bank.db"
        shutil.copyfile(template_path(), path)
        with open_bank(path) as bank:
            yield bank


def retyped(skill: Skill) -> Skill:
    """The same skill with the other apostrophe in what it says."""
    do = tuple(one.model_copy(update={"text": one.text.replace("'", "\u2019")}) for one in skill.content.do)
    return skill.model_copy(update={"content": skill.content.model_copy(update={"do": do})})


def pool_of(seed: int) -> Result:
    """Differences of a run in which every skill was typed anew: of the mean and of the final emotion, and how many pairs fired."""
    with starter() as bank:
        changes = {skill.slug: retyped(skill) for skill in bank.skills_at()}
        digest = keep_candidate(bank.writing, {slug: skill for slug, skill in changes.items() if skill != bank.skill(slug)}, now_iso())
        run = plan_run(bank, Settings(), RunSettings(arms=(Arm(), Arm(candidate=digest, tried="retyped")), seed=seed, processes=1)).number
        assert carry_run(bank, Settings(), run, lambda done, total: None, Control()).state == "done"
        found = pairs_of(bank.connection, [run]).primary
    return {"mean": [pair.difference("mean") for pair in found], "final": [pair.difference("final") for pair in found],
            "fired": sum(pair.fired for pair in found)}


def resampled(pool: Sequence[float], preset: str, seed: int = 11) -> float:
    """Share of trials of a preset that accept, with differences drawn from the pool; which arm is the new one is drawn too, so that the
    mean is exactly 0."""
    import numpy as np

    chosen = plan(preset)  # type: ignore[arg-type]
    generator = np.random.default_rng(seed)
    drawn = generator.choice(np.array(pool), size=(TRIALS, chosen.most_pairs))
    return float(carry_out(chosen, drawn * generator.choice((-1.0, 1.0), size=drawn.shape)).accepted.mean())


def whole(seed: int) -> Result:
    """One verification from registration to verdict, preset standard, of a change without effect; which skills it touches is drawn."""
    carrying.FEW = 10_000  # in this process: starting others for every stage takes longer
    chance = random.Random(seed)
    with starter() as bank:
        skills = [skill for skill in bank.skills_at() if retyped(skill) != skill]
        chosen = chance.sample(sorted(skills, key=lambda skill: skill.slug), MOST_SKILLS)
        head = bank.head()
        patches = tuple(SkillPatch(slug=skill.slug, before=skill, after=retyped(skill)) for skill in chosen)
        row = add_proposal(bank.writing, Proposal(
            id=f"01NULL{seed}", kind=ProposalKind.REVISE, title="typed anew", reason="no effect", base_revision=head.number,
            base_hash=head.hash, patches=patches, claim=Claim.IMPROVE), (), "", now_iso())
        number = register(bank, Settings(), row.number, Wish(preset="standard", seed=chance.randrange(2**31))).number
        verdict = verify(Players(bank, Settings(), lambda stage, done, total: None, Control()), number).verdict
    assert verdict is not None
    return {"word": verdict.word, "pairs": verdict.pairs, "effect": verdict.effect, "fired": verdict.share_fired,
            "looks": [look.decision for look in verdict.looks], "reasons": list(verdict.reasons)}


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement; without ``long`` those of what was measured before."""
    rows: list[Row] = []
    pools = results("null-pool", POOL_SEEDS, pool_of, long)
    pairs = sum(len(one["mean"]) for one in pools)
    fired = sum(one["fired"] for one in pools)
    rows.append(Row("null pool: pairs in which a change without effect fired", 100 * fired / pairs if pairs else None, "%", least=50,
                    note=f"{pairs} pairs; {of(pools, POOL_SEEDS)}"))
    for preset in PRESETS:
        if preset not in TYPE_ONE:
            continue
        shares = {name: resampled([value for one in pools for value in one[name]], preset) for name in ("mean", "final")} if pools else {}
        far = 100 * abs(shares["mean"] - TYPE_ONE[preset]) if shares else None
        rows.append(Row(f"null by resampling, preset {preset}: distance of its type I from {100 * TYPE_ONE[preset]:.1f} %", far, "points",
                        most=100 * NEAR, note=f"{TRIALS:,} trials: {100 * shares['mean']:.2f} % by mean emotion, "
                        f"{100 * shares['final']:.2f} % by the final one" if shares else "no pool"))
    found = results("null-whole", WHOLE, whole, long)
    fires = [one for one in found if one["word"] != "never fired"]
    accepted = sum(one["word"] == "accept" for one in fires)
    low, high = exact_interval(accepted, len(fires))
    by_looks = sum(bool(one["looks"]) and one["looks"][-1] == "accept" for one in fires)
    note = (f"of {len(fires)} changes that fired ({len(WHOLE)} wanted, {len(found) - len(fires)} more never fired); 95 % interval of the "
            f"share {100 * low:.1f} to {100 * high:.1f} %; {by_looks} accepted by the looks alone; {of(found, WHOLE)}")
    rows.append(Row("null, whole verifications, preset standard: accepted", accepted if fires else None, "changes",
                    most=MOST_ACCEPTED if len(found) == len(WHOLE) else None, note=note if fires else "not run"))
    return rows
