"""Report cards: the list of them, one with its days, opened, changed, ended, printed."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.cards import CardForm, EndForm, SeenForm, SignForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import ReportCard
from behaviour.querysets import ReportCardQuerySet
from behaviour.services import cards as services
from behaviour.summaries.card_days import card_page
from behaviour.summaries.card_print import sheet_of
from behaviour.summaries.cards import card_rows, verdict_now
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord, User
from pastoral.core.paging import keyset_page, list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, day_read
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet
from students.scopes import scope_of
from students.staff import team_of
from students.summaries import SchoolCalendar

USUAL_LENGTH = timedelta(days=13)  # two weeks of school, from a Monday to a Friday
USUAL_RULE = {"stop_at": 80, "stop_days": 5}
SHOWN = {"": "Open", "sign": "To sign", "decide": "To decide", "ended": "Ended"}


@never_cache
@require_safe
@right_required(Right.SEE_BEHAVIOUR_NARRATIVE)
def card_list(request: StaffRequest) -> HttpResponse:
    """Show the open cards with today's state, or those that have ended."""
    today = timezone.localdate()
    show = asked_for(request, "show")
    show = show if show in SHOWN else ""
    cards = ReportCard.objects.visible_to(request.user).standing()
    context: dict[str, Any] = {"show": show, "may_keep": request.user.may(Right.KEEP_REPORT_CARDS), "today": today}
    if show == "ended":
        ended = cards.exclude(outcome="").placed(today)
        context["page"] = keyset_page(ended, field="ended_at", cursor=asked_for(request, "before"))
        return render(request, "behaviour/card_list_ended.html", context | _tabs(show))
    rows = card_rows(request.user, cards.running(), today)
    held = {
        "": rows,
        "sign": [row for row in rows if row.is_mine and row.unsigned],
        "decide": [row for row in rows if row.verdict.proposes],
    }
    context |= _tabs(show, {name: len(each) for name, each in held.items()})
    context["page"] = list_page(held[show], cursor=asked_for(request, "before"), size=50)
    return render(request, "behaviour/card_list.html", context)


def _tabs(show: str, counts: dict[str, int] | None = None) -> dict[str, Any]:
    counted = counts or {}
    tabs = [
        (f"?show={name}" if name else "?", f"{words} {counted[name]}" if name in counted else words, name == show)
        for name, words in SHOWN.items()
    ]
    return {"tabs": tabs}


@never_cache
@require_safe
@right_required(Right.SEE_BEHAVIOUR_NARRATIVE)
def card_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a card and one of its days, with what there is to sign."""
    card = _readable(request, pk)
    today = timezone.localdate()
    page = card_page(card, day_read(asked_for(request, "day")), timezone.now(), today)
    _note(request, card)
    return render(request, "behaviour/card_detail.html", _detail(request, page, today))


def _detail(request: StaffRequest, page: Any, today: date, **forms: Any) -> dict[str, Any]:
    record = page.record
    seen = {"on": record.parent_signed_on, "how": record.parent_how} if record and record.parent_signed_on else {}
    return {
        "page": page,
        "card": page.card,
        "today": today,
        "may_keep": _may_keep(request.user, page.card),
        "sign": SignForm(initial={"note": record.note if record else ""}),
        "seen": SeenForm(today=today, initial=seen),
    } | forms


@never_cache
@require_http_methods(["POST"])
@right_required(Right.KEEP_REPORT_CARDS)
def card_sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign a day, or note that a parent has seen it: `do` says which."""
    card = _kept(request, pk)
    now, today = timezone.now(), timezone.localdate()
    page = card_page(card, day_read(request.POST.get("day", "")), now, today)
    if page.day is None:
        messages.error(request, "The card has not begun: there is no day to sign yet.")
        return redirect("behaviour:card_detail", pk)
    if request.POST.get("do") == "seen":
        seen = SeenForm(request.POST, today=today)
        if not seen.is_valid():
            return render(request, "behaviour/card_detail.html", _detail(request, page, today, seen=seen), status=422)
        services.day_seen(card=card, day=page.day, **seen.cleaned_data)
        messages.success(request, f"{page.day:%a %-d %b}: noted.")
    else:
        sign = SignForm(request.POST)
        if not sign.is_valid():
            return render(request, "behaviour/card_detail.html", _detail(request, page, today, sign=sign), status=422)
        services.day_sign(card=card, day=page.day, note=sign.cleaned_data["note"], by=request.user, now=now)
        messages.success(request, f"{page.day:%a %-d %b} is signed.")
    return redirect(f"{reverse('behaviour:card_detail', args=[pk])}?day={page.day}")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_REPORT_CARDS)
