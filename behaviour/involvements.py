"""Students' parts in incidents, by who may read of them, and the calls to parents that follow from some."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Count, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, Trim, TruncDate

from behaviour.contacted import contacted
from behaviour.querysets import types_hidden_from
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Student
from students.querysets import StudentQuerySet

if TYPE_CHECKING:
    from behaviour.models import Involvement  # noqa: F401 named in quotes below


OTHER_ACTION = "Other, see the incident"
COMMON = 10  # students with the very same action: it is a word of the MIS's list, and names nobody


def action_listed() -> Case:
    """Return the action of a part where it stands alone: a word of the school's list or the MIS's, nothing else.

    Free words may name another student of the incident; the incident's own page takes those names out.
    """
    from behaviour.models import Involvement, ListedWord

    listed = ListedWord.objects.filter(kind=ListedWord.Kind.ACTION).values("name")
    used = Involvement.objects.order_by().values("action_taken").annotate(students=Count("student", distinct=True))
    common = used.filter(students__gte=COMMON).values("action_taken")
    is_plain = Q(action_taken="") | Q(action_taken__in=listed) | Q(action_taken__in=common)
    return Case(When(is_plain, then=F("action_taken")), default=Value(OTHER_ACTION), output_field=models.CharField())


class InvolvementQuerySet(models.QuerySet["Involvement"]):
    """Parts of students in incidents."""

    def visible_to(self, user: User) -> Self:
        """Return the parts of students of whom this user may read behaviour; the DSL's matters only to a DSL."""
        return self.of_students(Student.objects.with_right(user, Right.SEE_BEHAVIOUR_NARRATIVE), user=user)

    def of_students(self, students: StudentQuerySet | list[int], *, user: User) -> Self:
        """Return the parts of those students that stand and that the person may read of."""
        return self.filter(student__in=students, incident__withdrawn_at=None).exclude(
            incident__type__in=types_hidden_from(user)
        )

    def negative(self) -> Self:
        """Return the parts of those who did it: a victim's or a witness's is none of theirs."""
        return self.filter(role__in=self.model.ROLES_WITH_POINTS)

    def owed_contact(self) -> Self:
        """Return the parts whose parents are owed a call, since the student's year team acted on the incident.

        A witness's parents are not. With `acted_at`, `owner` (the key of who acted), `owner_name`, `action`, `doer`
        (the key of whom it was delegated to, else of the owner), `reached_at` and `attempts`. The year is the
        student's on that day.
        """
        from behaviour.models import IncidentReview, Involvement
        from students.models import Enrolment

        began = Enrolment.objects.filter(student=OuterRef("student"), starts_on__lte=OuterRef("acted_on"))
        year = Subquery(began.order_by("-starts_on").values("year_group")[:1])
        was_acted = Q(incident__reviews__decision=IncidentReview.Decision.ACTED)
        answer = contacted()
        return (
            self.filter(incident__withdrawn_at=None)
            .exclude(role=Involvement.Role.WITNESS)
            .alias(acted=FilteredRelation("incident__reviews", condition=was_acted))
            .alias(acted_on=TruncDate("acted__decided_at"))
            .filter(acted__year_group=year)
            .annotate(
                acted_at=F("acted__decided_at"),
                owner=F("acted__decided_by"),
                owner_name=Trim(Concat("acted__decided_by__title", Value(" "), "acted__decided_by__surname")),
                action=F("acted__action"),
                doer=Coalesce("contact_duty__delegate", "acted__decided_by"),
                reached_at=answer.reached_at,
                attempts=answer.attempts,
            )
        )

    def with_exceptions(self) -> Self:
        """Read the incident, the delegate and who waived it with each part."""
        return self.select_related("incident", "contact_duty__delegate", "contact_duty__waived_by")

    def open(self) -> Self:
        """Return those of `owed_contact` for which nobody was reached and nobody waived it."""
        return self.filter(reached_at=None, contact_duty__waived_at=None)

    def reached(self) -> Self:
        """Return those whose parents are owed a call and were reached."""
        return self.owed_contact().exclude(reached_at=None)

    def settled(self) -> Self:
        """Return those of `owed_contact` that are over: a parent was reached, or it was waived."""
        return self.exclude(reached_at=None, contact_duty__waived_at=None)

    def acted_between(self, first: date, last: date) -> Self:
        """Return those of `owed_contact` whose incident was acted on from first to last, both in, oldest first."""
        return self.filter(acted_at__date__range=(first, last)).order_by("acted_at", "pk")

    def owed_by(self, user: User) -> Self:
        """Return the parts about which this person has a parent to reach: by acting, or since it was delegated."""
        return self.visible_to(user).owed_contact().open().filter(doer=user.pk)

    def overseen_by(self, user: User) -> Self:
        """Return those of `owed_contact` whose students this person reviews, and those that are or were theirs."""
        reviewed = Q(student__in=Student.objects.with_right(user, Right.REVIEW_INCIDENTS))
        return self.visible_to(user).filter(reviewed | Q(doer=user.pk) | Q(owner=user.pk))
