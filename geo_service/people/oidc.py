"""Sign in with the municipality's own login (OpenID Connect): authorization code with PKCE, state and nonce, and a checked id_token."""

import json
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from geo_service.errors import N_, Conflict, GeoServiceError, LoginFailed
from geo_service.people import links, queries
from geo_service.people.models import Person
from geo_service.people.service import add_person
from geo_service.settings import Settings

PURPOSE = "oidc"
LIVES = timedelta(minutes=10)
TIMEOUT_S = 10
REMEMBERED_S = 600
NO_ANSWER = N_("The login of the municipality does not answer. Try again later, or sign in with a mailed link.")
NOT_TRUSTED = N_("What the login of the municipality told is not right. Try again, or sign in with a mailed link.")
REFUSED = N_("Signing in was stopped at the login of the municipality.")
NO_ADDRESS = N_("The login of the municipality did not tell an e-mail address that was confirmed. Sign in with a mailed link.")
OTHER_PERSON = N_("This e-mail address belongs to another account of the login. Ask the municipality to look into it.")


@dataclass(frozen=True)
class Start:
    """Where the browser goes, and the secret that it keeps until it comes back."""

    address: str
    secret: str


class Login:
    """One login of a municipality; what it publishes about itself is remembered for some minutes."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = (settings.oidc_issuer or "").rstrip("/")
        self.client_id, self.client_secret = settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
        self.remembered: tuple[float, dict[str, Any], Any] | None = None

    @property
    def exists(self) -> bool:
        """Whether this municipality has a login of its own."""
        return bool(self.issuer and self.client_id)

    def begin(self, session: Session, back: str, next_path: str, now: datetime) -> Start:
        """Keep what only we may know until the answer comes; the state is a link's secret, used once, within ten minutes."""
        from geo_service.people import id_tokens  # a fifth of a second to load: who has no such login does not wait for it

        described, _ = self._published()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        secret = links.make(session, "", PURPOSE, now, LIVES, json.dumps({"verifier": verifier, "nonce": nonce, "next": next_path}))
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": back, "scope": "openid email profile", "state": secret,
            "nonce": nonce, "code_challenge": id_tokens.challenge(verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        joint = "&" if "?" in described["authorization_endpoint"] else "?"
        return Start(described["authorization_endpoint"] + joint + urlencode(asked), secret)

    def end(self, session: Session, state: str, code: str, back: str, now: datetime) -> tuple[Person, str]:
        """Who comes back with this code, and where they were going."""
        kept = json.loads(links.use(session, state, PURPOSE, now).subject)
        claims = self._claims(self._token(code, kept["verifier"], back), kept["nonce"])
        return _person(session, f"{self.issuer} {claims['sub']}", claims), kept["next"]

    def _token(self, code: str, verifier: str, back: str) -> dict[str, Any]:
        described, _ = self._published()
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        asked = _fetch("POST", described["token_endpoint"], data=body, auth=(self.client_id, self.client_secret))
        if not isinstance(asked.get("id_token"), str):
            raise LoginFailed(NOT_TRUSTED)
        return asked

    def _claims(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of an id_token that this issuer signed, for us, now, in answer to our question."""
        from geo_service.people import id_tokens

        try:
            signed = self._signed(token["id_token"])
            return id_tokens.claims_of(signed, self.issuer, self.client_id, nonce, token.get("access_token"))
        except id_tokens.Untrusted:
            raise LoginFailed(NOT_TRUSTED) from None

    def _signed(self, id_token: str) -> Any:
        from geo_service.people import id_tokens

        try:
            return id_tokens.decoded(id_token, self._published()[1])
        except id_tokens.Untrusted:
            self.remembered = None  # the issuer may have changed its keys since
            return id_tokens.decoded(id_token, self._published()[1])

    def _published(self) -> tuple[dict[str, Any], Any]:
        from geo_service.people import id_tokens

        if self.remembered is None or self.remembered[0] < time.monotonic():
            described = _fetch("GET", f"{self.issuer}/.well-known/openid-configuration")
            if described.get("issuer", "").rstrip("/") != self.issuer:
                raise LoginFailed(NOT_TRUSTED)
            try:
                keys = id_tokens.keys_of(_fetch("GET", described["jwks_uri"]))
            except (id_tokens.Untrusted, KeyError):
                raise LoginFailed(NOT_TRUSTED) from None
            self.remembered = (time.monotonic() + REMEMBERED_S, described, keys)
        return self.remembered[1], self.remembered[2]


def _fetch(method: str, address: str, **more: Any) -> dict[str, Any]:
    import httpx2 as httpx

    try:
        answer = httpx.request(method, address, timeout=TIMEOUT_S, **more)
        answer.raise_for_status()
        body = answer.json()
    except (httpx.HTTPError, ValueError):
        raise LoginFailed(NO_ANSWER) from None
    if not isinstance(body, dict):
        raise LoginFailed(NOT_TRUSTED)
    return body


def _person(session: Session, subject: str, claims: dict[str, Any]) -> Person:
    """The person whom this login knows, by its number; the first time by an address that it confirmed."""
    person = queries.person_by_subject(session, subject)
    if person is None:
        if not claims.get("email") or claims.get("email_verified") is not True:
            raise LoginFailed(NO_ADDRESS)
        person = add_person(session, claims["email"])
        if person.oidc_subject is not None:
            raise Conflict(OTHER_PERSON)
        person.oidc_subject = subject
    person.name = person.name or (str(claims.get("name") or "").strip()[:100] or None)
    session.flush()
    return person


def stopped() -> GeoServiceError:
    """Somebody pressed cancel at the login, or it did not let them in."""
    return LoginFailed(REFUSED)
