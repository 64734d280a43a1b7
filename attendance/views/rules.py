"""The rules that propose, as the school sets them."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from attendance.forms.rules import RuleForm
from attendance.rules.data import Setting
from attendance.rules.registry import findings
from attendance.services import proposals as services
from attendance.summaries.proposals import found_on, last_day_over, rule_data, rule_settings
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required


@require_safe
@right_required(Right.CHANGE_SETTINGS)
def rule_list(request: StaffRequest) -> HttpResponse:
    """Show every rule with how many students it finds; numbers only, since who they are is the year teams'."""
    on = last_day_over(timezone.localdate())
    settings = rule_settings()
    found = found_on(on) if on else {}
    rows = [(setting, len({one.student_id for one in found.get(setting.slug, ())})) for setting in settings]
    students = len({one.student_id for ones in found.values() for one in ones})
    return render(request, "attendance/rule_list.html", {"rows": rows, "on": on, "students": students})


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def rule_form(request: StaffRequest, slug: str) -> HttpResponse:
    """Take one rule: `preview` counts whom it would find, anything else saves it."""
    setting = next((held for held in rule_settings() if held.slug == slug), None)
    if setting is None:
        raise Http404("no such rule")
    form = RuleForm.of(setting, request.POST or None)
    preview = None
    if form.is_valid():
        if "preview" in request.POST:
            preview = _would_find(form.setting(slug))
        elif _saved(request, form, slug):
            messages.success(request, "The rule is saved. It proposes by it from the next school morning on.")
            return redirect("attendance:rule_list")
    context = {"form": form, "setting": setting, "preview": preview, "now": _would_find(setting)}
    return render(request, "attendance/rule_form.html", context)


def _would_find(setting: Setting) -> int:
    """Return how many students the rule, were it on, would find as at the last day that is over."""
    on = last_day_over(timezone.localdate())
    if on is None:
        return 0
    others = [held for held in rule_settings() if held.slug != setting.slug]
    settings = [*others, replace(setting, is_on=True)]
    found = findings(rule_data(on, settings), settings)[setting.slug]
    return len({one.student_id for one in found})


def _saved(request: StaffRequest, form: RuleForm, slug: str) -> bool:
    try:
        services.rule_set(setting=form.setting(slug), by=request.user)
    except ValidationError as fault:
        form.add_error(None, fault)
        return False
    return True
