"""Quick-find: from three letters to a student's page."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.models import Student

UNDER_THE_BOX = 8
ON_THE_PAGE = 50
LONGEST = 60


@never_cache
@require_safe
@right_required(Right.FIND_STUDENT)
def student_find(request: StaffRequest) -> HttpResponse:
    """Answer with the students the words resemble: a list under the box, or a page; a single find opens at once."""
    words = asked_for(request, "q")[:LONGEST]
    limit = UNDER_THE_BOX if request.htmx else ON_THE_PAGE
    students = list(_found(request.user, words)[:limit]) if words else []
    context = {"words": words, "students": students, "is_full": len(students) == limit, "today": timezone.localdate()}
    if request.htmx:
        return render(request, "reports/_student_find.html", context)
    if len(students) == 1:
        return redirect(students[0])
    return render(request, "reports/student_find.html", context)


def _found(user: User, words: str) -> QuerySet[Student]:
    found = Student.objects.visible_to(user).found_by(words).with_tutor_group(timezone.localdate())
    return found.only("legal_surname", "legal_forename", "preferred_forename", "admission_number", "left_on")
