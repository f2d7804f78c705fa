"""Photos that residents send in: decoded, so that only a real picture is kept, and drawn anew without anything that came with it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Session

from geo_service.errors import N_, InvalidInput, fault
from geo_service.initiatives.models import Photo, PhotoImage

LARGEST_FILE = 12 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONG_SIDES = {"large": 1600, "small": 480}
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/webp"
QUALITY = 80
LONGEST_CAPTION = 200
OF_APPLE = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
DECODING = BoundedSemaphore(2)
"""A picture in memory is a hundred times its file; no more than these at once."""

NONE = N_("Choose a photo.")
TOO_BIG = N_("This photo is too large. Choose a photo of at most {most} MB.")
TOO_MANY_PIXELS = N_("This photo has too many pixels. Choose a photo of at most {most} million pixels.")
HEIC = N_("This is a HEIC or AVIF photo. We cannot read it. Save it as JPEG first, or send a screenshot of it.")
NOT_A_PICTURE = N_("This is not a photo that we can read. Choose a JPEG, PNG or WebP file.")
CAPTION_TOO_LONG = N_("Use at most {most} characters.")


def take(
    session: Session, initiative_id: UUID, person_id: UUID | None, upload: bytes, caption: str, now: datetime, *, public: bool = True
) -> Photo:
    """Keep a photo in two sizes. ``public`` photos are seen by everybody, others by members and staff.

    InvalidInput (``foto``, ``bijschrift``) when it is no JPEG, PNG or WebP by its content, is damaged, or is too large.
    The caller checks who may do this.
    """
    if len(caption) > LONGEST_CAPTION:
        raise _wrong(CAPTION_TOO_LONG, "bijschrift", most=LONGEST_CAPTION)
    picture = read(upload)
    photo = Photo(initiative_id=initiative_id, person_id=person_id, caption=caption, public=public, taken_in_at=now)
    session.add(photo)
    session.flush()
    for size, long_side in LONG_SIDES.items():
        content, width, height = drawn(picture, long_side)
        session.add(PhotoImage(photo_id=photo.id, size=size, width=width, height=height, content=content))
    session.flush()
    return photo


def read(upload: bytes) -> Image.Image:
    """The picture in a file, upright and in RGB, at most as large as we keep; transparent parts become white."""
    if not upload:
        raise _wrong(NONE)
    if len(upload) > LARGEST_FILE:
        raise _wrong(TOO_BIG, most=LARGEST_FILE // 2**20)
    if upload[4:8] == b"ftyp" and upload[8:12] in OF_APPLE:
        raise _wrong(HEIC)
    with DECODING, _readable(), Image.open(io.BytesIO(upload), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:  # known before anything is decoded
            raise _wrong(TOO_MANY_PIXELS, most=MOST_PIXELS // 1_000_000)
        longest = max(LONG_SIDES.values())
        opened.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        return _on_white(upright)


def drawn(picture: Image.Image, long_side: int) -> tuple[bytes, int, int]:
    """A picture as WebP no longer than ``long_side``, with its width and height."""
    smaller = picture.copy()
    smaller.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    smaller.save(file, "WEBP", quality=QUALITY, method=4)
    return file.getvalue(), smaller.width, smaller.height


def _on_white(picture: Image.Image) -> Image.Image:
    """Pixels alone, in a new picture: EXIF, GPS, profiles and comments stay behind."""
    seen = picture.convert("RGBA")
    clean = Image.new("RGB", seen.size, "white")
    clean.paste(seen, mask=seen.getchannel("A"))
    return clean


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except Image.DecompressionBombError:
        raise _wrong(TOO_MANY_PIXELS, most=MOST_PIXELS // 1_000_000) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise _wrong(NOT_A_PICTURE) from None


def _wrong(text: str, where: str = "foto", **values: int) -> InvalidInput:
    return InvalidInput(details={"errors": [fault(where, text, **values)]})
