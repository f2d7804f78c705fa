"""What the tables that hold something of a person are called by that person."""

from geo_service.errors import N_

KINDS = {
    "role_grant": N_("What you are here: resident, or staff"),
    "token": N_("Keys for programs (only a digest)"),
    "browser_session": N_("Devices where you are signed in"),
    "mailed_link": N_("Links that we mailed you (only a digest)"),
    "message": N_("Mails to you"),
    "event": N_("What you did, with the time"),
    "idempotency_key": N_("Requests of your programs"),
    "initiative": N_("Initiatives that you are the contact of"),
    "initiative_member": N_("Initiatives that you take part in"),
    "initiative_joiner": N_("Initiatives that you want to join"),
    "contact_offer": N_("Initiatives that asked you to be their contact"),
    "member_message": N_("Messages to your group"),
    "photo": N_("Photos that you made"),
    "request_form": N_("Requests for ground, with what you agreed to"),
    "agreement": N_("Agreements that you made as staff"),
    "agreement_signature": N_("Agreements that you signed"),
    "support_printing": N_("Door cards that you printed"),
    "task": N_("Tasks that you planned or did"),
    "work": N_("Work that you told us about"),
    "incident": N_("What you asked or told the municipality about your plot"),
}
