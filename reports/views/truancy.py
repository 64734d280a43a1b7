"""The truancy queue: lessons that students in school were missing from, each a task with an owner and an outcome."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.models import TruancyFollowUp
from attendance.services import truancy as services
from attendance.summaries.reach import Reached, reached
from attendance.summaries.truancy_rates import FEWEST_MARKS
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, day_read, plain
from reports.forms import HandOverForm
from reports.summaries.truancy import counts_of, is_hit, queue_of
from students.files import offered_as_file
from students.models import Student
from students.scopes import scope_of
from students.summaries import SchoolCalendar, window_chosen, windows_on

SPANS = {"": "Today", "5": "Last 5 school days"}
SHOWN = {"": "To do", "done": "Done"}
LONGEST_NOTE = 1000
MOST_ALSO = 12  # no school day has more periods


@dataclass(frozen=True)
class Asked:
    """What the address asks for: today or the last five school days, what is to do or what is done."""

    span: str
    show: str
    now: datetime

    @classmethod
    def of(cls, span: str, show: str) -> "Asked":
        """Read what is asked for; anything unknown is today's, to do."""
        return cls(span if span in SPANS else "", show if show in SHOWN else "", timezone.now())

    @property
    def today(self) -> date:
        """The running day."""
        return timezone.localdate(self.now)

    def address(self, **changes: str) -> str:
        """Return the queue's address with some parts changed."""
        query = {name: value for name, value in ({"days": self.span, "show": self.show} | changes).items() if value}
        return reverse("reports:truancy_queue") + (f"?{urlencode(query)}" if query else "")

    def days(self) -> tuple[date, date]:
        """Return the first and the last day."""
        if not self.span:
            return self.today, self.today
        held = SchoolCalendar.load().between(self.today - timedelta(days=60), self.today)
        return (held[-5:][0] if held else self.today), self.today


@never_cache
@require_safe
@right_required(Right.WORK_TRUANCY)
@offered_as_file("Missing from lessons")
def truancy_queue(request: StaffRequest) -> HttpResponse:
    """Show the queue in the person's years; to htmx the part that refreshes by itself."""
    return _answer(request, Asked.of(asked_for(request, "days"), asked_for(request, "show")))


def _answer(request: StaffRequest, asked: Asked, said: tuple[str, str] | None = None) -> HttpResponse:
    first, last = asked.days()
    queue = queue_of(request.user, first, last, asked.now, scope_of(request.user).years_with(Right.WORK_TRUANCY))
    counts = {"": len(queue.open), "done": len(queue.done)}
    context = {
        "asked": asked,
        "first": first,
        "last": last,
        "queue": queue,
        "rows": queue.done if asked.show else queue.open,
        "tasks": () if asked.show else queue.tasks,
        "spans": [(asked.address(days=key), words, key == asked.span) for key, words in SPANS.items()],
        "shows": [
            (asked.address(show=key), f"{words}: {counts[key]}", key == asked.show) for key, words in SHOWN.items()
        ],
        "outcomes": TruancyFollowUp.Outcome.choices,
        "live_url": asked.address(),
        "said": said,
    }
    return render(request, "reports/_truancy_live.html" if request.htmx else "reports/truancy_queue.html", context)


@require_POST
@right_required(Right.WORK_TRUANCY)
def truancy_take(request: StaffRequest, pk: int, day: str, period: str) -> HttpResponse:
    """Take a lesson to look into, with `also` more of that day: the second of two people is told who has it."""
    person, student, on, periods = _slots(request, pk, day, period)
    now = timezone.now()
    done, faults = [], []
    for each in periods:
        try:
            services.truancy_take(student=student, day=on, period=each, by=request.user, now=now)
        except (services.TakenByColleague, services.AlreadyEnded) as fault:
            faults.append(f"{each}: {fault}")
        else:
            done.append(each)
    return _back(request, "warning" if faults else "success", _told(person, done, "yours", faults))


@require_POST
@right_required(Right.WORK_TRUANCY)
def truancy_end(request: StaffRequest, pk: int, day: str, period: str) -> HttpResponse:
    """Note what came of it, with `also` for more lessons of that day."""
    person, student, on, periods = _slots(request, pk, day, period)
    outcome, note = request.POST.get("outcome", ""), plain(request.POST.get("note", ""))[:LONGEST_NOTE]
    if outcome not in TruancyFollowUp.Outcome.values:
        return _back(request, "error", f"{person.name}, {period}: choose an outcome.")
    now = timezone.now()
    done, faults = [], []
    for each in periods:
        try:
            services.truancy_end(
                student=student, day=on, period=each, outcome=outcome, note=note, by=request.user, now=now
            )
        except (services.TakenByColleague, services.AlreadyEnded) as fault:
            faults.append(f"{each}: {fault} Nothing was changed.")
        else:
            done.append(each)
    words = _told(person, done, TruancyFollowUp.Outcome(outcome).label.lower(), faults)
    if not faults:
        return _back(request, "success", words)
    return _back(request, "warning", f"{words} Your note: {note}" if note else words)


