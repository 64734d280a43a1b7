"""The line manager's briefing of a year's week: new reds, overdue clocks, new cases; and its sending."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from smtplib import SMTPException
from typing import Any, Self
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from attendance.figures import Band
from attendance.summaries.reach import Reached, reached
from behaviour.models import BullyingCase, CaseStudent
from contacts.summaries.clocks import clocks_for
from interventions.models import PACase
from pastoral.core.models import User
from reports.models import Briefing, RagStudent, WeeklyRagRun
from students.calendar import monday_of
from students.models import Enrolment, StaffAssignment, YearGroup
from students.summaries import windows_on

logger = logging.getLogger(__name__)


class SentAlready(Exception):
    """The colleague has this week's briefing of the year; the message is fit for the form."""


@dataclass(frozen=True)
class ClockLine:
    """One kind of clock with what is overdue of it."""

    name: str
    overdue: int
    url: str


@dataclass(frozen=True)
class Week:
    """What there is to say of a year's week. reds: keys of students; rag_week: of the run that they are from.

    cases: keys of students with a new attendance case; restricted ones are counted alone, in `restricted`.
    """

    year: int
    monday: date
    as_at: date
    rag_week: date | None
    reds: tuple[int, ...]
    red_total: int
    clocks: tuple[ClockLine, ...]
    cases: tuple[int, ...]
    restricted: int
    bullying: int

    @classmethod
    def load(cls, user: User, year: int, now: datetime) -> Self:
        """Read the week so far, as the person may know of it."""
        today = timezone.localdate(now)
        monday = monday_of(today)
        run = WeeklyRagRun.objects.exclude(completed_at=None).order_by("-week", "-issue").first()
        bands = RagStudent.objects.visible_to(user).filter(run=run, year=year, band=Band.RED) if run else None
        reds = list(bands.values_list("student", "band_before")) if bands is not None else []
        spells = Enrolment.objects.current(today).filter(year_group=year).values("student")
        opened = PACase.objects.visible_to(user).standing(student__in=spells, opened_on__gte=monday)
        cases = list(opened.order_by("opened_on", "pk").values_list("student", "is_restricted"))
        sides = CaseStudent.objects.filter(student__in=spells).values("case")
        begins = timezone.make_aware(datetime.combine(monday, time.min))
        bullying = BullyingCase.objects.visible_to(user).standing(pk__in=sides, opened_at__gte=begins)
        return cls(
            year=year,
            monday=monday,
            as_at=today,
            rag_week=run.week if run else None,
            reds=tuple(student for student, before in reds if before not in (Band.RED, Band.NONE)),
            red_total=len(reds),
            clocks=_clocks(user, year, now),
            cases=tuple(student for student, is_restricted in cases if not is_restricted),
            restricted=sum(is_restricted for _student, is_restricted in cases),
            bullying=bullying.count(),
        )

    @classmethod
    def sent(cls, briefing: Briefing) -> Self:
        """Return the week as it was sent."""
        held: dict[str, Any] = briefing.figures
        return cls(
            year=briefing.year_group_id,
            monday=briefing.week,
            as_at=date.fromisoformat(held["as_at"]),
            rag_week=date.fromisoformat(held["rag_week"]) if held["rag_week"] else None,
            reds=tuple(held["reds"]),
            red_total=held["red_total"],
            clocks=tuple(ClockLine(**each) for each in held["clocks"]),
            cases=tuple(held["cases"]),
            restricted=held["restricted"],
            bullying=held["bullying"],
        )

    @property
    def figures(self) -> dict[str, Any]:
        """What is kept of it: numbers and students' keys, never a name."""
        return {
            "as_at": self.as_at.isoformat(),
            "rag_week": self.rag_week.isoformat() if self.rag_week else "",
            "reds": list(self.reds),
            "red_total": self.red_total,
            "clocks": [{"name": each.name, "overdue": each.overdue, "url": each.url} for each in self.clocks],
            "cases": list(self.cases),
            "restricted": self.restricted,
            "bullying": self.bullying,
        }

    def named(self, user: User) -> "Named":
        """Return who they are, as far as the reader sees them today.

        Whose case was restricted since is named no more, however it was sent.
        """
        few = PACase.objects.standing(student__in=self.cases, opened_on__range=(self.monday, self.as_at))
        kept = frozenset(few.filter(is_restricted=True).values_list("student", flat=True))
        return Named.of(self, reached(user, {*self.reds, *self.cases} - kept | {*self.reds}), kept)


