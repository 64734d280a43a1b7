"""What becomes of an enquiry when the e-mail that acknowledged it does not arrive: its sender is owed one again."""

from contacts.models import Channel, Enquiry, Message, Result


def acknowledgement_lost(message: Message) -> None:
    """Note in the caller's transaction that nobody was told: the enquiry is owed its acknowledgement again.

    One that is closed or withdrawn was dealt with otherwise, and so was one that was acknowledged since by other ways.
    """
    by_mail = Enquiry.objects.standing(pk=message.enquiry_id, acknowledged_how=Channel.EMAIL, closed_at=None)
    for held in by_mail.select_for_update(of=("self",)).select_related("acknowledgement"):
        contact = held.acknowledgement
        if contact and contact.result == Result.SENT:  # of one that was put to a student after it was sent
            contact.result = Result.WRONG_NUMBER
            contact.save(update_fields=["result"])
        held.acknowledged_at, held.acknowledged_by, held.acknowledgement, held.acknowledged_how = None, None, None, ""
        held.save()


def acknowledgement_went(message: Message) -> None:
    """Note in the caller's transaction that the e-mail went after all, where nobody has acknowledged otherwise."""
    if message.contact and message.contact.withdrawn_at:
        return
    owed = Enquiry.objects.standing(pk=message.enquiry_id, acknowledged_at=None)
    for held in owed.select_for_update(of=("self",)):
        held.acknowledged_at, held.acknowledged_by = message.sent_at, message.made_by
        held.acknowledgement, held.acknowledged_how = message.contact, Channel.EMAIL
        held.save()
