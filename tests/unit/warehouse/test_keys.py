"""Sub-keys: those a store was made with stay, whoever derives them."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from warehouse.keys import KEY_BYTES, Keys


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES), st.text(max_size=8), st.text(max_size=20))
def test_a_derived_key_is_what_the_library_derives(root: bytes, authority: str, purpose: str) -> None:
    hkdf = HKDF(hashes.SHA256(), KEY_BYTES, None, f"kehila:{purpose}:{authority}".encode())
    assert Keys(root, authority).derive(purpose) == hkdf.derive(root)
