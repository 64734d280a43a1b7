"""What is asked of the register of cases, and which cases have a look back due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import ClassVar

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from behaviour.models import BullyingCase, CaseCheck, CaseStudent
from behaviour.models.cases import PROTECTED, Form, Motivation
from behaviour.querysets import BullyingCaseQuerySet
from behaviour.summaries.case_counts import HalfTerm, half_terms
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment, Student
from students.staff import staff_with

AHEAD = timedelta(days=7)
PREJUDICE = "prejudice"
LATEST_TERMS = 9


@dataclass(frozen=True)
class Asked:
    """What the register is asked for; "" or None for everything. terms: the half-terms that can be asked for."""

    SHOWS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"": "Open", "closed": "Closed", "all": "All", "withdrawn": "Withdrawn"}
    )
    show: str
    form: str
    motivation: str
    year: int | None
    term: HalfTerm | None
    terms: tuple[HalfTerm, ...]

    @property
    def forms(self) -> Sequence[tuple[str, str]]:
        """Return the forms that can be asked for."""
        return Form.choices

    @property
    def motivations(self) -> Sequence[tuple[str, str]]:
        """Return the motivations that can be asked for, all protected characteristics together first."""
        return [(PREJUDICE, "Any protected characteristic"), *Motivation.choices]

    @property
    def query(self) -> str:
        """What is asked for, as an address asks for it; ends in & for whatever is asked for beside it."""
        asked = {"show": self.show, "form": self.form, "motivation": self.motivation}
        asked |= {"year": str(self.year or ""), "term": str(self.term.key) if self.term else ""}
        return "".join(f"{name}={word}&" for name, word in asked.items() if word)

    @property
    def is_narrowed(self) -> bool:
        """Test for anything but the plain register."""
        return bool(self.form or self.motivation or self.year or self.term)

    def cases(self, user: User, on: date) -> BullyingCaseQuerySet:
        """Return those of the person's cases that are asked for; of a year by the students whose cases they keep."""
        wanted = Q(withdrawn_at__isnull=self.show != "withdrawn")
        if self.show in ("", "closed"):
            wanted &= Q(closed_at__isnull=self.show == "")
        if self.form:
            wanted &= Q(form=self.form)
        if self.motivation:
            asked = sorted(PROTECTED) if self.motivation == PREJUDICE else [self.motivation]
            wanted &= Q(motivations__overlap=asked)
        if self.year:
            spells = Enrolment.objects.current(on).filter(year_group=self.year)
            students = Student.objects.with_right(user, Right.KEEP_CASES).filter(pk__in=spells.values("student"))
            inside = CaseStudent.objects.filter(case=OuterRef("pk"), student__in=students)
            wanted &= Q(Exists(inside))
        if self.term:
            wanted &= self._opened_in(self.term)
        return BullyingCase.objects.visible_to(user).filter(wanted)

    def _opened_in(self, term: HalfTerm) -> Q:
        """Return the test for cases opened in the half-term or the holiday after it; the first has all before it."""
        place = self.terms.index(term)
        wanted = Q(opened_at__gte=_midnight(term.first)) if place else Q()
        if place + 1 < len(self.terms):
            wanted &= Q(opened_at__lt=_midnight(self.terms[place + 1].first))
        return wanted


def asked_of(words: Mapping[str, str], on: date) -> Asked:
    """Read what the address asks for; whatever cannot be is everything."""
    terms = half_terms(on)
    show, form, motivation, year = words["show"], words["form"], words["motivation"], words["year"]
    return Asked(
        show=show if show in Asked.SHOWS else "",
        form=form if form in Form.values else "",
        motivation=motivation if motivation in (PREJUDICE, *Motivation.values) else "",
        year=int(year) if year in {str(number) for number in range(7, 14)} else None,
        term=next((term for term in terms if str(term.key) == words["term"]), None),
        terms=terms,
    )


def with_check_due(cases: BullyingCaseQuerySet, on: date) -> BullyingCaseQuerySet:
    """Return the open cases with a look back due within a week, or missed."""
    waiting = CaseCheck.objects.filter(case=OuterRef("pk"), done_on=None, due_on__lte=on + AHEAD)
    return cases.standing(closed_at=None).filter(Exists(waiting))


def checks_due(cases: BullyingCaseQuerySet, on: date) -> BullyingCaseQuerySet:
    """Return the open cases with a look back due within a week, or missed, longest ago first."""
    due = Min("checks__due_on", filter=Q(checks__done_on=None))
    return with_check_due(cases, on).annotate(due_on=due).order_by("due_on", "pk")


def keepers_with(owner: int) -> QuerySet[User]:
    """Return who may keep a case, by name: whoever keeps cases today, and who keeps this one."""
    keepers = staff_with(Right.KEEP_CASES, year=None, on=timezone.localdate())
    return User.objects.filter(Q(pk__in=keepers.order_by().values("pk")) | Q(pk=owner)).order_by("surname", "forename")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
