"""A bucket of a service that speaks S3: how it is opened, and what its service says, in our words.

The library tries a call three times, with pauses, and gives up; of what it says then nothing is quoted, for it names
files and addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from warehouse.refused import Refused

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem

CONNECT_SECONDS, SILENT_SECONDS = 10, 30
"""How long a service may take for a connection, and be silent in one."""
ATTEMPTS = 3
_KEYS = "see access_key and secret_key in"
_SAID = {
    "NO_SUCH_BUCKET": "there is no such bucket: make it at its service, or mend its name in",
    "NoSuchBucket": "there is no such bucket: make it at its service, or mend its name in",
    "INVALID_ACCESS_KEY_ID": "the bucket's service does not know the key: see access_key in",
    "INVALID_CLIENT_TOKEN_ID": "the bucket's service does not know the key: see access_key in",
    "SIGNATURE_DOES_NOT_MATCH": "the bucket's service does not accept the key: see secret_key in",
    "ExpiredToken": f"the keys of the bucket have expired: {_KEYS}",
    "REQUEST_TIME_TOO_SKEWED": "this machine's clock is not the time of the bucket's service: set it right, or look at",
    "RequestTimeTooSkewed": "this machine's clock is not the time of the bucket's service: set it right, or look at",
    "ACCESS_DENIED": f"the bucket's service does not let these keys do that: see what they may do there, or {_KEYS}",
}
"""What a service says, as the library names it, and what is to be mended there; the section's name follows."""
_OF_A_SERVICE = "AWS Error"
"""In every error the library has of a service, and in none of a file that holds something else."""


class BucketRefused(Refused, OSError):
    """A bucket cannot be used as it is configured; the message names the remedy."""


class BucketUnreachable(Refused, OSError):
    """A bucket's service did not answer, or failed; trying again may help."""

    is_passing = True


@lru_cache(maxsize=4)
def opened(endpoint: str, scheme: str, region: str, access_key: str, secret_key: str) -> S3FileSystem:
    """The buckets of a service at `endpoint`, a host and perhaps a port; all towns of a process share connections."""
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

    return S3FileSystem(
        access_key=access_key,
        secret_key=secret_key,
        endpoint_override=endpoint,
        scheme=scheme,
        region=region,  # without one the library asks around for it
        connect_timeout=CONNECT_SECONDS,
        request_timeout=SILENT_SECONDS,
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
        allow_delayed_open=True,  # what is small is one call
    )


def is_of_bucket(problem: OSError) -> bool:
    """Whether an error comes of a bucket's service, and not of what lies there."""
    return isinstance(problem, (BucketRefused, BucketUnreachable)) or _OF_A_SERVICE in str(problem)


@contextmanager
def reached(section: str) -> Iterator[None]:
    """What a service says while this goes on, in our words; `section` of kehila.toml is where the bucket stands.

    Raises BucketRefused, BucketUnreachable, and FileNotFoundError of a file.
    """
    try:
        yield
    except OSError as problem:
        said = str(problem)
        if isinstance(problem, Refused) or _OF_A_SERVICE not in said:
            raise
        for code, words in _SAID.items():
            if code in said:
                raise BucketRefused(f"{words} {section} of kehila.toml") from None
        raise BucketUnreachable(
            "the bucket's service cannot be reached, or failed: see that it works and that `endpoint` in "
            f"{section} is its address, and run again; nothing half-written counts"
        ) from None
