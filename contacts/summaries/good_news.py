"""When homes heard good news, noted as told or by a contact that reached a carer: every page asks here."""

from collections.abc import Iterable

from behaviour.models import GoodNews
from contacts.models import Contact, Purpose
from contacts.querysets.contacts import ContactQuerySet
from pastoral.core.models import User
from pastoral.core.withdrawal import WithdrawableQuerySet

# A row for each time: the student's key and the day. students: the keys; zone: the school's.
HEARD = """
    SELECT student_id, told_on AS day FROM behaviour_goodnews
     WHERE student_id = ANY(%(students)s) AND withdrawn_at IS NULL
     UNION ALL
    SELECT student_id, (occurred_at AT TIME ZONE %(zone)s)::date FROM contacts_contact
     WHERE student_id = ANY(%(students)s) AND withdrawn_at IS NULL
       AND is_with_carer AND result = 'reached' AND purpose = 'good_news'
"""


def good_news_noted() -> WithdrawableQuerySet[GoodNews]:
    """Return what was noted as told, of anybody: the first half of HEARD."""
    return GoodNews.objects.standing()


def good_news_reached() -> ContactQuerySet:
    """Return the contacts for good news that reached a parent or carer, of anybody: the other half of HEARD."""
    return Contact.objects.standing(purpose=Purpose.GOOD_NEWS).reached().with_carers()


def good_news_calls(user: User, students: Iterable[int]) -> ContactQuerySet:
    """Return those contacts about these students that the person may read."""
    return good_news_reached().visible_to(user).filter(student__in=list(students))
