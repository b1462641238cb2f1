"""What a merged skill counts: ratings that change, the same merge again, and a merge into one of its parents."""

from esc_tui.bank.bank import open_bank
from esc_tui.discover.from_talks import learn_from_talk
from esc_tui.discover.saving import save_skills
from esc_tui.domain.labels import State
from esc_tui.domain.reshaping import Lineage, joined_content
from esc_tui.domain.revision import EvidenceRow
from tests.discover.test_from_talks import Talk
from tests.support_bank import small_bank_file
from tests.tui.bank.helpers import counted

WANT, EFFORT = "ask-one-small-want", "reflect-unseen-effort"


def merged(bank, *slugs, name="joined"):
    parents = [bank.skill(slug) for slug in slugs]
    skill = parents[0].model_copy(update={"slug": name, "content": joined_content(parents)})
    return save_skills(bank, [skill], Lineage(parents=slugs), author="test", message="", base_revision=bank.head_number)


def test_a_changed_rating_reaches_a_merged_skill(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as bank:
        talk = Talk(bank)
        talk.turn(1)
        talk.rate(1, 5)
        talk.close(True)
        learn_from_talk(bank, talk.name, "Ada")
        merged(bank, EFFORT, WANT)
        bank.take_snapshot()
        helped, neutral, harmed = counted(bank, "joined")
        talk.rate(1, 1)
        assert learn_from_talk(bank, talk.name, "Ada").outcomes == 3
        assert counted(bank, "joined") == (helped - 1, neutral, harmed + 1)
        assert learn_from_talk(bank, talk.name, "Ada").outcomes == 0


def test_the_same_merge_after_an_undo_counts_outcomes_without_unit_or_talk_once(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as bank:
        bank.add_evidence([EvidenceRow(skill=slug, version=bank.skill(slug).version, outcome="positive", source="simulation")
                           for slug in (EFFORT, EFFORT, WANT)])
        merged(bank, EFFORT, WANT)
        bank.take_snapshot()
        once = counted(bank, "joined")
        bank.undo("test")
        merged(bank, EFFORT, WANT)
        bank.take_snapshot()
        assert counted(bank, "joined") == once
        assert bank.connection.value("SELECT count(*) FROM evidence WHERE skill = 'joined' AND source = 'simulation'") == 3
        merged(bank, "joined", WANT, name="joined-again")
        assert bank.connection.value("SELECT count(*) FROM evidence WHERE skill = 'joined-again' AND source = 'simulation'") == 3


def test_a_merge_into_one_of_its_parents_takes_everything_of_the_other(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as bank:
        bank.add_evidence([EvidenceRow(skill=WANT, version=bank.skill(WANT).version, outcome="positive", source="simulation",
                                       group="ashamed")])
        assert State.ASHAMED not in bank.skill(EFFORT).content.applicability.states
        save_skills(bank, [bank.skill(EFFORT)], Lineage(parents=(EFFORT, WANT)), author="test", message="", base_revision=bank.head_number)
        assert bank.connection.value("SELECT count(*) FROM evidence WHERE skill = ? AND source = 'simulation'", (EFFORT,)) == 1
