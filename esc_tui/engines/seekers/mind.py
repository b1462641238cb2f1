"""The embedded seeker's mind: plays an English profile without a model, by the words of the talk alone."""

from __future__ import annotations

from esc_tui.domain.profile import refuse_unplayable
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, SeekerMoment, SeekerUtterance
from esc_tui.engines.seekers.appraising import change_of, weigh
from esc_tui.engines.seekers.speaking import speak
from esc_tui.engines.seekers.telling import told


class EmbeddedSeekerMind:
    """Implements ``engines.roles.SeekerMind``. Holds nothing of a talk; the same moment gives the same answer on any machine."""

    name = "embedded"
    model = ""

    async def appraise(self, moment: SeekerMoment) -> Appraisal:
        """Judge the supporter's last reply. Raises UserError for a profile that is not English or has no facts and lines."""
        refuse_unplayable(moment.profile)
        judgement = weigh(moment)
        return told(judgement, change_of(judgement, moment), moment)

    async def speak(self, moment: SeekerMoment, appraisal: Appraisal, band: Band) -> SeekerUtterance:
        """The next words after an appraisal, in this band of emotion. Raises as ``appraise`` does."""
        refuse_unplayable(moment.profile)
        return speak(moment, appraisal, band)
