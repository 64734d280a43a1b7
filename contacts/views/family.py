"""A family before the phone is lifted, who is ringing, and how they want to be contacted."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.family import WishForm
from contacts.services.family import WISHES, wish_set
from contacts.summaries.callers import callers
from contacts.summaries.family import FamilyPage
from contacts.summaries.wishes import wish_of, wishes_before
from contacts.summaries.wrong_numbers import wrong_numbers_shown
from pastoral.core.access import access_notes
from pastoral.core.models import AccessRecord
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of
from pastoral.core.words import asked_for
from students.files import offered_as_file
from students.models import Student

LONGEST = 60
SIZE = 50


@never_cache
@require_safe
@right_required(Right.LOG_CONTACTS)
def family(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a student's family: 404 unless the person logs contacts about the student; the reading is logged."""
    today = timezone.localdate()
    page = FamilyPage.load(request.user, pk, today)
    if page is None:
        raise Http404("no such student among those about whom this person logs contacts")
    access_notes(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        reasons={f"student:{who.student_id}": who.reason for who in page.read},
        path=request.get_full_path(),
    )
    context = {
        "page": page,
        "who": page.who,
        "today": today,
        "shows_address": Right.SEE_ALL_FLAGS in page.who.rights,
        "sends_letters": Right.SEND_LETTERS in page.who.rights,
        "takes_enquiries": Right.KEEP_ENQUIRIES in page.who.rights,
        "sees_agencies": Right.SEE_AGENCIES in page.who.rights,
    }
    return render(request, "contacts/family.html", context)


@never_cache
@require_safe
@right_required(Right.LOG_CONTACTS)
def family_find(request: StaffRequest) -> HttpResponse:
    """Show whose parent or carer has the name or the telephone number: the phone rings with a number on the display."""
    words = asked_for(request, "q")[:LONGEST]
    found = callers(request.user, words) if words else ()
    only = found[0].children if len(found) == 1 else ()
    if len(only) == 1:
        return redirect("contacts:family", only[0][0].student_id)
    return render(request, "contacts/family_find.html", {"words": words, "found": found})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.LOG_CONTACTS)
def wish_form(request: StaffRequest, pk: int, carer_id: int) -> HttpResponse:
    """Note how a parent or carer of the student wants to be contacted: 404 for one who is barred from them."""
    student = get_object_or_404(Student.objects.with_right(request.user, Right.LOG_CONTACTS), pk=pk)
    wish = wish_of(student, carer_id)
    if wish is None:
        raise Http404("no carer of this student whom the school may contact")
    person = wish.parent_carer
    stands = {name: getattr(wish, name) for name in WISHES}
    form = WishForm(request.POST or None, initial=stands | {"seen": version_of(wish, WISHES)})
    back = reverse("contacts:family", args=[pk])
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in WISHES}
        version = form.cleaned_data["seen"]
        try:
            wish_set(person=person, facts=facts, version=version, by=request.user, now=timezone.now())
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, f"Noted for {person}; what was noted before is kept.")
            return redirect(back)
    before = wishes_before(wish) if wish.pk else []
    context = {"form": form, "person": person, "student": student, "wish": wish, "history": before}
    return render(request, "contacts/wish_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@right_required(Right.IMPORT_FILES, Right.LOG_CONTACTS)
@offered_as_file("Wrong numbers")
def wrong_number_list(request: StaffRequest) -> HttpResponse:
    """Show the numbers that are wrong and still stand, for whoever keeps the records and whoever calls."""
    rows = wrong_numbers_shown(request.user)
    page = list_page(rows, cursor=asked_for(request, "before"), size=SIZE)
    return render(request, "contacts/wrong_numbers.html", {"page": page, "opens": request.user.may(Right.LOG_CONTACTS)})
