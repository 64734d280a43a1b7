"""What a chronology is made of: its entries, and what somebody asks one for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.urls import reverse
from django.utils import timezone

from attendance.summaries.reach import Reached
from interventions.reading import RESTRICTED
from pastoral.core.backdated import is_logged_late
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.summaries import SchoolCalendar

LEFT_OUT = "Restricted: left out here"
NOT_YOURS = "For few to read"


class Kind(TextChoices):
    """What an entry is of, as the filter offers it."""

    ABSENCE = "absence", "Absence"
    LATE = "late", "Lateness"
    PLANNED = "planned", "Leave and planned absence"
    CALL = "call", "First-day calls"
    NOTICE = "notice", "Penalty notices"
    INCIDENT = "incident", "Incidents"
    HELP = "help", "Calls for help"
    BULLYING = "bullying", "Bullying cases"
    FORM_TIME = "form_time", "Form time"
    DETENTION = "detention", "Detentions"
    SUSPENSION = "suspension", "Suspensions"
    ROOM = "room", "Inclusion room"
    CARD = "card", "Report cards"
    TEACHERS = "teachers", "Teachers asked"
    PRAISE = "praise", "Recognition"
    CONTACT = "contact", "Contacts"
    LETTER = "letter", "Letters"
    SEEN = "seen", "Seen"
    ENQUIRY = "enquiry", "Enquiries"
    AGENCY = "agency", "Agencies"
    CASE = "case", "Attendance case"
    INTERVENTION = "intervention", "Interventions"
    PLAN = "plan", "Plans"
    MEETING = "meeting", "Meetings"
    ACTION = "action", "Actions done"
    FILE = "file", "Files"
    PACK = "pack", "Packs"
    DSL = "dsl", "For the DSL alone"


@dataclass(frozen=True)
class Entry:
    """One thing that happened, as one person may read it.

    key: the record and its part, "contact:12": the same in every chronology. words: what was written, "" for nothing
    or where it is withheld; withheld: then why. who: who did it or answers for it. logged_at: when it was written down,
    where that was late. others: keys of other students whom the words may name, who is to be redacted in a pack.
    takes: the rights over the student that it took, its source's own among them; its writer or owner reads it without.
    """

    key: str
    on: date
    kind: Kind
    title: str
    words: str = ""
    at: time | None = None
    who: str = ""
    url: str = ""
    logged_at: datetime | None = None
    is_restricted: bool = False
    withheld: str = ""
    others: frozenset[int] = frozenset()
    takes: frozenset[Right] = frozenset()

    @property
    def order(self) -> tuple[date, time, str]:
        """What the timeline is sorted by: what has no time of its day stands first in it."""
        return self.on, self.at or time.min, self.key

    @property
    def is_left_out(self) -> bool:
        """Test for words that the person may read, but did not ask for."""
        return self.withheld == LEFT_OUT


@dataclass(frozen=True)
class Ask:
    """What a chronology is asked for, by whom, of whom. who: the student as the person reaches them.

    takes_restricted, takes_dsl: asked for beside the right to read it.
    """

    user: User
    who: Reached
    first: date
    last: date
    takes_restricted: bool = False
    takes_dsl: bool = False

    @property
    def student(self) -> int:
        """The student's key."""
        return self.who.student_id

    @property
    def rights(self) -> frozenset[Right]:
        """The person's rights over the student."""
        return self.who.rights

    @cached_property
    def calendar(self) -> SchoolCalendar:
        """The school's days, read when a source asks for them."""
        return SchoolCalendar.load()

    def days(self, *columns: str) -> Q:
        """Return the test for rows with one of these dates in the span."""
        return _any_of(Q(**{f"{column}__range": (self.first, self.last)}) for column in columns)

    def moments(self, *columns: str) -> Q:
        """Return the test for rows with one of these moments in the span."""
        begins, ends = _midnight(self.first), _midnight(self.last + timedelta(days=1))
        return _any_of(Q(**{f"{column}__gte": begins, f"{column}__lt": ends}) for column in columns)

    def link(self, right: Right, name: str, *keys: int) -> str:
        """Return the address of a record's page; "" for who does not open pages of the kind."""
        return reverse(name, args=keys) if right in self.rights else ""

    def said(
        self, words: str, *, is_restricted: bool = False, is_for_dsl: bool = False, reads: bool = True
    ) -> dict[str, Any]:
        """Return an entry's words as this person gets them, or why they do not. reads: by right."""
        is_for_few = is_restricted or is_for_dsl
        if not reads:
            return {"withheld": NOT_YOURS, "is_restricted": is_for_few}
        if (is_restricted and not self.takes_restricted) or (is_for_dsl and not self.takes_dsl):
            return {"withheld": LEFT_OUT if words else "", "is_restricted": True}
        return {"words": words, "is_restricted": is_for_few}

    def called(self, title: str, kind: str, *, is_restricted: bool, reads: bool) -> str:
        """Return what a record is called whose very title is for few: "Restricted meeting"."""
        return title if reads and (self.takes_restricted or not is_restricted) else f"{RESTRICTED} {kind}"


def _any_of(tests: Iterable[Q]) -> Q:
    found = Q()
    for test in tests:
        found |= test
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def moment(at: datetime) -> dict[str, Any]:
    """Return the day and the time of an entry that has a moment."""
    local = timezone.localtime(at)
    return {"on": local.date(), "at": local.time().replace(second=0, microsecond=0)}


def logged(happened: date | datetime, at: datetime | None) -> datetime | None:
    """Return when it was written down, if that was late."""
    return at if is_logged_late(happened, at) else None


def paragraphs(*parts: str) -> str:
    """Return the parts that say something, each on a line of its own."""
    return "\n".join(part.strip() for part in parts if part and part.strip())


Rows = Sequence[Any]


@dataclass(frozen=True)
class Source:
    """One app's part of the timeline.

    kinds: which it yields. rights: one of these over the student is needed; none needed when empty. lists: what it
    reads, all sources' in one statement. entries: makes entries of the rows of each list, in the order of `lists`.
    """

    kinds: frozenset[Kind]
    lists: Callable[[Ask], Sequence[QuerySet[Any]]]
    entries: Callable[..., Iterable[Entry]]
    rights: frozenset[Right] = frozenset()

    def is_open(self, rights: frozenset[Right]) -> bool:
        """Test for one of which somebody with the rights over the student reads anything."""
        return not self.rights or bool(self.rights & rights)
