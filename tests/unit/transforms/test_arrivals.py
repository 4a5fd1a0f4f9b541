"""Through site or newsletter came never fewer than through one of them, whoever told of them."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms import cases
from transforms.catalogue import ours

CHANNELS = {"website": "website.event_arrivals", "newsletter": "newsletter.event_arrivals"}
EITHER = "newsletter.site_and_mail_arrivals"

VIA = st.sampled_from(["website", "newsletter", "facebook", None])
ATTENDANCE = st.fixed_dictionaries({"heard_via": VIA, "role": st.sampled_from(["resident", "resident", "authority"])})
ENTRY = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from([*CHANNELS.values(), EITHER]),
        "part": st.sampled_from(["", "arrived", "joined", "opened"]),
        "amount": st.integers(0, 9),
    }
)
HEARD = st.sampled_from([None, "full", "part"])
DECLARED = st.lists(st.sampled_from([*CHANNELS.values(), EITHER]), max_size=3, unique=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(ATTENDANCE, max_size=8), st.lists(ENTRY, max_size=5), HEARD, DECLARED)
@example([{"heard_via": "newsletter", "role": "resident"}], [], "part", [])
@example([{"heard_via": "website", "role": "resident"}], [], "part", [EITHER])
@example([], [{"indicator": CHANNELS["website"], "part": "", "amount": 4}], "full", [])
@example([], [{"indicator": CHANNELS["website"], "part": "", "amount": 4}], None, [EITHER])
@example(
    [],
    [{"indicator": CHANNELS["website"], "part": "", "amount": 4}, {"indicator": EITHER, "part": "", "amount": 1}],
    None,
    [],
)
def test_either_is_never_less_than_one(
    attendances: list[dict[str, Any]], entries: list[dict[str, Any]], heard: str | None, declared: list[str]
) -> None:
    coverage: list[dict[str, Any]] = [
        {"fact": f"report:{one}", "month": "2026-01", "basis": "entered"} for one in declared
    ]
    if heard:
        coverage.append({"fact": "attendance", "asset": "zoom", "space": "zoom", "month": "2026-01", "extent": heard})
    case = {
        "months": ["2026-01"],
        "space": [{"space": "zoom", "asset": "zoom", "kind": "meeting_room"}],
        "attendance": [{**one, "month": "2026-01"} for one in attendances] if heard else [],
        "report": [{**one, "month": "2026-01", "subject": f"e{number}"} for number, one in enumerate(entries)],
        "coverage": coverage,
    }
    told = {
        name: next(row["value"] for row in cases.computed(ours()[name], case) if not row["part"])
        for name in (*CHANNELS.values(), EITHER)
    }
    for name in CHANNELS.values():
        if told[name] is not None and told[EITHER] is not None:
            assert told[EITHER] >= told[name], told
        assert told[name] is None or not told[name] or told[EITHER] is not None, told