def card_add(request: StaffRequest) -> HttpResponse:
    """Open a card: first the student, whom the address may name, then the card."""
    picking = Picking.of(request.POST or request.GET, _students(request.user))
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
    card = _kept(request, pk)
    targets = {f"target{target.order}": target.words for target in card.targets.all()}
    names = (
        "level",
        "reason",
        "starts_on",
        "ends_on",
        "stop_at",
        "stop_days",
        "parent_told_on",
        "parent_told_how",
    )
    form = CardForm(
        request.POST or None,
        initial={name: getattr(card, name) for name in names} | targets | {"keeper": card.keeper_id},
        team=team_of(card.student, timezone.localdate()),
        calendar=SchoolCalendar.load(),
        today=timezone.localdate(),
    )
    if form.is_valid():
        try:
            services.card_change(card=card, opening=form.opening())
        except services.CardOver as over:
            messages.error(request, str(over))
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
    card = _kept(request, pk)
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
        except services.CardOver as over:
            messages.error(request, str(over))
            return redirect("behaviour:card_detail", pk)
        messages.success(request, f"The card of {card.student.full_name} has ended.")
        return redirect("behaviour:card_detail", following.pk if following else pk)
    context = {"form": form, "card": card, "verdict": verdict}
    return render(request, "behaviour/card_end.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_REPORT_CARDS)
def card_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a card that was opened by mistake."""
    card = get_object_or_404(_keepable(request.user).select_related("student"), pk=pk)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        services.card_withdraw(card=card, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "The card is withdrawn: it stands in no list, and stays in the history.")
        return redirect("behaviour:card_list")
    context = {"form": form, "card": card}
    return render(request, "behaviour/card_withdraw.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@right_required(Right.SEE_BEHAVIOUR_NARRATIVE)
def card_print(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a week of the card for paper: a row a lesson, a column a day, and room for both signatures."""
    card = _readable(request, pk)
    _note(request, card)
    sheet = sheet_of(card, day_read(asked_for(request, "day")) or timezone.localdate())
    return render(request, "behaviour/card_print.html", {"card": card, "sheet": sheet})


def _readable(request: StaffRequest, pk: int) -> ReportCard:
    cards = ReportCard.objects.visible_to(request.user).standing().placed(timezone.localdate())
    return get_object_or_404(cards.select_related("student", "keeper", "ended_by", "follows"), pk=pk)


def _kept(request: StaffRequest, pk: int) -> ReportCard:
    """Return the running card if the person keeps cards of that student: 404 for another's, or for one that is over."""
    return get_object_or_404(_keepable(request.user).running().placed(timezone.localdate()), pk=pk)


def _keepable(user: User) -> ReportCardQuerySet:
    return ReportCard.objects.with_right(user, Right.KEEP_REPORT_CARDS).standing()


def _may_keep(user: User, card: Any) -> bool:
    """Test for somebody who keeps cards of that student; the card is placed. No role keeps them for SEN alone."""
    return Right.KEEP_REPORT_CARDS in scope_of(user).rights_on(card.year, card.group_id, has_sen=False)


def _students(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return Student.objects.with_right(user, Right.KEEP_REPORT_CARDS).on_roll(today).with_tutor_group(today)


def _note(request: StaffRequest, card: ReportCard) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{card.student_id}",
        reason="Report card",
        path=request.path,
    )
