"""Photos: only real pictures are kept, nothing of what came with them is, and who may see them."""

import io
import struct
import zlib
from uuid import uuid4

import httpx2 as httpx
import pytest
from PIL import Image
from sqlalchemy import text

from geo_service.db.engine import transaction
from geo_service.errors import InvalidInput
from geo_service.initiatives import photos
from geo_service.initiatives.models import Photo
from geo_service.initiatives.queries import photo_image
from tests.builders import add_adoption, add_initiative, box
from tests.residents import NOW

GPS = {1: "N", 2: (52.0, 20.0, 12.5), 3: "E", 4: (5.0, 13.0, 30.25)}


def jpeg(width=2400, height=1200, turned=1) -> bytes:
    """A photo as a phone makes it: lying on its side, with a place, a maker and a comment in it. Left half red, right half blue."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, "Phone of Anna Jansen"
    exif.get_ifd(0x8825).update(GPS)
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, comment=b"Hazelhof 12", quality=90)
    return file.getvalue()


def refused(upload: bytes) -> str:
    with pytest.raises(InvalidInput) as told:
        photos.read(upload)
    return str(told.value.details["errors"][0]["text"])


def bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes that says it is ``side`` pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


def test_nothing_that_came_with_a_photo_is_kept(session):
    upload = jpeg(turned=6)
    assert b"Anna Jansen" in upload
    assert b"Hazelhof" in upload
    taken = photos.take(session, add_initiative(session), None, upload, "Ons hof", NOW)
    for size, long_side in photos.LONG_SIDES.items():
        kept = photo_image(session, taken.id, size)
        assert kept is not None
        assert not any(trace in kept for trace in (b"Anna", b"Hazelhof", b"EXIF", b"Exif", b"XMP", b"ICCP"))
        with Image.open(io.BytesIO(kept)) as picture:
            assert picture.format == "WEBP"
            assert not picture.getexif()
            assert picture.size == (long_side // 2, long_side)
            top, bottom = picture.getpixel((10, 10)), picture.getpixel((10, picture.height - 10))
        assert (top[0] > 200, bottom[2] > 200) == (True, True), "upright: the left half is on top"


def test_a_picture_with_holes_gets_white_and_a_small_one_is_not_blown_up(session):
    file = io.BytesIO()
    Image.new("RGBA", (60, 30), (255, 0, 0, 0)).save(file, "PNG")
    taken = photos.read(file.getvalue())
    assert taken.size == (60, 30)
    assert taken.getpixel((5, 5)) == (255, 255, 255)


def test_what_is_no_photo_is_refused_with_the_reason():
    assert refused(b"") == photos.NONE
    assert refused(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>') == photos.NOT_A_PICTURE
    assert refused(b"%PDF-1.7 no picture") == photos.NOT_A_PICTURE
    assert refused(jpeg()[:4000]) == photos.NOT_A_PICTURE, "truncated"
    assert refused(b"\0\0\0\x18ftypheic" + bytes(100)) == photos.HEIC
    assert refused(bomb(60_000)) == photos.TOO_MANY_PIXELS
    assert refused(bomb(10_000)) == photos.TOO_MANY_PIXELS
    assert refused(bomb(3_000)) == photos.NOT_A_PICTURE, "less in it than it says"
    assert refused(bytes(photos.LARGEST_FILE + 1)) == photos.TOO_BIG
    gif = io.BytesIO()
    Image.new("P", (4, 4)).save(gif, "GIF")
    assert refused(gif.getvalue()) == photos.NOT_A_PICTURE


def test_everybody_sees_what_is_public_and_nobody_what_is_not(module_server):
    with transaction(module_server.database.sessions) as session:
        known, unknown = add_initiative(session), add_initiative(session)
        add_adoption(session, box(0, 0, 20), initiative_id=known)
        small = jpeg(300, 200)
        shown = photos.take(session, known, None, small, "", NOW).id
        hidden = photos.take(session, known, None, small, "", NOW).id
        session.get_one(Photo, hidden).hidden_at = NOW
        for_members = photos.take(session, known, None, small, "", NOW, public=False).id
        of_unknown = photos.take(session, unknown, None, small, "", NOW).id
    with httpx.Client(base_url=module_server.url) as client:
        answer = client.get(f"/foto/{shown}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert answer.headers["cache-control"] == "public, max-age=3600"
        assert client.get(f"/foto/{shown}", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
        assert len(client.get(f"/foto/{shown}/klein").content) <= len(answer.content)
        for other in (hidden, for_members, of_unknown, uuid4()):
            assert client.get(f"/foto/{other}").status_code == 404
        assert client.get("/foto/x").status_code == 400


def test_only_forms_with_photos_take_large_bodies(module_server):
    body = bytes(3 * 2**20)
    with httpx.Client(base_url=module_server.url) as client:
        assert client.post("/api/v1/plot-checks", content=body).status_code == 413
        assert client.post("/initiatief/geen/fotos", content=body).status_code != 413
        assert client.post("/initiatief/geen/fotos", content=bytes(26 * 2**20)).status_code == 413


def test_the_history_of_a_photo_holds_no_picture(session):
    photos.take(session, add_initiative(session), None, jpeg(300, 200), "", NOW)
    events = session.execute(text("select after from geo.event where subject = 'photo'")).scalars().all()
    assert len(events) == 1
    assert "content" not in events[0]
