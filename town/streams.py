"""Every stream that can land, by its name; and what in a declaration landing could not keep."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import get_args

import pyarrow as pa

from collectors.base import Stream, file_formats
from collectors.columns import IdentityKind
from collectors.discovery import PartError, origin_of
from collectors.service import sources
from warehouse.facts import FACTS


@cache
def streams_by_name() -> dict[str, type[Stream]]:
    """Every declared stream by its name.

    Raises PartError when what a package brings is no stream, or bears a name that is taken by another.
    """
    declared: list[type[Stream]] = [stream for one in file_formats() for stream in one.streams]
    declared += [stream for one in sources().values() for stream in (*one.streams, *one.side_streams)]
    found: dict[str, type[Stream]] = {}
    for stream in sorted(declared, key=lambda one: bool(origin_of(one))):
        taken, origin = found.setdefault(stream.name, stream), origin_of(stream)
        if origin and taken is not stream:
            raise PartError.taken("stream", stream.name, origin_of(taken), origin)
        if origin and (faults := stream_faults(stream)):
            raise PartError(origin, f"the package {origin}: {stream.name}: {'; '.join(faults)}")
    return found


def stream_faults(stream: type[Stream]) -> list[str]:
    """What in a stream's declaration landing could not keep, in words; nothing where it holds."""
    unknown = sorted(set(stream.facts) - set(FACTS))
    kinds = sorted(set(stream.personal_fields.values()) - set(get_args(IdentityKind)))
    texts = [name for name in stream.personal_fields if not _holds_text(stream.schema.field(name).type)]
    found = {
        "say in its docstring what it is": not (stream.__doc__ or "").strip(),
        "declare columns, one of them the key": not stream.key,
        f"no fact is called {', '.join(unknown)}": bool(unknown),
        f"no kind of identity is called {', '.join(kinds)}": bool(kinds),
        f"a person is a text, unlike {', '.join(texts)}": bool(texts),
        "a lookback cannot be negative": stream.lookback < timedelta(0),
    }
    return [fault for fault, holds in found.items() if holds]


def _holds_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind.value_type if pa.types.is_dictionary(kind) else kind))
