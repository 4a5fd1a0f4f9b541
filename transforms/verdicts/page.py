"""What page one may claim, of many indicators looked at together."""

from __future__ import annotations

from collections.abc import Mapping

from transforms.verdicts.series import Verdict

FALSE_SHARE = 0.1
"""Of what page one claims, at most so much is false in the long run."""


def claims(verdicts: Mapping[str, Verdict], false_share: float = FALSE_SHARE) -> list[str]:
    """The indicators whose rise or fall page one claims, the surest first (Benjamini and Hochberg).

    `verdicts` are those of all lead indicators of a month: the ones that were looked at and did not move count
    against those that did. One that has no probability (nothing to conclude from) counts not at all.
    """
    looked_at = sorted((one.p, name) for name, one in verdicts.items() if one.p is not None)
    size = len(looked_at)
    passed = max((rank for rank, (p, _) in enumerate(looked_at, 1) if p <= false_share * rank / size), default=0)
    return [name for _, name in looked_at[:passed] if verdicts[name].word in ("real_rise", "real_fall")]
