"""Report cards opened, changed, ended, and withdrawn."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from behaviour.forms.cards import CardChangeForm, CardForm, EndForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import ReportCard
from behaviour.services import cards as services
from behaviour.summaries.cards import verdict_now
from behaviour.views.cards import kept, over
from pastoral.core.late import too_late
from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.withdrawal import withdrawn_already
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet
from students.staff import team_of
from students.summaries import SchoolCalendar

USUAL_LENGTH = timedelta(days=13)  # two weeks of school, from a Monday to a Friday
USUAL_RULE = {"stop_at": 80, "stop_days": 5}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_REPORT_CARDS)
def card_add(request: StaffRequest) -> HttpResponse:
    """Open a card: first the student, whom the address may name, then the card."""
    picking = Picking.of(request.POST or request.GET, _students(request.user), takes_one=True)
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    if len(picking.chosen) > 1:
        picking.fault = "Choose one student: each has a card of their own."
    student = picking.chosen[0] if len(picking.chosen) == 1 else None
    running = ReportCard.objects.visible_to(request.user).running().filter(student=student).first()
    if student and running:
        messages.info(request, f"{student.full_name} is on this card already.")
        return redirect("behaviour:card_detail", running.pk)
    form = _card_form(request, student, is_sent=request.POST.get("do") == "save") if student else None
    if form and student and form.is_valid():
        try:
            card = services.card_open(student=student, opening=form.opening(), by=request.user, now=timezone.now())
        except services.CardRunning as clash:
            form.add_error(None, str(clash))
        else:
            messages.success(request, f"{student.full_name} is on a {card.get_level_display()} card.")
            return redirect("behaviour:card_detail", card.pk)
    picking.wants_focus = not student
    context = {"picking": picking, "form": form, "student": student}
    return render(request, "behaviour/card_form.html", context, status=422 if form and form.errors else 200)


def _card_form(request: StaffRequest, student: Student, *, is_sent: bool) -> CardForm:
    today, calendar = timezone.localdate(), SchoolCalendar.load()
    begins, ends = _usual_days(calendar, today)
    initial = USUAL_RULE | {"level": ReportCard.Level.TUTOR, "starts_on": begins, "ends_on": ends}
    data = request.POST if is_sent else None
    return CardForm(data, initial=initial, team=team_of(student, today), calendar=calendar, today=today)


def _usual_days(calendar: SchoolCalendar, today: date) -> tuple[date, date]:
    """Return the next school day and the last one of the two weeks from then on."""
    begins = calendar.next_school_day(today) or today
    return begins, max(calendar.between(begins, begins + USUAL_LENGTH), default=begins)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_REPORT_CARDS)
def card_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a running card right: its targets, its days, who keeps it, when the parents were told."""
    card = kept(request, pk)
    targets = {f"target{target.order}": target.words for target in card.targets.on_card()}
    names = (
        "level",
        "reason",
        "starts_on",
        "ends_on",
        "stop_at",
        "stop_days",
        "most_points",
        "parent_told_on",
        "parent_told_how",
    )
    stands = {name: getattr(card, name) for name in names} | targets
    form = CardChangeForm(
        request.POST or None,
        initial=stands | {"keeper": card.keeper_id, "seen": services.card_version(card)},
        team=team_of(card.student, timezone.localdate()),
        calendar=SchoolCalendar.load(),
        today=timezone.localdate(),
    )
    if answer := over(request, card, form):
        return answer
    if form.is_valid():
        try:
            services.card_change(card=card, seen=form.cleaned_data["seen"], opening=form.opening())
        except services.CardOver as fault:
            return too_late(request, str(fault), reverse("behaviour:card_detail", args=[pk]), form)
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "The card is changed; what it said before is kept.")
            return redirect("behaviour:card_detail", pk)
    context = {"form": form, "card": card}
    return render(request, "behaviour/card_change.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_REPORT_CARDS)
def card_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End a card with its result; where it goes on, the next one begins on the next school day."""
    card = kept(request, pk)
    following = ReportCard.objects.visible_to(request.user).standing(follows=card).first() if card.outcome else None
    now, today, calendar = timezone.now(), timezone.localdate(), SchoolCalendar.load()
    verdict = verdict_now(card, calendar, today)
    _begins, ends = _usual_days(calendar, today)
    proposed = {"end": ReportCard.Outcome.ENDED, "up": ReportCard.Outcome.UP, "renew": ReportCard.Outcome.RENEWED}
    form = EndForm(
        request.POST or None,
        initial={"outcome": proposed.get(verdict.proposes, ""), "ends_on": ends},
        card=card,
        team=team_of(card.student, today),
        calendar=calendar,
        today=today,
    )
    is_same = form.data.get("outcome_note", "").strip() == card.outcome_note  # a second click
    if answer := over(request, card, None if is_same else form, lead_to=following):
        return answer
    if form.is_valid():
        try:
            following = services.card_end(
                card=card,
                outcome=form.cleaned_data["outcome"],
                note=form.cleaned_data["outcome_note"],
                following=form.following(),
                by=request.user,
                now=now,
            )
        except services.CardOver as fault:
            return too_late(request, str(fault), reverse("behaviour:card_detail", args=[pk]), form)
        messages.success(request, f"The card of {card.student.full_name} has ended.")
        return redirect("behaviour:card_detail", following.pk if following else pk)
    context = {"form": form, "card": card, "verdict": verdict}
    return render(request, "behaviour/card_end.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_REPORT_CARDS)
def card_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a card that was opened by mistake."""
    card = kept(request, pk)
    if answer := withdrawn_already(request, card, reverse("behaviour:card_list")):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        services.card_withdraw(card=card, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "The card is withdrawn: it stands in no list, and stays in the history.")
        return redirect("behaviour:card_list")
    context = {"form": form, "card": card}
    return render(request, "behaviour/card_withdraw.html", context, status=422 if form.errors else 200)


def _students(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return Student.objects.with_right(user, Right.KEEP_REPORT_CARDS).on_roll(today).with_tutor_group(today)
