"""What cases have in common: actions by who does them, and barriers by how cases ended."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interventions.models import Action
from interventions.summaries.case_rooms import OUTCOMES, barrier_rows, shared_actions
from interventions.views.case_common import tabs_of, years_of
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, key_asked
from students.files import offered_as_file


@never_cache
@require_safe
@right_required(Right.SEE_PA_CASES)
@offered_as_file("Shared actions")
def case_shared(request: StaffRequest) -> HttpResponse:
    """List what school, welfare officer, authority, agencies and families are to do for the open cases."""
    year, party = key_asked(request, "year"), asked_for(request, "party")
    party = party if party in Action.Party.values else ""
    context = {
        "tabs": tabs_of("interventions:case_shared"),
        "page": list_page(
            shared_actions(request.user, timezone.localdate(), year=year, party=party),
            cursor=asked_for(request, "before"),
        ),
        "years": years_of(request),
        "parties": Action.Party.choices,
        "year": year,
        "party": party,
    }
    return render(request, "interventions/case_shared.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_PA_CASES)
@offered_as_file("Barriers")
def case_barriers(request: StaffRequest) -> HttpResponse:
    """Show how cases with each barrier ended, with how many there are."""
    year = key_asked(request, "year")
    context = {
        "tabs": tabs_of("interventions:case_barriers"),
        "rows": barrier_rows(request.user, year=year),
        "outcomes": [label for _value, label in OUTCOMES],
        "years": years_of(request),
        "year": year,
    }
    return render(request, "interventions/case_barriers.html", context)
