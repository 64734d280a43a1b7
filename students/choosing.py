"""The page that asks which student it is about, for forms that begin with one."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from pastoral.core.words import asked_for, key_asked
from students.models import Student
from students.picking import LONGEST, MOST_MATCHES


@dataclass(frozen=True)
class Choice:
    """What is asked: the page's heading, and the list that it belongs to, by its address's name and in words."""

    heading: str
    list_name: str
    list_words: str

    @property
    def back(self) -> str:
        """The address of the list."""
        return reverse(self.list_name)


def student_chosen(request: StaffRequest, right: Right, choice: Choice) -> Student | HttpResponse:
    """Return the student whom the address names, or else the page that asks for one; 404 beyond the right.

    Words that fit one student go on with that one; whatever else the address says is kept.
    """
    students = Student.objects.with_right(request.user, right)
    if key := key_asked(request, "student"):
        return get_object_or_404(students, pk=key)
    words = asked_for(request, "who")[:LONGEST]
    found = students.with_tutor_group(timezone.localdate()).found_by(words) if words else students.none()
    matches = list(found[:MOST_MATCHES])
    if len(matches) == 1:
        return redirect(f"{request.path}?{_with(request, matches[0])}")
    return render(request, "students/choose.html", {"choice": choice, "words": words, "matches": matches})


def _with(request: HttpRequest, student: Student) -> str:
    asked = request.GET.copy()
    asked.pop("who", None)
    asked["student"] = str(student.pk)
    return asked.urlencode()
