"""Events that families are asked to: the list, asking, the answers, the ticks at the door, and whom to ring."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.forms.events import EventForm
from contacts.forms.withdrawal import CallOffForm
from contacts.models import EventPlace
from contacts.services import events as services
from contacts.services.contacts import CarerBarred, NotTheirCarer
from contacts.services.withdrawal import record_withdraw
from contacts.summaries.events import EventPage, events_of, events_shown, places_of
from pastoral.core.models import User
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, key_read
from students.files import offered_as_file
from students.models import Enrolment, Student

SHOWS = {"": "Answers", "door": "Who came", "call": "To ring"}
SIZE = 60


@never_cache
@require_safe
@right_required(Right.LOG_CONTACTS)
@offered_as_file("Events for parents")
def event_list(request: StaffRequest) -> HttpResponse:
    """Show the events to which families of the person's students are asked, latest first."""
    context = {
        "page": list_page(events_shown(request.user), cursor=asked_for(request, "before"), size=SIZE),
        "makes": request.user.may(Right.SEND_LETTERS),
        "today": timezone.localdate(),
    }
    return render(request, "contacts/event_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEND_LETTERS)
def event_add(request: StaffRequest) -> HttpResponse:
    """Make an event and ask the families of whole years or tutor groups."""
    choices = _choices(request.user)
    form = EventForm(request.POST or None, choices=choices)
    if form.is_valid():
        students = _asked(request.user, form.cleaned_data["asked"])
        event = services.event_make(
            occasion=form.occasion(),
            students=students,
            token=form.cleaned_data["token"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, f"{event.name}: {event.places.count()} families are asked.")
        return redirect("contacts:event_detail", event.pk)
    context = {"form": form, "title": "A new event"}
    return render(request, "contacts/event_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@right_required(Right.LOG_CONTACTS)
def event_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the answers, the ticks of who came, or whom to ring: 404 where none of the person's families is asked."""
    page = _page(request.user, pk)
    wanted = asked_for(request, "show")
    show = wanted if wanted in SHOWS else ""
    rows = page.to_call if show == "call" else page.rows
    group = asked_for(request, "group")
    context = {
        "held": page,
        "event": page.event,
        "show": show,
        "page": list_page(
            [row for row in rows if group in ("", row.who.tutor_group)], cursor=asked_for(request, "before"), size=SIZE
        ),
        "groups": sorted({row.who.tutor_group for row in page.rows}, key=lambda name: (len(name), name)),
        "group": group,
        "is_mine": page.event.made_by_id == request.user.pk,
        **_counted(page, show),
    }
    return render(request, "contacts/event_detail.html", context)


def _counted(page: EventPage, show: str) -> dict[str, object]:
    """Return the numbers above the list, which a tap changes too."""
    coming, not_coming = (len(page.answered(each)) for each in (EventPlace.Answer.COMING, EventPlace.Answer.NOT_COMING))
    numbers = {"door": len(page.came), "call": len(page.to_call), "": coming}
    address = reverse("contacts:event_detail", args=[page.event.pk])
    tabs = [
        (f"{address}?show={slug}" if slug else address, f"{words} {numbers[slug]}", slug == show)
        for slug, words in SHOWS.items()
    ]
    return {"tabs": tabs, "coming": coming, "not_coming": not_coming}


@never_cache
@require_POST
@right_required(Right.LOG_CONTACTS)
def event_tick(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one tap: an answer, who came, or that the family was not there; to htmx the row as it is now."""
    place = get_object_or_404(places_of(request.user).filter(event__withdrawn_at=None), pk=pk)
    fault, show = "", request.POST.get("show", "")
    try:
        _take(request, place)
    except (services.NotYet, CarerBarred, NotTheirCarer) as refusal:
        fault = str(refusal)
    if request.htmx:
        page = _page(request.user, place.event_id)
        row = next(row for row in page.rows if row.place.pk == pk)
        context = {"row": row, "held": page, "show": show, "fault": fault, **_counted(page, show)}
        return render(request, "contacts/_event_ticked.html", context)
    if fault:
        messages.error(request, fault)
    address = reverse("contacts:event_detail", args=[place.event_id])
    return redirect(f"{address}{f'?show={show}' if show in SHOWS and show else ''}#row-{pk}")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.LOG_CONTACTS)
def event_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Call off an event with the reason: for whoever made it."""
    event = get_object_or_404(events_of(request.user).filter(made_by=request.user), pk=pk)
    form = CallOffForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=event, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, f"{event.name} is called off.")
        return redirect("contacts:event_list")
    context = {"form": form, "title": f"Call off: {event.name}"}
    return render(request, "contacts/event_form.html", context, status=422 if form.errors else 200)


def _take(request: StaffRequest, place: EventPlace) -> None:
    do, _, key = request.POST.get("do", "").partition("-")
    if do == "came":
        links = place.student.parent_carer_links.filter(parent_carer=key_read(key)).select_related("parent_carer")
        person = next((link.parent_carer for link in links), None)
        if key and person is None:
            raise NotTheirCarer("Choose a parent or carer of the student.")
        services.place_came(place=place, person=person, by=request.user, now=timezone.now())
    elif do == "not":
        services.place_not_there(place=place, by=request.user, now=timezone.now())
    elif do in {EventPlace.Answer.COMING, EventPlace.Answer.NOT_COMING}:
        services.place_answer(place=place, answer=do)


def _page(user: User, pk: int) -> EventPage:
    page = EventPage.load(user, pk, timezone.localdate())
    if page is None:
        raise Http404("no such event to which a family of this person's students is asked")
    return page


def _choices(user: User) -> list[tuple[str, str]]:
    """Return the years and tutor groups that the person may ask, as values and words."""
    places = Enrolment.objects.visible_to(user).current(timezone.localdate()).group_names()
    years = dict.fromkeys(year for year, _group in places)
    return [
        *((f"year-{year}", f"Year {year}") for year in years),
        *((f"group-{group}", group) for _year, group in places),
    ]


def _asked(user: User, chosen: Iterable[str]) -> list[Student]:
    """Return the students on roll of the years and groups chosen, about whom the person sends letters."""
    today = timezone.localdate()
    spells = Enrolment.objects.visible_to(user).current(today)
    years = [key_read(each.partition("-")[2]) for each in chosen if each.startswith("year-")]
    groups = [each.partition("-")[2] for each in chosen if each.startswith("group-")]
    asked = spells.filter(year_group__in=years) | spells.filter(tutor_group__name__in=groups)
    reach = Student.objects.with_right(user, Right.SEND_LETTERS).on_roll(today)
    return list(reach.filter(pk__in=asked.values("student")))
