"""Everything that can go wrong for a user, as exceptions without HTTP.

An error has a stable ``code``, English text with named places, and the values for these places. Texts are translated where they are
shown (``geo_service.words``); ``web/problems.py`` has the one table from error to status.
"""

from typing import Any


def N_(text: str) -> str:
    """Mark a text for translation without translating it here."""
    return text


def fault(where: str, text: str, **values: Any) -> dict[str, Any]:
    """One thing that is wrong with what was sent, and where. The English text is translated where it is told."""
    return {"where": where, "text": text, "values": values}


class GeoServiceError(Exception):
    """The root. ``details`` travels to the user as data (conflicts, rules, faults)."""

    code = "error"
    text = N_("Something went wrong.")

    def __init__(self, text: str | None = None, *, details: dict[str, Any] | None = None, **values: Any) -> None:
        self.text = text or type(self).text
        self.values = values
        self.details = details or {}
        super().__init__(self.text.format(**values) if values else self.text)


class InvalidInput(GeoServiceError):
    """What was sent cannot be understood. ``details["errors"]`` lists all faults (``fault(…)``)."""

    code = "invalid-input"
    text = N_("The input is not valid.")


class InvalidFilter(InvalidInput):
    """A filter that cannot be read or worked out. ``details["place"]``: ``line:column``, or a path such as ``$.args[0]`` in JSON."""

    code = "invalid-filter"
    text = N_("The filter is not valid.")


class InvalidGeometry(InvalidInput):
    """A geometry that is no usable area in the Netherlands."""

    code = "invalid-geometry"
    text = N_("The geometry is not valid.")


class UnusableSource(InvalidInput):
    """A file that cannot be imported; the text says what to do."""

    code = "unusable-source"
    text = N_("This file cannot be imported.")


class TooLarge(GeoServiceError):
    """More than the service takes at once."""

    code = "too-large"
    text = N_("This is too large.")


class NotAcceptable(GeoServiceError):
    """None of the formats that were asked for can be made."""

    code = "not-acceptable"
    text = N_("This can be had as: {formats}.")


class RangeNotSatisfiable(GeoServiceError):
    """A part of a file that lies beyond its end; ``size`` in bytes."""

    code = "range-not-satisfiable"
    text = N_("The file has no such part; it has {size} bytes.")


class WrongMediaType(GeoServiceError):
    """A body of a kind that is not taken here."""

    code = "wrong-media-type"
    text = N_("Send JSON or GeoJSON.")


class TooManyRequests(GeoServiceError):
    """Asked too often; ``retry_after`` in seconds."""

    code = "too-many-requests"
    text = N_("Too many requests. Try again in {retry_after} seconds.")


class Busy(GeoServiceError):
    """Others work on the same at this moment; trying again helps."""

    code = "busy"
    text = N_("Others are working on the same ground. Try again in a moment.")


class NotSignedIn(GeoServiceError):
    """No token, or one that is unknown, ended or taken back."""

    code = "not-signed-in"
    text = N_("A valid token is needed: Authorization: Bearer …")


class NotAllowed(GeoServiceError):
    """Known, but not allowed to do this."""

    code = "not-allowed"
    text = N_("You may not do this.")


class NotFound(GeoServiceError):
    """There is no such thing, or none that the asker may see."""

    code = "not-found"
    text = N_("Not found.")


class LinkGone(GeoServiceError):
    """A mailed link that cannot be used (any more). ``details["why"]``: ``used``, ``over`` or ``unknown``."""

    code = "link-gone"
    text = N_("This link cannot be used any more.")


class LoginFailed(GeoServiceError):
    """The municipality's own login did not answer, or not in a way that can be trusted. Nobody is signed in."""

    code = "login-failed"
    text = N_("Signing in did not work.")


class Conflict(GeoServiceError):
    """It cannot be done as things stand."""

    code = "conflict"
    text = N_("This cannot be done now.")


class RuleForbids(Conflict):
    """A rule of the municipality forbids the plot. ``details["rules"]`` holds the whole decision."""

    code = "rule-forbids"
    text = N_("A rule does not allow this plot.")


class GroundTaken(Conflict):
    """Ground that is granted to someone else. ``details["conflicts"]``: ``[{"plot", "overlapM2"}]``."""

    code = "ground-taken"
    text = N_("Someone else already looks after this. {m2} m² of your plot lies over {plots}. Ask if you can join in.")


class GroundAskedFor(Conflict):
    """Ground that others asked for before. ``details["claims"]``: ``[{"plot", "overlapM2"}]``, with whom one can join."""

    code = "ground-asked-for"
    text = N_("Someone already asked for this. {m2} m² of your plot lies over {plots}. Ask if you can join in.")


class WrongState(Conflict):
    """No such step from this state. ``details["allowed"]``: the states that can follow for this person."""

    code = "wrong-state"
    text = N_("This step is not possible now.")


class Outdated(GeoServiceError):
    """Somebody else changed it after the editor saw it; nothing was written."""

    code = "outdated"
    text = N_("Somebody changed this after you fetched it. Fetch it again, and make your change on what is there now.")


class PreconditionNeeded(GeoServiceError):
    """A change that does not tell what it is a change of."""

    code = "precondition-needed"
    text = N_("Tell which version you change: If-Match with the ETag that you got.")


class KeyReused(Conflict):
    """An Idempotency-Key that this person used for another request."""

    code = "key-reused"
    text = N_("This Idempotency-Key was used for another request. Choose a new one.")


class SetupError(GeoServiceError):
    """The installation or a file on disk cannot be used; the text says what to do, to whoever keeps it. Others are told ``public``."""

    code = "setup"
    public = N_("Something went wrong on our side. Nothing was changed.")


class RasterLost(SetupError):
    """The file of a raster is gone, or is not the one that was registered."""

    code = "raster-lost"
    public = N_("The file of {layer} for {shown} is missing or damaged, so this cannot be shown. Whoever keeps this service was told.")
