"""The second embedded seeker's mind: an appraisal model with trust, apart from the first, to check what the first one says."""

from __future__ import annotations

from esc_tui.domain.profile import refuse_unplayable
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, SeekerMoment, SeekerUtterance
from esc_tui.engines.second.appraising import appraise
from esc_tui.engines.second.speaking import speak
from esc_tui.engines.second.telling import told


class SecondSeekerMind:
    """Implements ``engines.roles.SeekerMind``. Keeps nothing of a talk; profile, seed and words decide everything."""

    name = "embedded-second"
    model = ""

    async def appraise(self, moment: SeekerMoment) -> Appraisal:
        """Judge the last reply. Raises UserError for a profile that is not English or has no facts and lines."""
        refuse_unplayable(moment.profile)
        return told(appraise(moment), moment.profile.need)

    async def speak(self, moment: SeekerMoment, appraisal: Appraisal, band: Band) -> SeekerUtterance:
        """The next words after an appraisal. Raises as ``appraise`` does."""
        refuse_unplayable(moment.profile)
        return speak(moment, appraisal, band)
