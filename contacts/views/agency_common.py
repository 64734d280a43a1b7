"""What the pages about agencies share: their tabs, the student they are about, what is noted, what is withdrawn."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from attendance.summaries.reach import Reached, reached
from contacts.summaries.asked import Asked
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.paging import ListPage
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from pastoral.core.words import asked_for
from students.choosing import Choice, student_chosen
from students.models import Student
from students.scopes import years_offered

TABS = (
    ("contacts:referral_list", "Referrals", Right.SEE_AGENCIES),
    ("contacts:early_help_list", "Early help", Right.SEE_AGENCIES),
    ("contacts:information_list", "Information received", Right.SEE_AGENCIES),
    ("contacts:reference_list", "References", Right.SEE_CONTACTS),
    ("contacts:agency_list", "Directory", Right.SEE_AGENCIES),
)
SIZE = 50
FILTERS = ("show", "agency", "year", "mine")


def tabs_of(request: StaffRequest, name: str) -> list[tuple[str, str, bool]]:
    """Return the pages about agencies that the person may open. name: of the page that this one belongs to."""
    offered = [(each, words) for each, words, right in TABS if request.user.may(right)]
    return [(reverse(each), words, each == name) for each, words in offered]


def chosen(request: StaffRequest, right: Right, heading: str) -> Student | HttpResponse:
    """Return the student whom the address names, or else the page that asks for one; 404 beyond the right."""
    return student_chosen(request, right, Choice(heading, "contacts:referral_list", "Agencies"))


def asked_of(request: StaffRequest, shows: Mapping[str, str]) -> Asked:
    """Return what the address asks of a list. shows: the parts that the list has, with their words."""
    return Asked.of({name: asked_for(request, name) for name in FILTERS}, shows)


def list_context(
    request: StaffRequest, name: str, asked: Asked, shows: Mapping[str, str], page: ListPage[Any]
) -> dict[str, Any]:
    """Return what the template of a list shows: its tabs, its filters and its page. name: of the list's address."""
    return {
        "tabs": tabs_of(request, name),
        "asked": asked,
        "years": years_of(request),
        "page": page,
        "shows": [(f"?show={slug}" if slug else "?", words, slug == asked.show) for slug, words in shows.items()],
        "today": timezone.localdate(),
        "may_keep": request.user.may(Right.KEEP_AGENCIES),
    }


def who_is(request: StaffRequest, pk: int) -> Reached:
    """Return the student as the person reaches them; 404 for one whom they do not."""
    who = reached(request.user, [pk]).get(pk)
    if who is None:
        raise Http404("no such student among those this person may see")
    return who


def may_keep(request: StaffRequest, pk: int) -> bool:
    """Test whether the person keeps what agencies do for the student."""
    who = reached(request.user, [pk]).get(pk)
    return who is not None and Right.KEEP_AGENCIES in who.rights


def reading_noted(request: StaffRequest, pk: int) -> None:
    """Note that somebody read of the student, and why they may."""
    who = reached(request.user, [pk]).get(pk)
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{pk}",
        reason=who.reason if who else "asked by a colleague",
        path=request.get_full_path(),
    )


def years_of(request: StaffRequest) -> list[int]:
    """Return the years whose agencies the person sees whole."""
    return years_offered(request.user, Right.SEE_AGENCIES)
