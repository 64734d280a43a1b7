"""Everything that is owed by a moment, as one kind of row: derived from what was done, never stored.

Each kind has the rule by which it counts, in words that stand on its page.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from attendance.summaries.reach import Reached, reached
from behaviour.models import Involvement
from behaviour.summaries.contact_clock import clock_in_force, span_words
from behaviour.summaries.contact_duties import duties_of
from contacts.models import Contact, EarlyHelp, EarlyHelpReview, Enquiry, Information, Seen
from contacts.summaries.acknowledging import AckClock
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day as in_words
from students.summaries import Window

SEEN_WITHIN = timedelta(days=7)  # of the review's date: a student who is away that day is seen when back


@dataclass(frozen=True, slots=True)
class Clocked:
    """One thing owed, as it stands at `now`. who: its student, None for one not looked up. name: as the list has it.

    what: what it is about, without anything that was said. url: the page on which it is done.
    """

    who: Reached | None
    name: str
    what: str
    url: str
    owner_id: int | None
    owner: str
    began_at: datetime
    due_at: datetime
    met_at: datetime | None
    now: datetime
    is_waived: bool = False

    @property
    def year(self) -> int | None:
        """The student's year."""
        return self.who.year if self.who else None

    @property
    def state(self) -> str:
        """How it stands."""
        if self.met_at:
            return "met"
        if self.is_waived:
            return "waived"
        return "overdue" if self.due_at < self.now else "running"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return not self.met_at and not self.is_waived

    @property
    def is_in_time(self) -> bool:
        """Whether it was done before the time was up."""
        return self.met_at is not None and self.met_at <= self.due_at

    @property
    def took(self) -> timedelta:
        """How long it took, or has taken so far; what was done before it began took no time."""
        return max((self.met_at or self.now) - self.began_at, timedelta())

    @property
    def words(self) -> str:
        """How it stands, in words."""
        if self.met_at:
            return f"done after {span_words(self.took)}" + ("" if self.is_in_time else ", late")
        if self.is_waived:
            return "waived"
        late = self.due_at < self.now
        return f"{span_words(self.now - self.due_at)} overdue" if late else f"{span_words(self.due_at - self.now)} left"


@dataclass(frozen=True)
class Clock:
    """One kind of clock: its name, by which rule it counts, and its rows in a window, for one person."""

    slug: str
    name: str
    right: Right
    rule: Callable[[], str]
    rows: Callable[[User, Window, datetime], list[Clocked]]


def clocks_for(user: User) -> list[Clock]:
    """Return the kinds that the person may look at."""
    return [clock for clock in CLOCKS if user.may(clock.right)]


def _calls(user: User, window: Window, now: datetime) -> list[Clocked]:
    owed: Any = Involvement.objects.visible_to(user).owed_contact().overseen_by(user)
    rows = owed.acted_between(window.first, window.last).order_by("acted_at", "pk")
    duties = duties_of(rows, user=user, now=now, on=timezone.localdate(now))
    students = reached(user, {duty.student_id for duty in duties})
    return [
        Clocked(
            who=students.get(duty.student_id),
            name=duty.name,
            what=f"{duty.type}, {in_words(duty.occurred_on)}",
            url=reverse("behaviour:duty_detail", args=[duty.key]),
            owner_id=duty.owner_id,
            owner=duty.owner,
            began_at=duty.acted_at,
            due_at=duty.due_at,
            met_at=duty.reached_at,
            now=now,
            is_waived=duty.state == "waived",
        )
        for duty in duties
    ]


def _acknowledgements(user: User, window: Window, now: datetime) -> list[Clocked]:
    first, after = _moments(window)
    found: Any = Enquiry.objects.visible_to(user).standing(received_at__gte=first, received_at__lt=after).with_sender()
    held: list[Any] = list(found.filter(is_barred=False).order_by("received_at", "pk"))
    students, clock = reached(user, {each.student_id for each in held if each.student_id}), AckClock.load()
    return [
        Clocked(
            who=students.get(each.student_id),
            name=str(each.parent_carer or each.from_name),
            what=each.get_topic_display(),
            url=reverse("contacts:enquiry_detail", args=[each.pk]),
            owner_id=each.owner_id,
            owner=each.owner.formal_name,
            began_at=each.received_at,
            due_at=clock.due(each.received_at),
            met_at=each.acknowledged_at,
            now=now,
        )
        for each in held
    ]


def _retries(user: User, window: Window, now: datetime) -> list[Clocked]:
    first, after = _moments(window)
    later = Contact.objects.all().later_than_this().order_by("occurred_at").values("occurred_at")
    tries = Contact.objects.visible_to(user).standing(retry_at__isnull=False, occurred_at__gte=first)
    tries = tries.filter(occurred_at__lt=after).annotate(again_at=Subquery(later[:1]))
    held: list[Any] = list(tries.select_related("owner").order_by("occurred_at", "pk"))
    return _of_contacts(user, held, now, lambda each: (each.occurred_at, each.retry_at, each.again_at))


def _next_steps(user: User, window: Window, now: datetime) -> list[Clocked]:
    steps = Contact.objects.visible_to(user).standing(next_on__range=(window.first, window.last))
    held: list[Any] = list(steps.select_related("owner").order_by("next_on", "pk"))
    return _of_contacts(user, held, now, lambda each: (each.occurred_at, _noon(each.next_on), each.next_done_at))


