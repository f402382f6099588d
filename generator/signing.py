"""Signs a site's manifest with Ed25519 in the format of minisign, so that `minisign -V` can check it too.

The format: https://jedisct1.github.io/minisign/ (a key id, a signature of the file's BLAKE2b-512 hash, and a second
one of both and the trusted comment). The secret key is a PKCS #8 file of its owner's; it is never read from, nor
written to, the folder of a plan. Needs the package `cryptography` (the extra `sign`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.problems import GeneratorError, UsageError
from generator.verify import MANIFEST, SIGNATURE

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_KEY = b"Ed"
_HASHED = b"ED"
"""Marks of a public key and of a signature of the file's hash."""
_ID = 8
_SIGNED = 64
PASSWORD = "POLICY_EXPLORER_KEY_PASSWORD"  # noqa: S105 -- the name of a variable
"""The environment variable that holds the password of the secret key."""


class SignatureError(GeneratorError):
    """A signature or a key cannot be used, or does not fit."""


def new_key(path: Path, password: str, plan_folder: Path | None = None) -> str:
    """Make a secret key in a new file that only its owner may read; gives the public key as minisign writes it.

    Raises UsageError where the file is there, or lies in a plan's folder.
    """
    _refuse_inside(path, plan_folder)
    ed25519, serialization = _library()
    key = ed25519.Ed25519PrivateKey.generate()
    how = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            file.write(pem)
    except FileExistsError:
        raise UsageError(f"{path} is there already; a key is never overwritten") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    return public_key(key)


def load_key(path: Path, password: str, plan_folder: Path | None = None) -> Ed25519PrivateKey:
    """The secret key in a file. Raises UsageError where it cannot be read or lies in a plan's folder."""
    _refuse_inside(path, plan_folder)
    ed25519, serialization = _library()
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password.encode() if password else None)
    except OSError as error:
        raise UsageError(f"the key {path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError):
        raise UsageError(f"{path} is no secret key, or its password in {PASSWORD} is wrong or missing") from None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise UsageError(f"{path} is not an Ed25519 key; make one with: policy-explorer keygen FILE")
    found: Ed25519PrivateKey = key
    return found


def public_key(key: Ed25519PrivateKey) -> str:
    """The public half, as minisign writes it: `RW...`."""
    raw = key.public_key().public_bytes_raw()
    return base64.b64encode(_KEY + _id(raw) + raw).decode()


def sign_site(site: Path, key: Ed25519PrivateKey, comment: str) -> None:
    """Put the signature of the manifest beside it. `comment` is signed too."""
    content = (site / MANIFEST).read_bytes()
    (site / SIGNATURE).write_text(signature_of(content, key, comment), encoding="utf-8", newline="\n")


def signature_of(content: bytes, key: Ed25519PrivateKey, comment: str) -> str:
    """The signature as minisign writes it; the same content, key and comment give the same text."""
    comment = " ".join(comment.split())
    signature = key.sign(_hash(content))
    both = key.sign(signature + comment.encode())
    head = _HASHED + _id(key.public_key().public_bytes_raw()) + signature
    lines = ("untrusted comment: signature of manifest.json by policy-explorer", base64.b64encode(head).decode(),
             f"trusted comment: {comment}", base64.b64encode(both).decode())  # fmt: skip
    return "\n".join(lines) + "\n"


def check_signature(content: bytes, signature: str, public: str) -> str:
    """The trusted comment of a signature that fits. Raises SignatureError where it does not."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- an extra

    key, key_id = _read_public(public)
    lines = signature.splitlines()
    try:
        head, both = (base64.b64decode(lines[place], validate=True) for place in (1, 3))
        kind, signer, signed = head[:2], head[2 : 2 + _ID], head[2 + _ID :]
        if kind not in (_KEY, _HASHED) or len(signed) != _SIGNED or not lines[2].startswith("trusted comment: "):
            raise ValueError("another format")
    except (IndexError, ValueError, binascii.Error):
        raise SignatureError(f"{SIGNATURE} is not a signature of minisign") from None
    if signer != key_id:
        raise SignatureError("the signature was made with another key than the one given")
    comment = lines[2].removeprefix("trusted comment: ")
    try:
        key.verify(signed, _hash(content) if kind == _HASHED else content)
        key.verify(both, signed + comment.encode())
    except InvalidSignature:
        raise SignatureError("the signature does not fit: the manifest or the signature was altered") from None
    return comment


def _read_public(text: str) -> tuple[Ed25519PublicKey, bytes]:
    """A public key and its id from `RW...`, or from the file that holds it."""
    ed25519, _ = _library()
    try:
        raw = base64.b64decode(text.strip().splitlines()[-1].strip(), validate=True)
        if raw[:2] != _KEY or len(raw) != 2 + _ID + 32:
            raise ValueError("another format")
        return ed25519.Ed25519PublicKey.from_public_bytes(raw[2 + _ID :]), raw[2 : 2 + _ID]
    except (IndexError, ValueError, binascii.Error):
        raise UsageError("that is no public key: it is one line that starts with RW") from None


def _hash(content: bytes) -> bytes:
    return hashlib.blake2b(content).digest()


def _id(raw: bytes) -> bytes:
    """The id of a key: first bytes of the hash of its public half, so that it need not be stored."""
    return hashlib.blake2b(raw, digest_size=_ID).digest()


def _refuse_inside(path: Path, folder: Path | None) -> None:
    if folder is not None and path.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"the key {path} lies in the plan's folder, which may be published; keep it elsewhere")


def _library() -> Any:
    """The two modules of the library that make and write keys. Raises UsageError where it is not installed."""
    try:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 -- an extra
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
    except ImportError:
        raise UsageError("signing needs the package cryptography: pip install 'policy-explorer[sign]'") from None
    return ed25519, serialization
