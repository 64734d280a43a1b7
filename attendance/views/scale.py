"""Attendance's settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from attendance.figures import Bands
from attendance.forms.scale import RagScaleForm, missed_to_attended
from attendance.services import scale as services
from attendance.summaries import bands_now, scale_changes
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def rag_scale_form(request: StaffRequest) -> HttpResponse:
    """Take the school's RAG bands: `preview` shows what they would mean, anything else saves them."""
    bands = bands_now()
    form = RagScaleForm.of(bands, request.POST or None)
    preview = None
    if form.is_valid():
        if "preview" in request.POST:
            preview = in_words(form.bands)
        elif _saved(form):
            messages.success(
                request, "The bands are saved. Weekly RAGs made before keep the bands they were made with."
            )
            return redirect("attendance:rag_scale_form")
    context = {"form": form, "now": in_words(bands), "preview": preview, "changes": scale_changes()}
    return render(request, "attendance/rag_scale_form.html", context)


def _saved(form: RagScaleForm) -> bool:
    try:
        services.rag_scale_set(bands=form.bands)
    except services.BandsOutOfOrder as fault:
        form.add_error("green_from", str(fault))
        return False
    return True


def in_words(bands: Bands) -> list[tuple[str, str]]:
    """Return each band with the attendance it covers, in words."""
    red, green = missed_to_attended(bands.red_from), missed_to_attended(bands.green_to)
    return [
        ("red", f"{red} % and below"),
        ("amber", f"above {red} % and below {green} %"),
        ("green", f"{green} % and above"),
    ]
