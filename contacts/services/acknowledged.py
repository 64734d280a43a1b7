"""What becomes of an enquiry when the e-mail that acknowledged it does not arrive: its sender is owed one again."""

from django.db.models import Q

from contacts.models import Channel, Contact, Enquiry, Message


def acknowledgement_lost(message: Message) -> list[Contact]:
    """Note in the caller's transaction that nobody was told: the enquiry is owed its acknowledgement again.

    Returns the contacts that said so. One that is closed or withdrawn was dealt with otherwise, and so was one that was
    acknowledged since by other ways, or by a later e-mail to somebody else.
    """
    by_mail = Enquiry.objects.standing(pk=message.enquiry_id, acknowledged_how=Channel.EMAIL, closed_at=None)
    last = by_mail.exclude(messages__pk__gt=message.pk).select_related("acknowledgement")
    said = []
    for held in last.select_for_update(of=("self",)):
        if held.acknowledgement:
            said.append(held.acknowledgement)
        held.acknowledged_at, held.acknowledged_by, held.acknowledgement, held.acknowledged_how = None, None, None, ""
        held.save()
    return said


def acknowledgement_went(message: Message) -> None:
    """Note in the caller's transaction that the e-mail went after all, where nobody has acknowledged otherwise."""
    if message.contact and message.contact.withdrawn_at:
        return
    owed = Enquiry.objects.standing(pk=message.enquiry_id, acknowledged_at=None)
    theirs = Q(parent_carer__email__iexact=message.to) | Q(reply_to__iexact=message.to)
    for held in owed.filter(Q(parent_carer=message.parent_carer_id) | theirs).select_for_update(of=("self",)):
        held.acknowledged_at, held.acknowledged_by = message.sent_at, message.made_by
        held.acknowledgement, held.acknowledged_how = message.contact, Channel.EMAIL
        held.save()
