"""On data that services restate, Kehila's lookbacks come to the truth; two rules that connectors use do not."""

from tests.bench.restated import compared


def test_the_lookbacks_lose_nothing_where_two_common_rules_do() -> None:
    found = {figure.title: (figure.truth, values) for figure, values in compared(seed=11, months=1)}
    assert len(found) == 3
    for truth, values in found.values():
        assert values["kehila"] == truth > 0
        assert values["append"] < truth
    lost = [title for title, (truth, values) in found.items() if values["two days"] < truth]
    assert lost == ["visits of the site", "people who clicked, by campaign"]
