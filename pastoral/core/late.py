"""A form that comes too late: what it was to change stands no more. What was typed is shown, to be copied."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pastoral.core.forms import typed_words
from pastoral.core.templatetags.pastoral import daytime
from pastoral.core.withdrawal import Withdrawable

CONFLICT = 409


def too_late(
    request: HttpRequest, said: str, back: str, form: Form | None = None, *, stays: bool = False
) -> HttpResponse:
    """Say what happened meanwhile, with what the form held that the record does not; lead back where it held nothing.

    back: the address of the page that tells how it stands. htmx, which shows no page of a conflict, is led there too,
    and what was typed is said there. stays: nothing was typed, but the page is shown all the same: of one tap in a long
    list it would not be seen that it did nothing.
    """
    typed = typed_words(form) if form is not None and form.is_bound else []
    if getattr(request, "htmx", False):
        written = "; ".join(f"{label}: {words}" for label, words in typed)
        messages.warning(request, f"{said} You had written: {written}" if written else said)
        return HttpResponse(status=204, headers={"HX-Redirect": back})
    if not typed and not stays:
        messages.warning(request, said)
        return redirect(back)
    return render(request, "core/too_late.html", {"said": said, "typed": typed, "back": back}, status=CONFLICT)


def withdrawn_meanwhile(
    request: HttpRequest, record: Withdrawable, back: str, form: Form | None = None, because: str | None = None
) -> HttpResponse | None:
    """Answer a form for a record that was withdrawn: by whom, when and why; None while the record stands.

    because: the reason as this person may read it, where that is not as it was written.
    """
    if record.withdrawn_at is None or record.withdrawn_by is None:
        return None
    why = record.withdrawn_because if because is None else because
    said = f"It was withdrawn by {record.withdrawn_by.formal_name}, {daytime(record.withdrawn_at)}"
    return too_late(request, f"{said}: {why}" if why else f"{said}.", back, form)
