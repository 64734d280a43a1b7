"""The templates of letters and the rules that say whom they are for."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.letters import RuleForm, TemplateForm
from contacts.merging import fields_for, long_sentences
from contacts.models import LetterTemplate
from contacts.services import templates as services
from contacts.summaries.letter_templates import changes_of, example_of, filled_in, rules_held, templates_held
from contacts.views.letters import tabs_of
from contacts.views.reading import letters_noted
from pastoral.core.forms import GuardedForm
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of
from students.models import Student
from students.picking import Picking

FIRST_RULE = {"grace_days": 3, "quiet_days": 28, "is_on": True, "weeks": None}


@never_cache
@require_safe
@right_required(Right.KEEP_LETTERS)
def template_list(request: StaffRequest) -> HttpResponse:
    """Show the templates, and the rules with what each says."""
    context = {"templates": templates_held(), "rules": rules_held(), "tabs": tabs_of(request, "template_list")}
    return render(request, "contacts/template_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_LETTERS)
def template_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Take the words of a letter, new or changed; unknown merge fields are named with what was meant."""
    held = get_object_or_404(templates_held(), pk=pk) if pk else None
    form = TemplateForm(request.POST or None, initial=_initial(held, services.TEMPLATE_FIELDS, {"is_active": True}))
    if form.is_valid() and _saved(form, services.template_save, held, services.TEMPLATE_FIELDS):
        messages.success(request, f"{form.cleaned_data['name']} is saved. Letters made before keep their words.")
        return redirect("contacts:template_list")
    kind = form["kind"].value() or LetterTemplate.Kind.UNIFORM
    context = {
        "form": form,
        "held": held,
        "fields": fields_for(kind),
        "long": long_sentences(form["body"].value() or ""),
        "changes": changes_of(held),
        "back": reverse("contacts:template_list"),
    }
    return render(request, "contacts/template_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@right_required(Right.KEEP_LETTERS)
def template_example(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a template with examples in its fields, or as it would be for a student about whom the person may write."""
    template = get_object_or_404(templates_held(), pk=pk)
    students = Student.objects.with_right(request.user, Right.SEND_LETTERS)
    picking = Picking.of(request.GET, students.with_tutor_group(timezone.localdate()))
    picking.wants_focus = False  # the letter is what the page is opened for, and stands above
    student = picking.chosen[-1] if picking.chosen else None
    copy = filled_in(template, student.pk, by=request.user, today=timezone.localdate()) if student else None
    letters_noted(request, [student.pk] if copy and student else [])
    subject, body = (copy.subject, copy.body) if copy else example_of(template)
    context = {
        "template": template,
        "picking": picking,
        "student": student,
        "copy": copy,
        "subject": subject,
        "body": body,
        "may_pick": request.user.may(Right.SEND_LETTERS),
        "back": reverse("contacts:template_list"),
    }
    return render(request, "contacts/template_example.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_LETTERS)
def rule_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Take whom a batch of letters is for."""
    held = get_object_or_404(rules_held(), pk=pk) if pk else None
    form = RuleForm(request.POST or None, initial=_initial(held, services.RULE_FIELDS, FIRST_RULE))
    if form.is_valid() and _saved(form, services.rule_save, held, services.RULE_FIELDS):
        messages.success(request, f"{form.cleaned_data['title']} is saved.")
        return redirect("contacts:template_list")
    context = {"form": form, "held": held, "back": reverse("contacts:template_list")}
    return render(request, "contacts/rule_form.html", context, status=422 if form.errors else 200)


def _initial(held: Any, names: tuple[str, ...], first: dict[str, Any]) -> dict[str, Any]:
    if held is None:
        return first
    return model_to_dict(held, names) | {"seen": version_of(held, names)}


def _saved(form: GuardedForm, write: Any, held: Any, names: tuple[str, ...]) -> bool:
    """Save what the form says, or say beside it why that cannot be."""
    facts = {name: form.cleaned_data[name] for name in names}
    try:
        write(held=held, seen=form.cleaned_data["seen"], facts=facts)
    except Overtaken:
        form.overtaken()
    except ValidationError as fault:
        form.add_error(None, fault)
    else:
        return True
    return False
