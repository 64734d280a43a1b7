"""The rules that propose, as the school sets them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from attendance.forms.rules import RuleForm
from attendance.models import ProposalRule
from attendance.rules.data import Setting
from attendance.rules.registry import findings, rule_of
from attendance.services import rules as services
from attendance.summaries.rule_data import last_day_over, rule_data, rule_settings
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from students.strands import Strand
from students.summaries import SchoolCalendar

NEW = Setting(slug="new-rule", title="", count=3, weeks=None, proposes="", counts="strand", strand="behaviour")


@require_safe
@right_required(Right.CHANGE_SETTINGS)
def rule_list(request: StaffRequest) -> HttpResponse:
    """Show every rule with how many students it finds; numbers only, since who they are is the year teams'."""
    calendar = SchoolCalendar.load()
    on = max(calendar.between(date.min, timezone.localdate() - timedelta(days=1)), default=None)
    settings = rule_settings()
    found = findings(rule_data(on, settings, calendar), settings) if on else {}
    numbers = {slug: len({one.student_id for one in ones}) for slug, ones in found.items()}
    strands = [(strand.label, [_row(each, numbers) for each in settings if each.strand == strand]) for strand in Strand]
    students = len({one.student_id for ones in found.values() for one in ones})
    return render(request, "attendance/rule_list.html", {"strands": strands, "on": on, "students": students})


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def rule_form(request: StaffRequest, slug: str) -> HttpResponse:
    """Take one rule: `preview` counts whom it would find, anything else saves it."""
    settings = rule_settings()
    setting = next((held for held in settings if held.slug == slug), None)
    if setting is None:
        raise Http404("no such rule")
    form = RuleForm.of(setting, request.POST or None)
    preview = None
    if form.is_valid():
        if "preview" in request.POST:
            preview = _would_find(form.setting(slug), settings)
        elif _saved(form, lambda: services.rule_set(setting=form.setting(slug), by=request.user)):
            messages.success(request, "The rule is saved. It proposes by it from the next school morning on.")
            return redirect("attendance:rule_list")
    context = {"form": form, "setting": setting, "preview": preview, "now": _would_find(setting, settings)}
    return render(request, "attendance/rule_form.html", context)


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def rule_add(request: StaffRequest) -> HttpResponse:
    """Add a rule of the school's own: so many, within so long, of this, and the step for whom."""
    form = RuleForm.of(NEW, request.POST or None)
    preview = None
    if form.is_valid():
        if "preview" in request.POST:
            preview = _would_find(form.setting(NEW.slug), rule_settings())
        elif _saved(form, lambda: services.rule_add(setting=form.setting(NEW.slug), by=request.user)):
            messages.success(request, "The rule is added. It proposes from the next school morning on.")
            return redirect("attendance:rule_list")
    context = {"form": form, "setting": NEW, "preview": preview, "is_new": True}
    return render(request, "attendance/rule_form.html", context)


def _row(setting: Setting, numbers: Mapping[str, int]) -> tuple[Setting, int, str, str]:
    person = ProposalRule.Person(setting.person).label
    return setting, numbers.get(setting.slug, 0), _what(setting), person


def _what(setting: Setting) -> str:
    """Return what the rule counts, in words; "" for one that looks at marks in a way of its own."""
    return {"": "", "strand": "anything of the strand", "points": "points"}.get(
        setting.counts, setting.counts.partition(":")[2]
    )


def _would_find(setting: Setting, settings: Iterable[Setting]) -> int:
    """Return how many students the rule, were it on, would find as at the last day that is over.

    Only the other steps of its own ladder matter to that.
    """
    on = last_day_over(timezone.localdate())
    if on is None:
        return 0
    ladder = rule_of(setting).ladder
    steps = [each for each in settings if each.slug != setting.slug and ladder and rule_of(each).ladder == ladder]
    asked = [*steps, replace(setting, is_on=True)]
    return len({one.student_id for one in findings(rule_data(on, asked), asked)[setting.slug]})


def _saved(form: RuleForm, save: Callable[[], object]) -> bool:
    try:
        save()
    except ValidationError as fault:
        form.add_error(None, fault)
        return False
    return True