def _of_contacts(
    user: User, contacts: list[Any], now: datetime, times: Callable[[Any], tuple[datetime, datetime, datetime | None]]
) -> list[Clocked]:
    """Return rows of contacts. times: when it began, a moment of the day it is due, and when it was done."""
    students = reached(user, {each.student_id for each in contacts})
    rows = []
    for each in contacts:
        began_at, due, met_at = times(each)
        who = students.get(each.student_id)
        rows.append(
            Clocked(
                who=who,
                name=who.name if who else "",
                what=f"{each.get_purpose_display()}, {each.get_channel_display().lower()} {in_words(each.occurred_at)}",
                url=reverse("contacts:contact_detail", args=[each.pk]),
                owner_id=each.owner_id,
                owner=each.owner.formal_name,
                began_at=began_at,
                due_at=_ends(timezone.localdate(due)),
                met_at=met_at,
                now=now,
            )
        )
    return rows


def _reviews(user: User, window: Window, now: datetime) -> list[Clocked]:
    """Return students to see again, follow-ups of information received, and reviews of early help."""
    days = (window.first, window.last)
    rows = [*_seen_again(user, days), *_followed_up(user, days), *_early_help(user, days)]
    students = reached(user, {row["student"] for row in rows})
    found = [(row, students[row["student"]]) for row in rows if row["student"] in students]
    return sorted((_review(row, who, now) for row, who in found), key=lambda row: row.due_at)


def _review(row: dict[str, Any], who: Reached, now: datetime) -> Clocked:
    names = ("what", "url", "owner_id", "owner", "began_at", "due_at", "met_at")
    return Clocked(who=who, name=who.name, now=now, **{name: row[name] for name in names})


def _seen_again(user: User, days: tuple[date, date]) -> Iterable[dict[str, Any]]:
    later = Seen.objects.standing(
        student=OuterRef("student"), seen_at__date__gte=OuterRef("review_on"), seen_at__gt=OuterRef("seen_at")
    )
    found: Any = Seen.objects.visible_to(user).standing(review_on__range=days).select_related("by")
    for each in found.annotate(again_at=Subquery(later.order_by("seen_at").values("seen_at")[:1])):
        yield {
            "student": each.student_id,
            "what": f"To be seen again, {each.get_reason_display().lower()}",
            "url": reverse("contacts:seen_student", args=[each.student_id]),
            "owner_id": each.by_id,
            "owner": each.by.formal_name,
            "began_at": each.seen_at,
            "due_at": _ends(each.review_on + SEEN_WITHIN),
            "met_at": each.again_at,
        }


def _followed_up(user: User, days: tuple[date, date]) -> Iterable[dict[str, Any]]:
    found: Any = Information.objects.visible_to(user).standing(follow_up_on__range=days)
    for each in found.select_related("follow_up_owner"):
        yield {
            "student": each.student_id,
            "what": f"Follow-up of information of {in_words(each.received_on)}",
            "url": reverse("reports:student_detail", args=[each.student_id]),
            "owner_id": each.follow_up_owner_id,
            "owner": each.follow_up_owner.formal_name,
            "began_at": _begins(each.received_on),
            "due_at": _ends(each.follow_up_on),
            "met_at": each.follow_up_done_at,
        }


def _early_help(user: User, days: tuple[date, date]) -> Iterable[dict[str, Any]]:
    seen = EarlyHelp.objects.visible_to(user).standing(declined_because="")
    found: Any = EarlyHelpReview.objects.filter(due_on__range=days, early_help__in=seen)
    for each in found.select_related("early_help__lead", "early_help__lead_worker"):
        early_help = each.early_help
        yield {
            "student": early_help.student_id,
            "what": "Review of early help",
            "url": reverse("reports:student_detail", args=[early_help.student_id]),
            "owner_id": early_help.lead_id,
            "owner": early_help.lead.formal_name if early_help.lead else str(early_help.lead_worker),
            "began_at": _begins(early_help.opened_on),
            "due_at": _ends(each.due_on),
            "met_at": _noon(each.held_on) if each.held_on else None,
        }


def _moments(window: Window) -> tuple[datetime, datetime]:
    return _begins(window.first), _ends(window.last)


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def _ends(day: date) -> datetime:
    return _begins(day + timedelta(days=1))


CLOCKS = (
    Clock(
        "calls",
        "Parents to reach",
        Right.REVIEW_INCIDENTS,
        lambda: f"Reached within {clock_in_force().rule.label}. By the day on which the incident was dealt with.",
        _calls,
    ),
    Clock(
        "acknowledged",
        "Acknowledgements",
        Right.KEEP_ENQUIRIES,
        lambda: f"Acknowledged {AckClock.load().words}. By the day on which it came.",
        _acknowledgements,
    ),
    Clock(
        "retries",
        "Tried again",
        Right.SEE_CONTACTS,
        lambda: (
            "An attempt with a time to try again is followed by another contact, whether it reaches anybody or not,"
            " by the end of that day. By the day of the attempt."
        ),
        _retries,
    ),
    Clock(
        "reviews",
        "Reviews",
        Right.MARK_SEEN,
        lambda: (
            "A student is seen again on the day set for it or within a week; information is followed up, and early"
            " help reviewed, by the end of the day set. By that day."
        ),
        _reviews,
    ),
    Clock(
        "steps",
        "Next steps",
        Right.SEE_CONTACTS,
        lambda: "What was promised in a contact is done by the end of the day set for it. By that day.",
        _next_steps,
    ),
)
