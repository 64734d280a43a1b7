"""Writing letters: the rule or the students, then every copy in full, then made by a worker."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contacts.models import LetterRule, LetterTemplate
from contacts.services.letters import Choice, NothingChosen, batch_ask
from contacts.summaries.letter_preview import preview_of
from contacts.summaries.letter_previewed import Asked, Preview
from contacts.summaries.letter_templates import rules_to_send, templates_to_send
from contacts.views.letters import tabs_of
from contacts.views.reading import letters_noted
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for, key_asked
from students.models import Student
from students.picking import Picking
from students.scopes import years_offered
from students.summaries import SchoolCalendar

MOST_AT_ONCE = 300
YEARS = {str(number): number for number in range(7, 14)}
REACHES = {"home": "At home with the student", "all": "Everyone with parental responsibility"}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEND_LETTERS)
def letter_write(request: StaffRequest) -> HttpResponse:
    """Choose a rule, or a letter and students; see every copy, which is logged; have the ticked ones made."""
    students = Student.objects.with_right(request.user, Right.SEND_LETTERS)
    picking = Picking.of(request.GET, students.with_tutor_group(timezone.localdate()))
    asked = _asked(request, picking)
    if asked is None:
        return _choose(request, picking)
    preview, is_overtaken = preview_of(asked, SchoolCalendar.load()), False
    if request.method == "POST":
        try:
            if answer := _made(request, preview):
                return answer
        except Overtaken:
            preview, is_overtaken = preview.ticked_as(request.POST.getlist("copy")), True
    letters_noted(request, preview.students)
    return _preview(request, preview, is_overtaken=is_overtaken)


def _asked(request: StaffRequest, picking: Picking) -> Asked | None:
    """Return what the address asks for; None while something is still to be chosen."""
    rule = _rule(request)
    template = rule.template if rule else templates_to_send().filter(pk=key_asked(request, "template")).first()
    picked = tuple(student.pk for student in picking.chosen)
    if template is None or (rule is None and not picked) or picking.fault:
        return None
    reach = asked_for(request, "to") if asked_for(request, "to") in REACHES else "home"
    asked = Asked(template, rule, picked, request.user, timezone.localdate(), reach=reach)
    return replace(asked, year=YEARS.get(asked_for(request, "year")), group=asked_for(request, "group")[:20])


def _rule(request: StaffRequest) -> LetterRule | None:
    """Return the rule that the address names, or the first one for the kind of letter that it names."""
    rules = rules_to_send()
    kind = asked_for(request, "kind")
    if kind in LetterTemplate.Kind.values:
        return rules.filter(template__kind=kind).first()
    return rules.filter(pk=key_asked(request, "rule")).first()


def _choose(request: StaffRequest, picking: Picking) -> HttpResponse:
    picking.wants_focus = bool(picking.chosen or picking.fault)  # the rules stand first: a phone would scroll past them
    context = {
        "picking": picking,
        "rules": rules_to_send(),
        "templates": templates_to_send(),
        "template": key_asked(request, "template"),
        "keeps": request.user.may(Right.KEEP_LETTERS),
        "tabs": tabs_of(request, "letter_write"),
    }
    return render(request, "contacts/letter_write.html", context)


def _preview(request: StaffRequest, preview: Preview, *, is_overtaken: bool) -> HttpResponse:
    asked = preview.asked
    context = {
        "preview": preview,
        "is_overtaken": is_overtaken,
        "is_paper": is_overtaken and request.POST.get("paper") == "1",
        "asked": asked,
        "token": uuid4(),
        "reaches": [(slug, words, slug == asked.reach) for slug, words in REACHES.items()],
        "years": [str(year) for year in years_offered(request.user, Right.SEND_LETTERS)],
        "groups": preview.groups,
        "is_too_many": len(preview.letters) > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "tabs": tabs_of(request, "letter_write"),
    }
    return render(request, "contacts/letter_preview.html", context, status=409 if is_overtaken else 200)


def _made(request: StaffRequest, preview: Preview) -> HttpResponse | None:
    """Have the ticked letters made; None, with the reason said, where none can be. Raises Overtaken."""
    try:
        token = UUID(request.POST.get("token", ""))
    except ValueError:
        messages.error(request, "That page was too old. Look through the letters again.")
        return None
    do = request.POST.get("do", "")
    choice = Choice(
        request.POST.getlist("copy")[: MOST_AT_ONCE * 4],
        is_all_print=request.POST.get("paper") == "1",
        sends=do == "send",
        seen=request.POST.get("seen", ""),
    )
    try:
        batch = batch_ask(preview=preview, choice=choice, token=token, by=request.user, now=timezone.now())
    except NothingChosen as fault:
        messages.error(request, str(fault))
        return None
    return redirect(batch.job) if batch.job else redirect("contacts:batch_detail", batch.pk)
