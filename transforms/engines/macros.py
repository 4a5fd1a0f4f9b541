"""What a statement may say beside the SQL all engines speak, each word once for all engines.

`flags('estimated', count(*) > 1, 'by_name', guests > 0)` are quality flags: a blank between two is not forgotten, and a
condition that is null does not hold. `hours_of(later - earlier)` are the hours between two instants,
`worked(d.seconds_before, d.opens_at, d.closes_at, at)` those the town has worked until one, `d` being its day in
`working_day`. `effective(weight)` is how many equal answers weighted ones are worth, `spread(score, weight)` the
variance of scores.
"""

MACROS: dict[str, list[tuple[tuple[str, ...], str]]] = {
    "hours_of": [
        (
            ("span",),
            "cast(extract(day from span) * 24 + extract(hour from span) + extract(minute from span) / 60.0"
            " + extract(second from span) / 3600.0 as decimal(18, 6))",
        )
    ],
    "worked": [
        (
            ("seconds_before", "opens_at", "closes_at", "instant"),
            "cast(seconds_before / 3600.0 as decimal(18, 6))"
            " + hours_of(least(greatest(instant, opens_at), closes_at) - opens_at)",
        )
    ],
    "effective": [(("weight",), "power(cast(sum(weight) as double), 2) / cast(sum(weight * weight) as double)")],
    "spread": [
        (
            ("score", "weight"),
            "cast(sum(weight * cast(score * score as decimal(18, 6))) as double) / cast(sum(weight) as double)"
            " - power(cast(sum(weight * score) as double) / cast(sum(weight) as double), 2)",
        )
    ],
    "flags": [
        (("flag", "holds"), "case when holds then flag else '' end"),
        (
            ("flag", "holds", "flag2", "holds2"),
            "concat_ws(' ', case when holds then flag end, case when holds2 then flag2 end)",
        ),
        (
            ("flag", "holds", "flag2", "holds2", "flag3", "holds3"),
            "concat_ws(' ', case when holds then flag end, case when holds2 then flag2 end,"
            " case when holds3 then flag3 end)",
        ),
    ],
}
"""Name -> for each number of arguments their names and what is meant."""
