"""T16 of product.md C3, work handed on and credited to whoever has it now: owner and author stand apart."""

from datetime import date, timedelta

from django.apps import apps
from django.utils import timezone

from attendance.models import TruancyFollowUp
from attendance.services.truancy import truancy_end, truancy_hand_over, truancy_take
from pastoral.core.history import acting
from pastoral.core.rights import Role
from tests.factories import enrol, staff


def test_t16_a_task_handed_on_keeps_who_had_it_and_who_ended_it(seeded: int, friday: date) -> None:
    """CASA: a case handed on credited the new worker with all that the one before had done."""
    (student,) = enrol("9B")
    first, second, helper = (staff(Role.HEAD_OF_YEAR, 9) for _ in range(3))
    now = timezone.now()
    with acting(first, reason="on the round"):
        taken = truancy_take(student=student, day=friday, period="P3", by=first, now=now)
    with acting(helper, reason="covers the corridor"):
        truancy_hand_over(follow_up=taken, to=second, now=now + timedelta(minutes=5))
    with acting(second, reason="found him"):
        truancy_end(
            student=student, day=friday, period="P3", outcome="found", note="In the library", by=second, now=now
        )
    held = TruancyFollowUp.objects.get()
    assert (held.owner, held.ended_by) == (second, second)
    before = apps.get_model("attendance", "TruancyFollowUpEvent").objects.order_by("pgh_id")
    assert [event.owner_id for event in before] == [first.pk, second.pk]
    assert [event.pgh_context.metadata["user"] for event in before] == [helper.pk, second.pk]