def _told(person: Reached, done: list[str], did: str, faults: list[str]) -> str:
    """Return what was done to which lessons, and why not to others."""
    return f"{person.name}, " + " ".join(([f"{', '.join(done)}: {did}."] if done else []) + faults)


@require_POST
@right_required(Right.WORK_TRUANCY)
def truancy_take_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an open follow-up over from a colleague."""
    follow_up, person = _follow_up(request, pk)
    before = follow_up.owner.formal_name
    try:
        services.truancy_hand_over(follow_up=follow_up, to=request.user, now=timezone.now())
    except services.AlreadyEnded as fault:
        return _back(request, "warning", f"{person.name}, {follow_up.period}: {fault}")
    return _back(request, "success", f"{person.name}, {follow_up.period}: taken over from {before}.")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.WORK_TRUANCY)
def truancy_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Give an open follow-up to a colleague who may work on this student's."""
    follow_up, person = _follow_up(request, pk)
    form = HandOverForm(request.POST or None, year=person.year, today=timezone.localdate(), but=request.user)
    if form.is_valid():
        colleague = form.cleaned_data["to"]
        try:
            services.truancy_hand_over(follow_up=follow_up, to=colleague, now=timezone.now())
        except services.AlreadyEnded as fault:
            messages.warning(request, f"{person.name}, {follow_up.period}: {fault}")
        else:
            messages.success(request, f"{person.name}, {follow_up.period}: handed over to {colleague.formal_name}.")
        return redirect("reports:truancy_queue")
    context = {"follow_up": follow_up, "person": person, "form": form}
    return render(request, "reports/truancy_hand_over.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@right_required(Right.WORK_TRUANCY)
@offered_as_file("Lessons missed")
def truancy_counts(request: StaffRequest) -> HttpResponse:
    """Show how often lessons were missed over a window, by student, period and subject."""
    windows = windows_on(timezone.localdate())
    window = window_chosen(windows, asked_for(request, "window"))
    years = scope_of(request.user).years_with(Right.WORK_TRUANCY)
    address = reverse("reports:truancy_counts")
    counts = counts_of(request.user, window.first, window.last, timezone.now(), years)
    student, period, subject = (
        asked_for(request, "student"),
        asked_for(request, "period"),
        asked_for(request, "subject"),
    )
    context = {
        "window": window,
        "ended": counts.ended_with(asked_for(request, "outcome")),
        "behind": counts.behind(student=student, period=period, subject=subject),
        "windows": [(f"{address}?window={each.slug}", each.name, each == window) for each in windows],
        "counts": counts,
        "fewest": FEWEST_MARKS,
    }
    return render(request, "reports/truancy_counts.html", context)


def _slots(request: StaffRequest, pk: int, day: str, period: str) -> tuple[Reached, Student, date, list[str]]:
    """Return whom, which day and which of its periods: that of the address, and `also` others of the same page."""
    person, student, on = _slot(request, pk, day, period)
    more = [each for each in dict.fromkeys(request.POST.getlist("also")[:MOST_ALSO]) if each != period]
    for each in more:
        _slot(request, pk, day, each)
    return person, student, on, [period, *more]


def _slot(request: StaffRequest, pk: int, day: str, period: str) -> tuple[Reached, Student, date]:
    """Return whom and which day the row is about: 404 unless the person works on this student's, and it is a row."""
    on = day_read(day)
    if on is None:
        raise Http404("no such day")
    person = _reached(request, pk)
    is_held = TruancyFollowUp.objects.visible_to(request.user).filter(student=pk, date=on, period=period).exists()
    if on > timezone.localdate() or not (is_held or is_hit((pk, on, period))):
        raise Http404("no such lesson missed")
    return person, get_object_or_404(Student.objects.visible_to(request.user), pk=pk), on


def _reached(request: StaffRequest, pk: int) -> Reached:
    person = reached(request.user, [pk]).get(pk)
    if person is None or Right.WORK_TRUANCY not in person.rights:
        raise Http404("no such student among those this person follows up")
    return person


def _follow_up(request: StaffRequest, pk: int) -> tuple[TruancyFollowUp, Reached]:
    visible = TruancyFollowUp.objects.visible_to(request.user).select_related("owner")
    follow_up = get_object_or_404(visible, pk=pk)
    return follow_up, _reached(request, follow_up.student_id)


def _back(request: StaffRequest, kind: str, words: str) -> HttpResponse:
    """Answer with the queue as it stands: the part alone to htmx, the page otherwise."""
    asked = Asked.of(request.POST.get("days", ""), request.POST.get("show", ""))
    if request.htmx:
        return _answer(request, asked, said=(kind, words))
    messages.add_message(request, getattr(messages, kind.upper()), words)
    return redirect(asked.address())