@dataclass(frozen=True)
class Named:
    """Who a briefing is about. unnamed: how many of them the reader does not see.

    number: new cases that may be told, restricted: those that are for few by now.
    """

    reds: tuple[Reached, ...]
    cases: tuple[Reached, ...]
    unnamed: int
    number: int
    restricted: int
    everybody: Mapping[int, Reached]

    @classmethod
    def of(cls, week: Week, found: Mapping[int, Reached], kept: Collection[int]) -> Self:
        """Put the names to the keys. kept: whose case is restricted by now."""
        cases = [key for key in week.cases if key not in kept]
        return cls(
            tuple(found[key] for key in week.reds if key in found),
            tuple(found[key] for key in cases if key in found),
            len([key for key in {*week.reds, *cases} if key not in found]),
            len(cases),
            week.restricted + len(week.cases) - len(cases),
            found,
        )


def _clocks(user: User, year: int, now: datetime) -> tuple[ClockLine, ...]:
    window = windows_on(timezone.localdate(now))[-1]
    found = []
    for clock in clocks_for(user):
        overdue = sum(each.state == "overdue" and each.year == year for each in clock.rows(user, window, now))
        asked = {"clock": clock.slug, "window": window.slug, "only": "overdue", "year": year}
        found.append(ClockLine(clock.name, overdue, f"{reverse('contacts:clock_list')}?{urlencode(asked)}"))
    return tuple(found)


def line_managers(today: date) -> Any:
    """Return whom a briefing can be sent to: those of SLT today, by name."""
    held = StaffAssignment.objects.in_force(today).filter(role="slt")
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("surname", "forename", "pk")


def briefing_send(*, week: Week, comment: str, by: User, to: User, now: datetime) -> Briefing:
    """Keep the week as it stands, with one comment, and tell the colleague that it is there.

    Raises SentAlready when the colleague has this week's: what was sent does not change.
    """
    try:
        with transaction.atomic():
            made = Briefing.objects.create(
                year_group=YearGroup.objects.get(pk=week.year),
                week=week.monday,
                figures=week.figures,
                comment=comment,
                sent_by=by,
                sent_to=to,
                sent_at=now,
            )
    except IntegrityError as fault:
        raise SentAlready(
            f"{to.formal_name} has the briefing of this week. Choose somebody else, or wait for Monday."
        ) from fault
    transaction.on_commit(lambda: _tell(made))
    return made


def briefing_read(*, briefing: Briefing, by: User, now: datetime) -> None:
    """Note when the colleague first read it."""
    if briefing.sent_to_id == by.pk:
        Briefing.objects.filter(pk=briefing.pk, read_at=None).update(read_at=now)


def _tell(briefing: Briefing) -> None:
    """Send the e-mail, which says that there is a briefing and nothing of what it says."""
    if not briefing.sent_to.email.strip():
        return
    address = settings.SITE_URL.rstrip("/") + reverse("reports:briefing_detail", args=[briefing.pk])
    message = EmailMessage(
        subject=f"Briefing of Year {briefing.year_group_id}, week of {briefing.week:%-d %B %Y}",
        body=(
            f"Dear {briefing.sent_to.formal_name},\n\n"
            f"{briefing.sent_by.formal_name} sent you the week's briefing of Year {briefing.year_group_id}:\n\n"
            f"{address}\n\nYou will be asked to sign in. This message holds no student's data.\n"
        ),
        to=[briefing.sent_to.email],
    )
    try:
        message.send()
    except (SMTPException, OSError) as fault:  # the briefing stands, and the strip tells of it
        logger.error("the e-mail about briefing %s could not be sent: %s", briefing.pk, type(fault).__name__)
