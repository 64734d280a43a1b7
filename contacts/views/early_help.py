"""Early help: the lists, and one of them with its family, actions and meetings."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.early_help import CloseForm, MemberForm, ReviewForm
from contacts.forms.early_help_actions import ActionForm
from contacts.models import EarlyHelp
from contacts.services import early_help as services
from contacts.services.referrals import NotTheirs
from contacts.summaries.early_help import (
    SHOWS,
    HelpRecord,
    due_rows,
    dues_asked,
    help_record,
    help_rows,
    helps_asked,
    kin_of,
)
from contacts.summaries.keepers import keepers_of
from contacts.views.agency_common import SIZE, asked_of, list_context, reading_noted, tabs_of
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.paging import counted_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.templatetags.pastoral import day
from pastoral.core.words import asked_for, key_read
from students.files import offered_as_file

DUES = ("reviews", "actions")


@never_cache
@require_safe
@right_required(Right.SEE_AGENCIES)
@offered_as_file("Early help")
def early_help_list(request: StaffRequest) -> HttpResponse:
    """List the early help asked for, or the actions or meetings that are due."""
    asked = asked_of(request, SHOWS)
    is_due, user, on = asked.show in DUES, request.user, timezone.localdate()
    found: Any = (dues_asked if is_due else helps_asked)(user, asked, on)
    rows_of: Any = due_rows if is_due else help_rows
    page = counted_page(found, lambda held: rows_of(user, held, on), cursor=asked_for(request, "before"), size=SIZE)
    context = list_context(request, "contacts:early_help_list", asked, SHOWS, page)
    return render(request, "contacts/early_help_list.html", context | {"is_due": is_due})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_AGENCIES)
def early_help_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show early help whole, to be printed too, and take what is added to it."""
    visible = EarlyHelp.objects.visible_to(request.user).select_related(
        "student", "lead", "lead_worker__agency", "consent_by", "opened_by", "withdrawn_by"
    )
    held = get_object_or_404(visible, pk=pk)
    record = help_record(request.user, held, timezone.localdate())
    if record is None:
        raise Http404("no such student among those this person may see")
    do = request.POST.get("do", "") if request.method == "POST" else ""
    forms = _forms(request, held, do) if record.may_keep and not held.declined_because else {}
    if do and (answer := withdrawn_meanwhile(request, held, request.path, forms.get(do))):
        return answer
    if do and not forms:
        raise Http404("not the person's to change")
    is_late = do not in ("", "reopen") and not record.is_running  # a second click on Close is no fault
    if do and (not is_late or do == "close") and _is_done(request, held, do, forms.get(do)):
        return redirect("contacts:early_help_detail", pk)
    if is_late:
        return too_late(request, f"It was closed on {day(held.closed_on)}.", request.path, forms.get(do))
    reading_noted(request, held.student_id)
    context = {
        "tabs": tabs_of(request, "contacts:early_help_list"),
        "record": record,
        "help": held,
        "who": record.shown.who,
        "acts": _acts(record, forms),
        "opened": do,
    }
    return render(request, "contacts/early_help_detail.html", context, status=422 if do in forms else 200)


def _forms(request: StaffRequest, held: EarlyHelp, do: str) -> dict[str, Any]:
    """Return the forms on the page, the one that was sent filled with it."""
    today = timezone.localdate()
    keepers = keepers_of(held.student, Right.SEE_CONTACTS, today)
    made: dict[str, Any] = {
        "member": lambda data: MemberForm(data, kin=kin_of(request.user, held.student, today)),
        "action": lambda data: ActionForm(data, keepers=keepers, initial={"owner": request.user.pk}),
        "review": ReviewForm,
        "close": CloseForm,
    }
    forms = {slug: make(request.POST if slug == do else None) for slug, make in made.items()}
    for slug, form in forms.items():
        form.auto_id = f"{slug}-%s"
    return forms


def _acts(record: HelpRecord, forms: dict[str, Any]) -> dict[str, Any]:
    """Return the forms that follow from how it stands."""
    return forms if record.is_running else {}


def _is_done(request: StaffRequest, held: EarlyHelp, do: str, form: Any) -> bool:
    """Do what was sent; where the form has a fault, or it stands otherwise by now, say so and return False."""
    if do == "drop":
        services.member_drop(held=held, key=key_read(request.POST.get("member", "")))
    elif do == "reopen":
        try:
            services.help_reopen(held=held)
        except services.RunsAlready as fault:
            messages.error(request, str(fault))
            return True
    elif form is None or not form.is_valid() or not _is_added(held, do, form):
        return False
    messages.success(request, "Saved.")
    return True


def _is_added(held: EarlyHelp, do: str, form: Any) -> bool:
    data = form.cleaned_data
    try:
        if do == "member":
            services.member_add(held=held, **data)
        elif do == "action":
            services.action_add(held=held, facts=form.facts())
        elif do == "review":
            services.review_set(held=held, due_on=data["due_on"])
        else:
            services.help_close(held=held, **data)
    except (services.OutOfOrder, NotTheirs) as fault:
        form.add_error(None, str(fault))
        return False
    return True
