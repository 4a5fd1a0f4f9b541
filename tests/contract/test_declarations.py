"""What every collector declares holds together; adding one makes this list what is missing."""

import subprocess
import sys
from datetime import timedelta

import pytest

from collectors.base import FileFormat, Stream, file_formats
from collectors.columns import FIXED, Column
from collectors.kinds import count
from collectors.service import ServiceStream, Source, sources
from tests.conftest import ROOT
from town.staged import staging_modules
from town.streams import stream_faults, streams_by_name
from warehouse.people import normal_identity


def declared() -> list[type[Stream]]:
    ours = [stream for one in file_formats() for stream in one.streams]
    return ours + [stream for one in services() for stream in (*one.streams, *one.side_streams)]


def services() -> list[Source]:
    return list(sources().values())


@pytest.mark.parametrize("stream", declared(), ids=lambda s: s.name)
def test_stream(stream: type[Stream]) -> None:
    assert stream_faults(stream) == []
    assert all(normal_identity(kind, "x1234567") for kind in stream.personal_fields.values())


class Faulty(Stream):
    name = "faulty"
    columns = (Column("who", FIXED, count, "A person", person="pigeon"),)  # type: ignore[arg-type]
    facts = ("flight",)
    lookback = timedelta(-1)


def test_what_landing_could_not_keep_is_said() -> None:
    assert stream_faults(Faulty) == [
        "say in its docstring what it is",
        "declare columns, one of them the key",
        "no fact is called flight",
        "no kind of identity is called pigeon",
        "a person is a text, unlike who",
        "a lookback cannot be negative",
    ]


def test_streams_of_one_name_are_one_collection() -> None:
    """Several services may fill one stream (survey answers); then they agree on all that landing needs."""
    shapes: dict[str, set[str]] = {}
    for stream in declared():
        shape = f"{stream.schema}{stream.key}{sorted(stream.personal_fields.items())}"
        shapes.setdefault(stream.name, set()).add(shape)
    assert {name for name, found in shapes.items() if len(found) > 1} == set()


@pytest.mark.parametrize("module", staging_modules(), ids=lambda m: m.SOURCE)
def test_staging_reads_streams_that_exist(module: object) -> None:
    streams = getattr(module, "STREAMS")  # noqa: B009 (a module has no typed attributes)
    assert set(streams) <= set(streams_by_name())


def test_every_stream_that_gives_facts_is_staged() -> None:
    staged = {name for module in staging_modules() for name in module.STREAMS}
    assert {stream.name for stream in declared() if stream.facts} <= staged


@pytest.mark.parametrize("one", file_formats(), ids=lambda f: f.name)
def test_file_format(one: FileFormat) -> None:
    assert one.streams
    assert len((sys.modules[type(one).__module__].__doc__ or "").split()) > 5


@pytest.mark.parametrize("one", services(), ids=lambda s: s.name)
def test_service(one: Source) -> None:
    # A service that stands at the town's own address takes its host from the account.
    assert one.hosts or {"url", "site"} & set(one.Settings.model_fields)
    assert all("." in host for host in one.hosts)
    assert one.assets or all(stream.facts == ("survey_response",) for stream in one.streams)
    for stream in one.streams:
        assert issubclass(stream, ServiceStream)
        assert stream.max_window > timedelta(0)
        assert len(stream.schedule.split()) == 5
    package = type(one).__module__.split(".")[1]
    assert (ROOT / "simulator" / "services" / f"{package}.py").exists() or (
        ROOT / "simulator" / "services" / f"{one.name}.py"
    ).exists(), "a fake that speaks the service's wire contract"


def test_importing_collectors_loads_no_vendor_client() -> None:
    """The command line imports every collector; the clients cost seconds and load when they are used."""
    code = (
        "import sys; from collectors.base import file_formats; file_formats();"
        "print([m for m in ('facebook', 'grpc', 'google.analytics.data_v1beta') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
