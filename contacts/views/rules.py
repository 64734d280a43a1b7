"""Contacts' settings: the rules of its clocks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from contacts.forms.rules import RulesForm
from contacts.services import rules as services
from contacts.summaries.rules import facts_now, rules_changes, rules_version
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def rules_form(request: StaffRequest) -> HttpResponse:
    """Take the rules by which the clocks of contacts run; who changed them stands beside."""
    form = RulesForm.of(facts_now(), rules_version(), request.POST or None)
    if form.is_valid():
        try:
            services.contact_rules_set(seen=form.cleaned_data["seen"], facts=form.cleaned_data)
        except Overtaken:
            form.overtaken()
        except services.RulesFault as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "The rules are saved. Every clock runs by them from now on.")
            return redirect("contacts:rules_form")
    context = {"form": form, "changes": rules_changes()}
    return render(request, "contacts/rules_form.html", context, status=422 if form.errors else 200)
