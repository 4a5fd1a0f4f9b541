"""What became of one landing of answers: an export of a form that is known, an older one, or another form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from transforms.questionnaire import PULSE
from transforms.staging.survey_forms import ADDS, File, content, standing


@dataclass(frozen=True)
class Decision:
    """What became of one landing: `again` stands for earlier exports of its form, `older` is stood for by a later one,
    `added` is another form of a wave, `first` the only one. With the wave's respondents before and now, and of those
    that were added how many answered just as somebody counted before did, whenever either sent it.
    """

    verdict: Literal["first", "again", "older", "added"]
    wave: str
    before: int
    now: int
    alike: int = 0
    is_foretold: bool = False

    @property
    def added(self) -> int:
        """Respondents more than before; none where an export took another's place."""
        return self.now - self.before if self.verdict == "added" else 0

    @property
    def is_doubling(self) -> bool:
        """Whether a form nobody foretold makes the wave at least twice what it was: mostly it is the same people."""
        return self.added >= self.before > 0 and not self.is_foretold


def decided(files: Sequence[File], batch: str) -> Decision | None:
    """How the answers landed in a run are counted among the files there are; None when it landed none, or
    those of the pulse.
    """
    counting = standing(files)
    own = next((file for file in counting if batch in {one.batch for one in (file, *file.earlier)}), None)
    if own is None:
        return None
    about = own.shared()
    if about["audience"] == PULSE:
        return None  # who is who her own code tells: nobody is doubled

    def respondents(counted: Sequence[File]) -> int:
        known = ((file, file.shared()) for file in counted)
        place = about["wave"], about["audience"]
        return sum(len(file.people) for file, said in known if (said["wave"], said["audience"]) == place)

    now = respondents(counting)
    before = respondents(standing(one for one in files if one.batch != batch))
    if own.batch != batch:
        return Decision("older", about["wave"], before, now)
    if own.earlier:
        return Decision("again", about["wave"], before, now)
    if now == len(own.people):
        return Decision("first", about["wave"], before, now)
    others = [file for file in counting if file is not own and file.shared()["wave"] == about["wave"]]
    return Decision("added", about["wave"], before, now, _alike(own, others), ADDS in own.stated)


def _alike(own: File, others: Sequence[File]) -> int:
    """How many of a file's people answered just as somebody of the others."""
    known = Counter(content(person) for file in others for person in file.people)
    return sum((Counter(content(person) for person in own.people) & known).values())
