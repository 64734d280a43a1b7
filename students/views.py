"""What the student picker shows while somebody types."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.models import Student
from students.picking import LONGEST, MOST_MATCHES
from students.querysets import StudentQuerySet


@never_cache
@require_safe
@right_required(Right.FIND_STUDENT)
def pick(request: StaffRequest) -> HttpResponse:
    """Show whom the words fit, as buttons that choose; `student` says who is chosen already."""
    words = asked_for(request, "who")[:LONGEST]
    chosen = set(request.GET.getlist("student"))
    found = _pickable(request.user).found_by(words)[: MOST_MATCHES + len(chosen)] if words else []
    matches = [student for student in found if str(student.pk) not in chosen][:MOST_MATCHES]
    return render(request, "students/_pick_found.html", {"words": words, "matches": matches})


def _pickable(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return Student.objects.visible_to(user).on_roll(today).with_tutor_group(today)
