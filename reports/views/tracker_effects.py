"""The measured effect of the interventions of the tracker's rows, put into them once the page is there.

Measuring reads a year group's marks: the page itself does without, and shows the way to the interventions meanwhile.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interventions.models import InterventionStudent
from interventions.summaries.effects import Shown, effects_of
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import keys_read
from students.calendar import academic_year_of, academic_year_start

MOST = 100


@never_cache
@require_safe
@right_required(Right.SEE_INTERVENTIONS)
def tracker_effects(request: StaffRequest) -> HttpResponse:
    """Show for each student named the effect of the last intervention begun this year, as parts of the page.

    Where it is not to be measured yet, that of the last one that is, beside it.
    """
    keys = keys_read(request.GET.getlist("student"))[:MOST]
    today = timezone.localdate()
    first = academic_year_start(academic_year_of(today))
    seen: Any = InterventionStudent.objects.visible_to(request.user).standing()
    places = seen.filter(student__in=keys, joined_on__range=(first, today)).select_related("intervention__type")
    held: dict[int, list[InterventionStudent]] = defaultdict(list)
    for place in places.order_by("joined_on", "pk"):
        held[place.student_id].append(place)
    effects = {
        key: shown
        for key, (_effect, shown) in effects_of([each for mine in held.values() for each in mine], today).items()
    }
    rows = [_row(mine, effects) for mine in held.values()]
    return render(request, "reports/_tracker_effects.html", {"rows": rows})


def _row(
    places: list[InterventionStudent], effects: Mapping[int, Shown]
) -> tuple[InterventionStudent, Shown, int, Any]:
    """Return the place that is shown, its effect, how many there are, and the newest's effect where that is another."""
    newest = places[-1]
    shown = next((each for each in reversed(places) if effects[each.pk].adjusted is not None), newest)
    return shown, effects[shown.pk], len(places), effects[newest.pk] if shown != newest else None
