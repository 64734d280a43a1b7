"""The lists whose filters and order somebody may keep under a name, and what of an address is kept of them."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from pastoral.core.rights import Right
from pastoral.core.words import plain

TRACKER = "reports:pa_tracker"
_CONDUCT = ("window", "year", "group", "house", "cohort", "type", "location", "slot", "weekday", "activity", "action")
# What each list is called, and which of its filters are kept.
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    TRACKER: (
        "PA tracker",
        ("state", "year", "group", "cohort", "also", "reason", "recovery", "notice", "support", "sort"),
    ),
    "attendance:notice_list": ("Penalty notices", ("show", "group", "year")),
    "attendance:planned_list": ("Planned absence", ("when", "year", "group", "kind")),
    "attendance:proposal_list": ("Proposals", ("show", "strand", "rule", "year", "group")),
    "behaviour:case_list": ("Bullying and prejudice", ("show", "form", "motivation", "year")),
    "behaviour:detention_list": ("Detentions", ("show",)),
    "behaviour:suspension_list": ("Suspensions", ("show", "year")),
    "contacts:enquiry_list": ("Enquiries", ("show", "topic", "owner", "year")),
    "contacts:ledger": (
        "Contacts",
        ("year", "group", "channel", "direction", "result", "purpose", "author", "owner", "mine"),
    ),
    "contacts:letter_list": ("Letters", ("show", "kind")),
    "contacts:referral_list": ("Referrals", ("show", "agency", "year", "mine")),
    "interventions:action_list": ("My actions", ("show", "only")),
    "interventions:case_list": ("Attendance cases", ("show", "year", "stage", "barrier", "outcome", "mine", "sort")),
    "interventions:intervention_list": ("Interventions", ("show", "type", "aim", "year", "cover", "mine")),
    "interventions:meeting_list": ("Meetings", ("show", "purpose", "year")),
    "interventions:plan_list": ("Plans", ("show", "kind", "year", "mine")),
    "reports:achievement_list": ("Achievements", ("window", "year", "group", "house", "cohort", "type", "activity")),
    "reports:incident_list": ("Incidents", (*_CONDUCT, "roles", "reach")),
    "reports:quiet": ("Quiet children", ("show", "year", "group", "sort")),
    "reports:team_board": ("Tutor team", ("show", "sort")),
}


def query_kept(page: str, words: str) -> str:
    """Return the query with the list's own filters alone: what it does not know, and any student's key, is not kept."""
    asked, kept = QueryDict(plain(words)[:500]), QueryDict(mutable=True)
    for name in LISTS[page][1]:
        if value := asked.get(name):
            kept[name] = value[:60]
    return kept.urlencode()[:500]


def saved_views_link(request: HttpRequest) -> dict[str, Any]:
    """Offer on each such list the way to one's saved views of it, which asks the database for nothing."""
    match = request.resolver_match
    page = match.view_name if match else ""
    if page not in LISTS or page == TRACKER or not request.user.is_authenticated:  # the tracker shows its views itself
        return {}
    if Right.SEE_STUDENT not in request.user.rights:
        return {}
    query = urlencode({"page": page, "query": query_kept(page, request.GET.urlencode())})
    return {"saved_views_url": f"{reverse('reports:saved_views')}?{query}"}
