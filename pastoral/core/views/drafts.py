"""Where the forms' script keeps what somebody types, and finds it again."""

from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pastoral.core import drafts
from pastoral.core.models import Draft
from pastoral.core.requests import StaffRequest
from pastoral.core.templatetags.pastoral import day
from pastoral.core.words import asked_for


@never_cache
@require_http_methods(["GET", "POST"])
def draft(request: StaffRequest) -> HttpResponse:
    """Keep one's own draft, or answer with it; nothing under the key is an empty answer."""
    if request.method == "POST":
        return _keep(request)
    held = Draft.objects.visible_to(request.user).filter(key=asked_for(request, "key")).first()
    if held is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return JsonResponse(_stamp(held) | {"fields": held.fields, "days": drafts.KEPT.days})


def _keep(request: StaffRequest) -> HttpResponse:
    try:
        kept = drafts.draft_keep(
            user=request.user,
            key=request.POST.get("key", ""),
            sent=request.POST.get("fields", ""),
            now=timezone.now(),
        )
    except drafts.TooLong:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except drafts.NoDraft:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    return JsonResponse(_stamp(kept) if kept else {})


def _stamp(held: Draft) -> dict[str, object]:
    return {"on": day(held.saved_at), "at": f"{timezone.localtime(held.saved_at):%Y-%m-%dT%H:%M}"}
