"""The codes on door cards: short, typed in by hand, and kept as a hash only."""

import hashlib
import re
import secrets

ALPHABET = "BCDFGHJKMNPQRTVWXYZ2346789"
"""Without vowels, so that no word appears, and without what looks alike (I L O S U 0 1 5)."""
LENGTH = 8


def new_code() -> str:
    """A code as it is printed: ``BCDF-2346``. Guessing one of a thousand takes 200 million tries on average."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def digest_of(code: str) -> bytes:
    """What is kept of a code, however it is typed: small letters, spaces and dashes do not matter."""
    return hashlib.sha256(re.sub(r"[^A-Z0-9]", "", code.upper()).encode()).digest()
