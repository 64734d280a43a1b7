"""What the school's behaviour forms offer: types of incident, places, actions and the other lists."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.catalogue import TypeForm, WordForm
from behaviour.models import ListedWord
from behaviour.services import catalogue as services
from behaviour.summaries.catalogue import catalogue_changes, types_held, words_held
from pastoral.core.forms import BaseForm
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for

TITLES = {
    ListedWord.Kind.LOCATION.value: "Places",
    ListedWord.Kind.ACTIVITY.value: "Subjects and activities",
    ListedWord.Kind.PERIOD.value: "Parts of the day",
    ListedWord.Kind.ACTION.value: "Actions",
    ListedWord.Kind.STATUS.value: "Statuses",
    ListedWord.Kind.ACHIEVEMENT.value: "Achievements",
}
FIRST_TIME = {"points": 1, "severity": 1, "order": 500, "is_active": True}


@require_safe
@right_required(Right.CHANGE_SETTINGS)
def catalogue(request: StaffRequest) -> HttpResponse:
    """Show one of the lists, types of incident first, with how it was changed."""
    kind = asked_for(request, "list")
    if kind and kind not in TITLES:
        raise Http404("no such list")
    types = types_held()
    address = reverse("behaviour:catalogue")
    context = {
        "kind": kind,
        "title": TITLES.get(kind, "Types of incident"),
        "unplaced": [each for each in types if not each.strand],
        "types": [] if kind else [each for each in types if each.strand],
        "words": words_held(kind) if kind else [],
        "has_points": kind == ListedWord.Kind.ACHIEVEMENT,
        "lists": [
            (address, "Types of incident", not kind),
            *((f"{address}?list={each}", title, each == kind) for each, title in TITLES.items()),
        ],
        "changes": catalogue_changes(),
    }
    return render(request, "behaviour/catalogue.html", context)


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def type_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Take a type of incident: a new one, one that came with an import and is placed, or one that changes."""
    held = get_object_or_404(types_held(), pk=pk) if pk else None
    initial = model_to_dict(held) if held else FIRST_TIME
    if held and not held.strand:
        initial |= {"is_active": True, "order": FIRST_TIME["order"]}
    form = TypeForm(request.POST or None, held=held, initial=initial)
    if form.is_valid() and _saved(form, services.type_set, held=held):
        messages.success(request, f"{form.cleaned_data['name']} is saved.")
        return redirect("behaviour:catalogue")
    return _form(request, form, held.name if held else "Add a type of incident", reverse("behaviour:catalogue"))


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def word_form(request: StaffRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """Take a word of one of the lists, new or changed."""
    if kind not in TITLES:
        raise Http404("no such list")
    held = get_object_or_404(words_held(kind), pk=pk) if pk else None
    initial: dict[str, Any] = model_to_dict(held) if held else FIRST_TIME
    form = WordForm(request.POST or None, held=held, kind=kind, initial=initial)
    back = f"{reverse('behaviour:catalogue')}?list={kind}"
    if form.is_valid() and _saved(form, services.word_set, held=held, kind=kind):
        messages.success(request, f"{form.cleaned_data['name']} is saved.")
        return redirect(back)
    return _form(request, form, held.name if held else f"Add to {TITLES[kind].lower()}", back)


def _saved(form: BaseForm, write: Any, **about: Any) -> bool:
    """Save what the form says, or say beside it why that cannot be."""
    try:
        write(**about, **form.cleaned_data)
    except services.NameHeld as fault:
        form.add_error("name", str(fault))
    except ValidationError as fault:
        form.add_error(None, fault)
    else:
        return True
    return False


def _form(request: StaffRequest, form: BaseForm, heading: str, back: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "back": back}
    return render(request, "behaviour/catalogue_form.html", context, status=422 if form.errors else 200)
