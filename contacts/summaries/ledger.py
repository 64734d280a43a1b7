"""The central ledger: every contact within somebody's reach, without a word of what was said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db.models import Count, F, Q
from django.utils import timezone

from contacts.models import Channel, Contact, Direction, Outcome, Purpose, Result
from contacts.querysets import ContactQuerySet
from contacts.summaries.contact_record import Shown
from pastoral.core.backdated import LATE_AFTER
from pastoral.core.models import User
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import day
from pastoral.core.words import day_read, key_read
from students.calendar import monday_of
from students.models import Enrolment

ATTEMPTED = "attempted"
RESULTS = [("reached", "Reached"), (ATTEMPTED, "Attempts, of any kind"), *Result.choices[1:]]
DAYS = {
    "first": "occurred_at__gte",
    "last": "occurred_at__lt",
    "since": "logged_at__gte",
    "until": "logged_at__lt",
}
# first and last are the days on which it happened, since and until those on which it was logged (product.md T15).
FILTERS = (*DAYS, "year", "group", "channel", "direction", "result", "purpose", "author", "owner", "mine", "student")
HEADINGS = (
    "Date",
    "Time",
    "Logged",
    "Logged late",
    "Student",
    "Group",
    "With",
    "Relationship",
    "How",
    "Direction",
    "Result",
    "Purpose",
    "Outcome",
    "Who spoke",
    "Logged by",
    "Answers for it",
)


@dataclass(frozen=True)
class Asked:
    """What the address asks the ledger for; words that mean nothing ask for nothing."""

    held: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Self:
        """Keep what means something."""
        allowed = {
            "channel": Channel.values,
            "direction": Direction.values,
            "result": [value for value, _ in RESULTS],
            "purpose": Purpose.values,
        }
        known = {name: each for name, each in words.items() if each and each in allowed.get(name, (each,))}
        keys = {name: each for name, each in known.items() if name not in ("author", "owner", "student", "year")}
        keys |= {name: each for name, each in known.items() if name not in keys and key_read(each)}
        return cls({name: each for name, each in keys.items() if name not in DAYS or day_read(each)})

    def narrow(self, contacts: ContactQuerySet, user: User, on: date) -> ContactQuerySet:
        """Return those contacts that it asks for."""
        for name, test in DAYS.items():
            if name in self.held:
                contacts = contacts.filter(**{test: _moment(name, self.held[name])})
        for name in ("channel", "direction", "purpose"):
            if name in self.held:
                contacts = contacts.filter(**{name: self.held[name]})
        for name, column in (("author", "made_by"), ("owner", "owner"), ("student", "student")):
            if name in self.held:
                contacts = contacts.filter(**{column: key_read(self.held[name])})
        if "mine" in self.held:
            contacts = contacts.filter(Q(made_by=user) | Q(logged_by=user) | Q(owner=user))
        return self._with_result(self._in_groups(contacts, on))

    def _in_groups(self, contacts: ContactQuerySet, on: date) -> ContactQuerySet:
        spells = Enrolment.objects.current(on)
        if "year" in self.held:
            contacts = contacts.filter(
                student__in=spells.filter(year_group=key_read(self.held["year"])).values("student")
            )
        if "group" in self.held:
            contacts = contacts.filter(
                student__in=spells.filter(tutor_group__name=self.held["group"]).values("student")
            )
        return contacts

    def _with_result(self, contacts: ContactQuerySet) -> ContactQuerySet:
        result = self.held.get("result")
        if result == ATTEMPTED:
            return contacts.exclude(result=Result.REACHED)
        return contacts.filter(result=result) if result else contacts

    @property
    def words(self) -> tuple[str, ...]:
        """What the list was narrowed to, for the head of a file."""
        said = {"first": "happened from", "last": "happened up to", "since": "logged from", "until": "logged up to"}
        return tuple(
            f"{said.get(name, name)} {day(day_read(value)) if name in DAYS else value}"
            for name, value in self.held.items()
        )


def _moment(name: str, words: str) -> datetime:
    """Return the beginning of the first day, or the end of the last one."""
    on = day_read(words) or date.min
    on = min(on, date.max - timedelta(days=2)) + timedelta(days=1 if name in ("last", "until") else 0)
    return timezone.make_aware(datetime.combine(max(on, date(1900, 1, 1)), time.min))


@dataclass(frozen=True)
class Week:
    """This week so far, counted both by when contacts happened and by when they were logged."""

    monday: date
    today: date
    happened: Mapping[str, int]
    logged: Mapping[str, int]

    @classmethod
    def of(cls, contacts: ContactQuerySet, on: date) -> Self:
        """Count the contacts in one query."""
        monday = monday_of(on)
        begins = timezone.make_aware(datetime.combine(monday, time.min))
        tests = {
            "all": Q(),
            "reached": Q(result=Result.REACHED),
            "attempts": ~Q(result=Result.REACHED),
            "late": Q(logged_at__gt=F("occurred_at") + LATE_AFTER),
        }
        counts = {
            f"{column}_{name}": Count("pk", filter=test & Q(**{f"{column}__gte": begins}))
            for column in ("occurred_at", "logged_at")
            for name, test in tests.items()
        }
        recent = contacts.order_by().filter(logged_at__gte=begins)  # nothing is logged before it happened
        found = recent.aggregate(**counts)
        halves = ({name: found[f"{column}_{name}"] for name in tests} for column in ("occurred_at", "logged_at"))
        return cls(monday, on, *halves)


def table_of(rows: Iterable[Shown], asked: Asked, on: date) -> Table:
    """Return the ledger as a file: no narrative, no safety note, no typed name, no next step."""
    about = ("Contacts, without what was said", f"As at {day(on)}", *asked.words)
    return Table("Contacts", about, HEADINGS, [_cells(shown) for shown in rows])


def _cells(shown: Shown) -> Sequence[Any]:
    row: Contact = shown.row
    occurred = timezone.localtime(row.occurred_at)
    return (
        occurred.date(),
        f"{occurred:%H:%M}",
        timezone.localtime(row.logged_at).date(),
        "late" if row.is_logged_late else "",
        row.student.sort_name,
        shown.tutor_group,
        shown.who,
        shown.relationship,
        row.get_channel_display(),
        row.get_direction_display(),
        row.get_result_display(),
        row.get_purpose_display(),
        Outcome(row.outcome).label if row.outcome else "",
        row.made_by.formal_name,
        row.logged_by.formal_name,
        row.owner.formal_name,
    )
