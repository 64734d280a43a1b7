"""Traps of letters and e-mails that other products fell into: product.md C3."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from contacts.models import Message
from contacts.services.messages import Mail, NoRecipient, message_queue
from pastoral.core.rights import Role
from tests.factories import enrol, staff
from tests.families import carer


def test_t22_a_message_to_nobody_is_an_error(seeded, friday):
    (kai,), head = enrol("9B"), staff(Role.HEAD_OF_YEAR, 9)
    for email in ("", "   ", "ngozi at home"):
        mother = carer(kai, email=email)
        mail = Mail("x", "y", person=mother, student=kai)
        with pytest.raises(NoRecipient, match="no e-mail address"):
            message_queue(mail=mail, token=uuid4(), by=head, now=timezone.now())
    with pytest.raises(NoRecipient):
        message_queue(mail=Mail("x", "y"), token=uuid4(), by=head, now=timezone.now())
    assert not Message.objects.exists()
    with pytest.raises(IntegrityError, match="message_to_somebody"), transaction.atomic():
        Message.objects.create(token=uuid4(), to="", subject="x", body="y", message_id="<1@x>", made_by=head)
