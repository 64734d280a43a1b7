"""Report cards: the list of them, one with its days, opened, changed, ended, printed."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.cards import SeenForm, SignForm
from behaviour.models import CardDay, ReportCard
from behaviour.services import cards as services
from behaviour.summaries.card_days import card_page
from behaviour.summaries.card_print import sheet_of
from behaviour.summaries.cards import card_rows
from pastoral.core.access import access_note
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.models import AccessRecord, User
from pastoral.core.paging import keyset_page, list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of
from pastoral.core.words import asked_for, day_read
from students.files import offered_as_file
from students.scopes import scope_of

SHOWN = {"": "Open", "sign": "To sign", "decide": "To decide", "ended": "Ended"}


@never_cache
@require_safe
@right_required(Right.SEE_BEHAVIOUR_NARRATIVE)
@offered_as_file("Report cards")
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
    rows = card_rows(request.user, cards.signable(today), today)
    running = [row for row in rows if not row.is_over]
    held = {
        "": running,
        "sign": [row for row in rows if row.is_mine and row.unsigned],
        "decide": [row for row in running if row.verdict.proposes],
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
        "sign": _sign_form(page),
        "seen": SeenForm(today=today, initial=seen),
    } | forms


def _sign_form(page: Any, data: QueryDict | None = None) -> SignForm:
    record = page.record or CardDay()
    return SignForm(data, initial={"note": record.note, "seen": version_of(record, services.SIGNED)})


@never_cache
@require_http_methods(["POST"])
@right_required(Right.KEEP_REPORT_CARDS)
def card_sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign a day, or note that a parent has seen it, also once the card has ended: `do` says which."""
    card = kept(request, pk)
    if answer := withdrawn_meanwhile(request, card, reverse("behaviour:card_list"), SignForm(request.POST)):
        return answer
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
        sign = _sign_form(page, request.POST)
        if not sign.is_valid() or not _is_signed(request, page, sign):
            return render(request, "behaviour/card_detail.html", _detail(request, page, today, sign=sign), status=422)
        messages.success(request, f"{page.day:%a %-d %b} is signed.")
    return redirect(f"{reverse('behaviour:card_detail', args=[pk])}?day={page.day}")


def _is_signed(request: StaffRequest, page: Any, sign: SignForm) -> bool:
    try:
        services.day_sign(card=page.card, day=page.day, by=request.user, now=timezone.now(), **sign.cleaned_data)
    except Overtaken:
        sign.overtaken()
        return False
    return True


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
    today = timezone.localdate()
    cards = ReportCard.objects.visible_to(request.user).standing().placed(today).with_points_of_week(today)
    return get_object_or_404(cards.select_related("student", "keeper", "ended_by", "follows"), pk=pk)


def kept(request: StaffRequest, pk: int) -> ReportCard:
    """Return the card if the person keeps cards of that student, also when it is over: 404 for another's."""
    today = timezone.localdate()
    kept_here = ReportCard.objects.with_right(request.user, Right.KEEP_REPORT_CARDS)
    cards = kept_here.placed(today).with_points_of_week(today)
    return get_object_or_404(cards.select_related("student", "keeper", "ended_by", "withdrawn_by"), pk=pk)


def over(
    request: StaffRequest, card: ReportCard, form: Form | None = None, lead_to: ReportCard | None = None
) -> HttpResponse | None:
    """Say of a card that is over that it is, with what somebody had typed; None while it runs.

    lead_to: the card to be shown, where it is not this one.
    """
    if answer := withdrawn_meanwhile(request, card, reverse("behaviour:card_list"), form):
        return answer
    if not card.outcome:
        return None
    return too_late(request, services.ended_in_words(card), _address(lead_to or card), form)


def _address(card: ReportCard) -> str:
    return reverse("behaviour:card_detail", args=[card.pk])


def _may_keep(user: User, card: Any) -> bool:
    """Test for somebody who keeps cards of that student; the card is placed. No role keeps them for SEN alone."""
    return Right.KEEP_REPORT_CARDS in scope_of(user).rights_on(card.year, card.group_id, has_sen=False)


def _note(request: StaffRequest, card: ReportCard) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{card.student_id}",
        reason="Report card",
        path=request.path,
    )
