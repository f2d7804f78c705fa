"""What the municipality's own login signs: its keys, and an id_token checked against them. Loaded when somebody signs in there."""

import time
from typing import Any

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

LEEWAY_S = 60
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
"""Signatures with a public key only: with ``none`` or a shared secret anybody could make a token."""


class Untrusted(Exception):
    """Not signed by these keys, or not for us, now, in answer to our question."""


def challenge(verifier: str) -> str:
    """What PKCE shows of the verifier (S256)."""
    return str(create_s256_code_challenge(verifier))


def keys_of(published: dict[str, Any]) -> KeySet:
    """The keys of a login as it publishes them; ``Untrusted`` when they are none."""
    try:
        return KeySet.import_key_set(published)  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError):
        raise Untrusted from None


def decoded(id_token: str, keys: KeySet) -> jwt.Token:
    """A token that one of these keys signed."""
    try:
        return jwt.decode(id_token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError, KeyError, TypeError):
        raise Untrusted from None


def claims_of(token: jwt.Token, issuer: str, client_id: str, nonce: str, access_token: str | None) -> dict[str, Any]:
    """The claims of a token that this issuer made for us, now, in answer to our question."""
    options: Any = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
    params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    try:
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=int(time.time()), leeway=LEEWAY_S)
    except (JoseError, ValueError, KeyError, TypeError):
        raise Untrusted from None
    return dict(claims)
