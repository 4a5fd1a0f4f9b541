"""Keys: one root key outside the store, sub-keys derived for each purpose and authority."""

from __future__ import annotations

import base64
import contextlib
import hmac
import os
import secrets
from pathlib import Path

from warehouse.files import OWNER_ONLY, new_file, private_folder, sync_folder

KEY_BYTES = 32


class KeyProblem(Exception):
    """The root key cannot be used; the message says what to do and never shows the key."""


class Keys:
    """Sub-keys of one authority; nothing here ever writes a key to the store."""

    def __init__(self, root: bytes, authority: str) -> None:
        if len(root) != KEY_BYTES:
            raise ValueError(f"a root key has {KEY_BYTES} bytes")
        self._root = root
        self._authority = authority
        self._derived: dict[str, bytes] = {}

    def derive(self, purpose: str) -> bytes:
        """The sub-key for a purpose: `pseudonym`, `place`, `file`, `vault`."""
        if purpose not in self._derived:
            # HKDF of RFC 5869 with SHA-256 and no salt; of 32 bytes it is one block. The library's own would be loaded
            # by every command, since all derive a key when they open the store.
            info = f"kehila:{purpose}:{self._authority}".encode()
            extracted = hmac.digest(bytes(KEY_BYTES), self._root, "sha256")
            self._derived[purpose] = hmac.digest(extracted, info + b"\x01", "sha256")
        return self._derived[purpose]

    def of(self, authority: str) -> Keys:
        """The sub-keys of another authority."""
        return Keys(self._root, authority)

    def check_value(self) -> str:
        """What tells this root key from another, and tells nothing of it: 32 hexadecimal digits."""
        return self.of("").derive("check")[:16].hex()

    def seal(self, plain: bytes) -> bytes:
        """Encrypt a record for the vault."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(self.derive("vault")).encrypt(nonce, plain, None)

    def unseal(self, sealed: bytes) -> bytes:
        """Decrypt a record of the vault; KeyProblem when it was sealed under another key."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(self.derive("vault")).decrypt(sealed[:12], sealed[12:], None)
        except (InvalidTag, ValueError):  # one cut short has not even a nonce
            raise KeyProblem("the vault was sealed under another key; restore the key it was made with") from None


def new_secret_file(path: Path, content: bytes, *, synced: bool = True) -> None:
    """Write a secret into a file, and a folder where there is none, that only its owner reads: every secret goes here.

    `synced`: it is durable on return. Raises FileExistsError when the name is taken.
    """
    private_folder(path.parent)
    new_file(path, content, synced=synced, mode=OWNER_ONLY)
    if synced:
        sync_folder(path.parent)


def new_key_file(path: Path) -> None:
    """Write a fresh root key; an existing file is left alone."""
    new_secret_file(path, base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")


def login_file(path: Path) -> Path:
    """A file with `user:password` for a page of ours, made on the first start and readable by its owner only."""
    with contextlib.suppress(FileExistsError):
        new_secret_file(path, f"kehila:{secrets.token_urlsafe(24)}\n".encode(), synced=False)
    return path


SCHEMES = ("file", "env", "credential")
REFERENCES = "`file:PATH`, `env:NAME` or `credential:NAME`"
"""The ways a secret is named where it does not stand itself."""


def load_secret(reference: str, base: Path) -> str:
    """Read a secret by reference: `file:PATH` (from the folder `base`), `env:NAME` or `credential:NAME` of systemd.

    Raises KeyProblem when it is missing, empty, or given in place of a reference; the message never quotes it.
    """
    scheme, _, rest = reference.partition(":")
    if scheme == "file":
        path = base / rest
        text = path.read_text().strip() if path.exists() else ""
        place = f"file {rest}"
    elif scheme == "env":
        text = os.environ.get(rest, "").strip()
        place = f"environment variable {rest}"
    elif scheme == "credential":
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        path = Path(folder) / rest
        text = path.read_text().strip() if folder and path.is_file() else ""
        place = f"credential {rest}, which systemd gives to what it starts with LoadCredential={rest}:PATH,"
    else:
        raise KeyProblem(f"secrets are given by reference ({REFERENCES}), never in the configuration")
    if not text:
        raise KeyProblem(f"{place} is missing or empty; put the secret there")
    return text


ROOT_KEY_BACK = (
    "put the root key back that this town was begun with; only where nothing is stored yet make a new one "
    "(`kehila init`)"
)


def load_root_key(reference: str, base: Path) -> bytes:
    """Read the root key by reference; KeyProblem when it is missing or no key."""
    try:
        found = load_secret(reference, base)
    except KeyProblem as problem:
        raise KeyProblem(f"{str(problem).partition(';')[0]}; {ROOT_KEY_BACK}") from None
    with contextlib.suppress(ValueError):
        root = base64.b64decode(found, validate=True)
        if len(root) == KEY_BYTES:
            return root
    raise KeyProblem(f"the root key is not {KEY_BYTES} bytes in base64; {ROOT_KEY_BACK}")
