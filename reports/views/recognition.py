"""Recognition: ratios and equity, who is never recognised, and who gets the basics right week after week."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.exports import handed_out
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for
from reports.conduct.asked import Asked
from reports.conduct.intervals import RULE
from reports.conduct.lists import Choices
from reports.conduct.members import members_of
from reports.recognition.praised import Praised
from reports.recognition.weeks import Weeks
from reports.views.recognition_rooms import BASICS, OVERVIEW, UNSEEN, rooms_for
from students.files import offered_as_file
from students.scopes import scope_of
from students.summaries import SchoolCalendar

LEAST_WEEKS = (1, 2, 3, 5, 8, 10)
USUAL_WEEKS = 3
MOST_AT_ONCE = 60
OF_WHAT = ("type", "activity", "staff", "weekday", "student", "location", "slot", "action", "roles", "reach")


@never_cache
@require_safe
@right_required(Right.AWARD)
def recognition(request: StaffRequest) -> HttpResponse:
    """Show achievements beside incidents by year, tutor group and subject, and equity by cohort; or as a file."""
    today = timezone.localdate()
    asked = Asked.of(request, today).without(*OF_WHAT)
    held = Praised.load(request.user, asked, today)
    if asked_for(request, "format") in FORMATS:
        return handed_out(
            request,
            held.table(),
            asked_for(request, "format"),
            subject=asked.subject("recognition", held.everybody),
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"Recognition {asked.window.last:%Y-%m-%d}",
        )
    context = _context(request, asked, held, OVERVIEW) | {
        "groups": [(name, lines) for name, lines in held.by_group.items() if len(lines) > 1 and name != "Subject"],
        "rule": RULE,
        "csv_url": asked.url(OVERVIEW, format="csv"),
    }
    return render(request, "reports/recognition.html", context)


@never_cache
@require_safe
@right_required(Right.AWARD)
@offered_as_file("Not recognised")
def recognition_unseen(request: StaffRequest) -> HttpResponse:
    """List the students whom nobody has recognised in the days asked for, longest ago first."""
    today = timezone.localdate()
    asked = Asked.of(request, today).without(*OF_WHAT)
    held = Praised.load(request.user, asked, today)
    page = list_page(held.unseen(), cursor=asked_for(request, "before"))
    return render(request, "reports/recognition_unseen.html", _context(request, asked, held, UNSEEN) | {"page": page})


@never_cache
@require_safe
@right_required(Right.AWARD)
@offered_as_file("The basics")
def recognition_basics(request: StaffRequest) -> HttpResponse:
    """List the students who have got the basics right for so many school weeks in a row, the longest row first."""
    today, calendar = timezone.localdate(), SchoolCalendar.load()
    asked = Asked.of(request, today)
    words = asked_for(request, "weeks")
    least = int(words) if words in {str(number) for number in LEAST_WEEKS} else USUAL_WEEKS
    forgives = asked_for(request, "forgive") == "1"
    everybody = members_of(request.user, Right.AWARD, today, today)
    people = asked.people(everybody)
    weeks = Weeks.load(request.user, [person.student_id for person in people], today, calendar)
    streaks = [(weeks.streak(person.student_id, forgives=forgives), person) for person in people]
    found = sorted((row for row in streaks if row[0] >= least), key=lambda row: (-row[0], row[1].sort_key))
    page = list_page(found, cursor=asked_for(request, "before"))
    context = {
        "asked": asked,
        "rooms": rooms_for(request.user, BASICS),
        "page": page,
        "looked_at": len(people),
        "weeks_over": len(weeks.mondays),
        "least": least,
        "leasts": LEAST_WEEKS,
        "forgives": forgives,
        "choices": Choices.of(everybody, ()),
        "at_once": [person.student_id for _weeks, person in found] if 1 < len(found) <= MOST_AT_ONCE else [],
    }
    return render(request, "reports/recognition_basics.html", context)


def _context(request: StaffRequest, asked: Asked, held: Praised, page: str) -> dict[str, Any]:
    return {
        "asked": asked,
        "held": held,
        "rooms": rooms_for(request.user, page, asked),
        "choices": Choices.of(held.everybody, ()),
        "windows": asked.window_choices(page),
        "narrowed": asked.in_words,
        "all_url": Asked(asked.windows, asked.window).url(page),
    }
