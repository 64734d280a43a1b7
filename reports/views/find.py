"""Quick-find: from three letters to a student's page, or from a tutor group's name to its list."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.models import Enrolment, Student
from students.scopes import scope_of

UNDER_THE_BOX = 8
ON_THE_PAGE = 50
LONGEST = 60
_GROUP = re.compile(r"\d{1,2}\s?[^\W\d]\w{0,3}")


@never_cache
@require_safe
@right_required(Right.FIND_STUDENT)
def student_find(request: StaffRequest) -> HttpResponse:
    """Answer with the students the words resemble: a list under the box, or a page; a single find opens at once."""
    words = asked_for(request, "q")[:LONGEST]
    limit = UNDER_THE_BOX if request.htmx else ON_THE_PAGE
    students = list(_found(request.user, words)[:limit]) if words else []
    group = GroupLink.of(request.user, words)
    context = {
        "words": words,
        "students": students,
        "group": group,
        "is_full": len(students) == limit,
        "today": timezone.localdate(),
    }
    if request.htmx:
        return render(request, "reports/_student_find.html", context)
    if len(students) + bool(group) == 1:
        return redirect(group.url if group else students[0])
    return render(request, "reports/student_find.html", context)


def _found(user: User, words: str) -> QuerySet[Student]:
    found = Student.objects.visible_to(user).found_by(words).with_tutor_group(timezone.localdate())
    return found.only("legal_surname", "legal_forename", "preferred_forename", "admission_number", "left_on")


@dataclass(frozen=True)
class GroupLink:
    """A tutor group whose list the person may open."""

    name: str
    url: str

    @classmethod
    def of(cls, user: User, words: str) -> "GroupLink | None":
        """Return the group of that name, "9C" or "9 c"; None when there is none or its year is not theirs."""
        if not _GROUP.fullmatch(words) or not user.may(Right.SEE_YEAR_DASHBOARD):
            return None
        spells = Enrolment.objects.visible_to(user).current(timezone.localdate())
        named = spells.filter(tutor_group__name__iexact=words.replace(" ", ""))
        held = named.values_list("tutor_group__name", "year_group").first()
        scope = scope_of(user)
        if held is None or not (scope.is_whole_school or held[1] in scope.years):
            return None
        return cls(held[0], f"{reverse('reports:student_list', args=[held[1], 'all'])}?{urlencode({'group': held[0]})}")
