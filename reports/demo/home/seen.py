"""Students of the demo school who were seen, those on target lists, events for families, and what homes wish."""

from datetime import time, timedelta

from contacts.models import Channel, EventPlace, FamilyWish, ParentEvent, Seen, TargetStudent
from contacts.services.events import Occasion, event_make, place_answer, place_came
from contacts.services.targets import Promise, targets_agree
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at
from reports.demo.conduct import token, tutor_of
from reports.demo.home.people import Homes
from reports.demo.home.stories import SEEN
from students.models import CalendarSpan

UNSEEN = 0.09  # of students: the quiet ones, whom nobody saw alone this half term
DAYS = 29


def students_see(cast: Cast) -> int:
    """Have tutors and year teams see most students within six weeks; some are to be seen again, some should have."""
    if Seen.objects.exists():
        return 0
    homes, days, made = Homes.of(cast, "seen"), cast.days_back(DAYS), list[Seen]()
    jobs = ("tutor", "tutor", "tutor", "manager", "year")
    for n, (key, member) in enumerate(homes.members.items()):
        if homes.chance.random() < UNSEEN:
            continue
        reason, words = homes.chance.choice(SEEN)
        day = homes.chance.choice(days)
        when = at(day, 8, 35) + timedelta(minutes=homes.chance.randrange(380) if day < cast.day else 10)
        by = homes.who(homes.chance.choice(jobs), member)
        review = cast.ahead(n % 9 + 1) if n % 11 == 3 else cast.days_back(5)[0] if n % 31 == 7 else None
        made.append(
            Seen(token=token(homes.concern, n), student_id=key, seen_at=when, logged_at=when + timedelta(minutes=2),
                 by=by, reason=reason, narrative=words, review_on=review if review and review > day else None)
        )  # fmt: skip
    return len(Seen.objects.bulk_create(made))


BECAUSE = ("Attendance under 90 %, and no reply since September", "New to the school, home not met yet",
           "Back from a suspension", "On the edge of persistent absence")  # fmt: skip


def targets_list(cast: Cast) -> int:
    """Put a few students of each year on the list of the half term, with how often home is rung."""
    if TargetStudent.objects.exists():
        return 0
    term = CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM, first_day__lte=cast.day, last_day__gte=cast.day)
    span, homes = term.first(), Homes.of(cast, "target")
    if span is None:
        return 0
    for n, member in enumerate(homes.some(25, least=2)):
        owner = homes.who(("manager", "year", "tutor")[n % 3], member)
        promise = Promise(span.first_day, span.last_day, 1 + n % 2, BECAUSE[n % len(BECAUSE)], owner)
        by, now = homes.who("year", member), at(cast.days_back(10)[0], 16)
        targets_agree(students=[homes.students[member.student_id]], promise=promise, token=token("target", n),
                      by=by, now=now)  # fmt: skip
    return TargetStudent.objects.count()


def events_hold(cast: Cast) -> int:
    """Hold a coffee morning for one year, with who came, and ask families to an evening to come."""
    if ParentEvent.objects.exists():
        return 0
    homes, by = Homes.of(cast, "event"), cast.holder(Role.HEAD_OF_YEAR, 9)
    year = next((member.year for member in cast.roll if member.year == 9), cast.roll[0].year)
    asked = [homes.students[key] for key, member in homes.members.items() if member.year == year][:45]
    day = cast.days_back(8)[0]
    past = Occasion("Year 9 coffee morning: sleep and screens", day, time(9), "Library")
    event = event_make(occasion=past, students=asked, token=token("event", 0), by=by, now=at(day, 8))
    for n, place in enumerate(EventPlace.objects.filter(event=event).select_related("student").order_by("student")):
        carer = homes.carer(place.student_id)
        if n % 3 < 2:
            place_answer(place=place, answer="coming" if n % 3 == 0 else "not_coming")
        if n % 3 == 0 and carer:
            place_came(place=place, person=homes.people[carer.parent_carer_id], by=by, now=at(day, 10))
    ahead = Occasion("Options evening", cast.ahead(7), time(17, 30), "Main hall")
    event = event_make(occasion=ahead, students=asked, token=token("event", 1), by=by, now=at(cast.day, 9))
    places = EventPlace.objects.filter(event=event).order_by("student").values_list("pk", flat=True)
    EventPlace.objects.filter(pk__in=list(places)[::2]).update(answer="coming")
    return ParentEvent.objects.count()


WISHES = (
    (Channel.TEXT, "", False, "works nights, after 14:00"), (Channel.EMAIL, "", False, ""),
    (Channel.PHONE, "Urdu", True, ""), (Channel.PHONE, "Polish", False, "before 8:30 or after 16:30"),
    (Channel.LETTER, "", False, ""), (Channel.PHONE, "Romanian", True, "lunch time"),
)  # fmt: skip


def wishes_note(cast: Cast) -> int:
    """Note how some homes want to be contacted."""
    if FamilyWish.objects.exists():
        return 0
    homes, made = Homes.of(cast, "wish"), dict[int, FamilyWish]()
    for n, member in enumerate(homes.some(45)):
        channel, language, needs, best = WISHES[n % len(WISHES)]
        carer = homes.carer(member.student_id)
        if carer and carer.parent_carer_id not in made:
            made[carer.parent_carer_id] = FamilyWish(
                parent_carer_id=carer.parent_carer_id, channel=channel, language=language, needs_interpreter=needs,
                best_time=best, said_by=tutor_of(cast, member), said_at=at(cast.days_back(30)[0], 15),
            )  # fmt: skip
    return len(FamilyWish.objects.bulk_create(made.values()))
