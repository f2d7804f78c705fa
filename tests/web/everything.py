"""A town in which everything that pages are about exists once, all addresses of pages, and what a browser can be made to send."""

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from fastapi.routing import APIRoute
from PIL import Image
from sqlalchemy import text

from geo_service.db.engine import transaction
from geo_service.initiatives import photos
from geo_service.maintenance import incidents, service
from geo_service.maintenance.schemas import TaskAsked, Told
from geo_service.notifications.schemas import Sender
from geo_service.web.pages import FOR_VISITORS, PAGES
from tests.keepers import Place, settle
from tests.residents import DAY, ask, plot

ROUTES = [route for router in (*FOR_VISITORS, *PAGES) for route in router.routes if isinstance(route, APIRoute)]
READ = sorted({route.path for route in ROUTES if "GET" in route.methods})
SENT = sorted({route.path for route in ROUTES if "POST" in route.methods})
NAME, EMAIL, WORDS = "Name of resident", "resident@example.org", "Mijn rug is op"


@dataclass(frozen=True)
class Everything:
    """The town, and what stands in addresses: by the name of the part of the path."""

    place: Place
    parts: dict[str, str]

    def address(self, path: str, **other: str) -> str:
        """An address of a page, about what there is."""
        parts = {**self.parts, "secret": "x" * 43, **other}
        return re.sub(r"\{(\w+)\}", lambda part: parts[part[1]], path)


def png() -> bytes:
    """A small photo."""
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(file, "PNG")
    return file.getvalue()


def fill(server, municipality) -> Everything:
    """A plot with a task, a photo, work, a pause after a call for help, and a request by somebody else."""
    place, now = settle(server, municipality), datetime.now(UTC)
    resident, kept = place.town.resident, place.kept
    with transaction(place.database.sessions) as session:
        asked = ask(session, place.town.neighbour, plot(400, 10, 20), municipality, now, initiative_name="Buren van de Hof")
        task = service.add_task(session, resident, kept.id, TaskAsked("Snoeien", (now + 3 * DAY).date()), now)
        told = Told("take_over", WORDS, until=(now + 30 * DAY).date())
        call = incidents.tell(session, resident, kept.id, told, Sender(municipality, "https://zelfbeheer.example", now), "nl")
        photo = photos.take(session, kept.initiative_id, resident.person_id, png(), "Bloei", now, public=False)
        slug = session.execute(text("select slug from geo.initiative where id = :id"), {"id": kept.initiative_id}).scalar_one()
        pause = session.execute(text("select id from geo.pause where adoption_id = :id"), {"id": kept.id}).scalar_one()
        parts = {
            "code": kept.plot_code,
            "slug": slug,
            "task_id": str(task.id),
            "incident_id": str(call.id),
            "pause_id": str(pause),
            "photo_id": str(photo.id),
            "adoption_id": str(asked.id),
            "object_id": "G3",
            "map_id": "dekking",
            "message_id": str(uuid4()),
            "name": "site.css",
        }
    return Everything(place, parts)
