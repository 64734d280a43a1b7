"""What families and others asked of the demo school: acknowledged and closed, open on the desk, and some of today."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from contacts.models import Channel, Enquiry
from contacts.services.acknowledging import Reply, enquiry_acknowledge
from contacts.services.enquiries import Sender, Taken, enquiry_close, enquiry_take
from contacts.summaries.acknowledgement import usual_reply
from pastoral.core.models import User
from reports.demo.cast import Cast, at
from reports.demo.conduct import token
from reports.demo.home.contacts import school_days
from reports.demo.home.people import Homes
from reports.demo.home.stories import ASKS, FROM_NOBODY, OPEN_ASKS, Ask
from students.models import ParentCarer, ParentCarerLink, Student
from students.summaries import RollEntry

BARRED = Ask(Enquiry.Topic.ADMINISTRATION, Channel.PHONE, "Asks for {name}'s timetable and when school is out.", "")
SLOW = 9  # every ninth is acknowledged a day late


class Came(NamedTuple):
    """One that came in: from whom, when, and who took it."""

    ask: Ask
    sender: Sender
    at: datetime
    by: User
    owner: User
    name: str = ""


def order_note(cast: Cast) -> int:
    """Put a father whom a court order bars on the record of one student, unless the import holds somebody barred."""
    if ParentCarerLink.objects.filter(has_court_order=True, student__in=[each.student_id for each in cast.roll]):
        return 0
    student = cast.some(1, start=7)[0]
    person = ParentCarer.objects.create(
        title="Mr", forename="Dale", surname="Croft", mobile="07700 900461", address="14 Canal Street"
    )
    number = ParentCarerLink.objects.filter(student=student.student_id).count()
    ParentCarerLink.objects.create(
        student_id=student.student_id, parent_carer=person, relationship="Father", priority=number + 9,
        has_parental_responsibility=True, has_court_order=True,
    )  # fmt: skip
    return 1


def enquiries_take(cast: Cast) -> int:
    """Take in the term's enquiries, answer and close them; those of the last days are still on the desk."""
    if Enquiry.objects.exists():
        return 0
    homes = Homes.of(cast, "enquiry")
    for n, came in enumerate([*_past(homes), *_lately(homes)]):
        words = came.ask.words.format(name=came.name)
        taken = Taken(came.sender, came.at, came.ask.channel, came.ask.topic, words, came.ask.is_urgent)
        follow_up = cast.ahead(1 + n % 4) if not came.ask.outcome and n % 2 else None
        enquiry = enquiry_take(
            taken=taken, owner=came.owner, token=token("enquiry", n), by=came.by,
            now=came.at + timedelta(minutes=3), follow_up_on=follow_up,
        )  # fmt: skip
        if came.ask.outcome:
            _ended(cast, enquiry, came, n)
    return Enquiry.objects.count()


def _past(homes: Homes) -> list[Came]:
    days = school_days(homes.cast)
    number = max(len(OPEN_ASKS), homes.cast.share(48))
    members = homes.some(1000)[:number]
    first = max(len(days) - 1, 1)
    return [_from_home(homes, member, ASKS[n % len(ASKS)], days[n * 7 % first]) for n, member in enumerate(members)]


def _lately(homes: Homes) -> list[Came]:
    """Return what is open: of the last school day, of nobody yet looked up, of somebody barred, and of this night."""
    cast, found = homes.cast, []
    for n, (member, ask) in enumerate(zip(homes.some(1000), OPEN_ASKS, strict=False)):
        day = cast.days_back(3)[-1 - n % 2]
        found.append(_from_home(homes, member, ask, day))
    office = homes.who("office", cast.students[0])
    for n, ask in enumerate(FROM_NOBODY):
        found.append(Came(ask, Sender(None, name="Caller who gave no name" if n == 0 else "Mrs Tamsin Oyelaran"),
                          at(cast.day, 14, 20 + n), office, office))  # fmt: skip
    night = homes.some(1000)[-1]
    late = _from_home(homes, night, OPEN_ASKS[1], cast.day)
    found.append(late._replace(at=at(cast.today, 0, 20), by=office))
    return found + _barred(homes, office)


def _barred(homes: Homes, office: User) -> list[Came]:
    links = ParentCarerLink.objects.filter(has_court_order=True, student__in=list(homes.members))
    link = links.select_related("student", "parent_carer").order_by("student").first()
    if link is None:
        return []
    sender = Sender(link.student, person=link.parent_carer)
    owner = homes.who("year", homes.members[link.student_id])
    return [Came(BARRED, sender, at(homes.cast.day, 11, 40), office, owner, link.student.forename)]


def _from_home(homes: Homes, member: RollEntry, ask: Ask, day: date) -> Came:
    student: Student = homes.students[member.student_id]
    carer = homes.carer(member.student_id)
    sender = Sender(student, person=homes.people[carer.parent_carer_id] if carer else None, name="A parent")
    when = at(day, 8, 30) + timedelta(minutes=homes.chance.randrange(400))
    owner = homes.who(homes.chance.choice(("year", "manager", "manager")), member)
    return Came(ask, sender, when, homes.who("office", member), owner, member.forename)


def _ended(cast: Cast, enquiry: Enquiry, came: Came, n: int) -> None:
    """Acknowledge it, a few a day late, and close what is older than a week or so with what came of it."""
    later = cast.calendar.between(came.at.date() + timedelta(days=1), cast.day)
    told_at = at(later[0], 9, 10) if n % SLOW == 4 and later else came.at + timedelta(minutes=25 + 11 * n % 90)
    how = Channel.PHONE if usual_reply(enquiry) == Channel.EMAIL else usual_reply(enquiry)
    person = came.sender.person
    to = (person.mobile or person.telephone) if person and how == Channel.PHONE else ""
    enquiry_acknowledge(enquiry=enquiry, reply=Reply(how, to), by=came.owner, now=told_at)
    if len(later) > 4 + n % 5:
        enquiry_close(enquiry=enquiry, outcome=came.ask.outcome, by=came.owner, now=at(later[1 + n % 3], 15, 40))
