"""A small OpenID Connect provider on loopback, as a municipality may have: it checks what it is asked, and lies when told to."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "zelfbeheer", "geheim"


class Provider(ThreadingHTTPServer):
    """``claims`` go into the next token on top of what is right; ``key`` signs it, and ``published`` is what the world is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.reset()

    def reset(self) -> None:
        """An honest provider that knows Mo."""
        self.key = self.published = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.forged = ""
        self.claims: dict[str, Any] = {"sub": "mo-1", "email": "mo@example.org", "email_verified": True, "name": "Mo"}
        self.asked: dict[str, dict[str, str]] = {}
        self.broken = False

    def id_token(self, nonce: str) -> str:
        """A token for whoever asked with this nonce."""
        now = int(time.time())
        right = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {name: value for name, value in {**right, **self.claims}.items() if value is not None}
        if self.forged:
            return self._forged(claims)
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def _forged(self, claims: dict[str, Any]) -> str:
        """The old tricks: no signature, or HMAC with the key that everybody knows."""
        head, body = (_base64(json.dumps(part).encode()) for part in ({"alg": self.forged, "kid": "one"}, claims))
        known = self.published.as_pem(private=False)
        signature = hmac.new(known, f"{head}.{body}".encode(), hashlib.sha256).digest() if self.forged == "HS256" else b""
        return f"{head}.{body}.{_base64(signature)}"


class Answer(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self.server.broken:
            self._send({}, 500)
        elif parts.path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
            self._send({"issuer": self.server.address, **{name: self.server.address + path for name, path in ends.items()}})
        elif parts.path == "/keys":
            self._send({"keys": [self.server.published.as_dict(private=False)]})
        elif parts.path == "/auth":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
            code = f"code-{len(self.server.asked)}"
            self.server.asked[code] = asked
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
            self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.server.asked.pop(sent.get("code", ""), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = _base64(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        right = asked and asked["code_challenge"] == challenge and asked["redirect_uri"] == sent["redirect_uri"]
        if not right or self.headers["Authorization"] != f"Basic {known}":
            self._send({"error": "invalid_grant"}, 400)
        else:
            self._send({"access_token": "a", "token_type": "Bearer", "id_token": self.server.id_token(asked["nonce"])})

    def _send(self, body: dict[str, Any], status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that listens."""
    with Provider() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()
