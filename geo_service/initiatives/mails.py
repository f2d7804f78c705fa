"""The mails of initiatives, and how they are posted."""

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy.orm import Session

from geo_service.errors import N_
from geo_service.notifications.schemas import Mail, Sender
from geo_service.notifications.service import post as post_mail
from geo_service.words import Language

Post = Callable[..., None]
"""``post(to_email, mail, path, person=None, **values)``, as ``postman`` makes it."""

JOIN = Mail(
    N_("Confirm that you want to join {name}"),
    (N_("You want to join {name}. Confirm this with the button below. Then the contact of the group sees your address."),
     N_("Was this not you? Then you need do nothing.")),
    action=(N_("Yes, I join"), ""),
)  # fmt: skip
SOMEBODY_JOINS = Mail(
    N_("Somebody wants to join {name}"),
    (N_("Somebody wants to join {name}. Look who it is, and let this person join."),),
    action=(N_("Look who it is"), ""),
)
WELCOME = Mail(
    N_("You belong to {name}"),
    (N_("You belong to {name} from today. On the page you see what the group does."),),
    action=(N_("Go to the page"), ""),
)
NOT_NOW = Mail(
    N_("{name} is not looking for people now"),
    (N_("You wanted to join {name}. The group cannot use help at this moment. Thank you for asking."),
     N_("There are other initiatives near you.")),
    action=(N_("Look at other initiatives"), ""),
)  # fmt: skip
INVITATION = Mail(
    N_("Do you join {name}?"),
    (N_("{name} invites you to look after public green together. Green fingers are not needed."),
     N_("The invitation is good for two weeks.")),
    action=(N_("Look at the invitation"), ""),
)  # fmt: skip
REMOVED = Mail(
    N_("You do not belong to {name} any more"),
    (N_("The contact of {name} took you off the list of members."), N_("The contact wrote: {word}")),
    action=(N_("Look at other initiatives"), ""),
)
BE_CONTACT = Mail(
    N_("Will you be the contact of {name}?"),
    (N_("The contact of {name} asks you to take this role over. You are then the one whom the municipality writes to."),
     N_("You may say no.")),
    action=(N_("Answer"), ""),
)  # fmt: skip
HANDED_OVER = Mail(
    N_("Somebody else is now the contact of {name}"),
    (N_("The member whom you asked said yes. You are not the contact of {name} any more. You still belong to the group."),),
    action=(N_("Go to the members"), ""),
)
NOT_HANDED_OVER = Mail(
    N_("You are still the contact of {name}"),
    (N_("The member whom you asked said no. You are still the contact of {name}. You can ask somebody else."),),
    action=(N_("Go to the members"), ""),
)
MESSAGE = Mail(
    N_("Message of {name}"),
    (N_("{author} wrote to all members:"), N_("{body}"), N_("You can switch these mails off on the page of the group.")),
    action=(N_("Go to the messages"), ""),
)
CONFIRM_IDEA = Mail(
    N_("Confirm your idea: {name}"),
    (N_("You put an idea on the map: {name}. Confirm it with the button below. Then everybody can see it, and neighbours can join."),
     N_("Was this not you? Then you need do nothing.")),
    action=(N_("Put my idea on the map"), ""),
)  # fmt: skip
IDEA_HIDDEN = Mail(
    N_("Your idea is not on the map any more"),
    (N_("The municipality took your idea {name} off the map."), N_("The reason: {reason}")),
    action=(N_("Go to my plots"), ""),
)


def postman(session: Session, sender: Sender, language: Language) -> Post:
    """Posts mails in this transaction; a person who is known gets their own language, others that of the page."""

    def post(email: str, mail: Mail, path: str, person: Any = None, **values: Any) -> None:
        assert mail.action is not None
        filled = Mail(mail.subject, mail.paragraphs, values, (mail.action[0], path))
        speaks = cast("Language", person.language) if person else language
        post_mail(session, email, filled, sender, speaks)

    return post
