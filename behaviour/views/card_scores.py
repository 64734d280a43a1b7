"""Scoring report cards from a phone: today's lessons, or a student looked for, and a tap for each target."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.cards import ScoreForm
from behaviour.models import CardScore, ReportCard
from behaviour.services import cards as services
from behaviour.summaries.scoring import (
    Lesson,
    choices_for,
    chosen_of,
    found_by,
    is_name,
    lessons_scored,
    may_search,
    over_meanwhile,
    scorable,
    to_score,
)
from pastoral.core.access import access_note, access_notes
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day as day_words
from pastoral.core.templatetags.pastoral import daytime
from pastoral.core.words import asked_for, day_read


@never_cache
@require_safe
def score_list(request: StaffRequest) -> HttpResponse:
    """Show the cards in the person's lessons of today, and find any other by name: for everybody who teaches."""
    today, words = timezone.localdate(), asked_for(request, "q")
    found = found_by(request.user, words, today)
    access_notes(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        reasons={f"student:{one.student_id}": "Looked for a report card" for one in found},
        path=request.path,
    )
    context = {
        "today": today,
        "rows": to_score(request.user, today, timezone.now()),
        "words": words,
        "may_search": may_search(request.user),
        "found": found if is_name(words) else None,
        "is_too_short": bool(words) and not is_name(words),
        "may_list": request.user.may(Right.SEE_BEHAVIOUR_NARRATIVE),
    }
    return render(request, "behaviour/score_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def score_form(request: StaffRequest, pk: int) -> HttpResponse:
    """Score one lesson, of today or for who keeps the card of an earlier day: 404 for a card that is none of theirs."""
    now, today = timezone.now(), timezone.localdate()
    day, find = day_read(asked_for(request, "day")) or today, asked_for(request, "find")
    card = scorable(request.user, pk, today, find=find, day=day)
    if card is None:
        return _over(request, pk, today, find)
    choices = choices_for(request.user, card, day, now)
    done = lessons_scored(card, day)
    period = chosen_of(choices, request.POST.get("period") or asked_for(request, "period"), set(done))
    targets = list(card.targets.on_card())
    form = ScoreForm(
        request.POST or None, targets=targets, periods=[choice.period for choice in choices if choice.has_begun]
    )
    lesson = done.get(period, Lesson({}))
    clash = ""
    if form.is_valid():
        try:
            _score(request, card, form, day)
        except (services.ScoredMeanwhile, services.CardOver) as fault:
            clash = str(fault)
        else:
            messages.success(request, f"{card.student.full_name}, {period}: scored.")
            back = reverse("behaviour:card_detail", args=[pk]) + f"?day={day}"
            return redirect(back if day < today else "behaviour:score_list")
    if request.method == "GET":
        access_note(
            user=request.user,
            kind=AccessRecord.Kind.PAGE,
            subject=f"student:{card.student_id}",
            reason="Scores a report card",
            path=request.path,
        )
    context = {
        "card": card,
        "choices": choices,
        "period": period,
        "rows": _rows(targets, lesson, form),
        "lesson": lesson,
        "version": services.lesson_version(lesson.latest.at if lesson.latest else None),
        "form": form,
        "clash": clash,
        "words": form.data.get("words", "") if form.is_bound else lesson.own(request.user),
        "day": day,
        "today": today,
    }
    return render(request, "behaviour/score_form.html", context, status=422 if form.is_bound else 200)


def _over(request: StaffRequest, pk: int, today: date, find: str) -> HttpResponse:
    """Say of a card that ended or was withdrawn meanwhile that it did; why is told to those who keep it."""
    card = over_meanwhile(request.user, pk, today, find=find)
    if card is None:
        raise Http404("no such card among those that the person may score")
    form = None
    if request.method == "POST":
        periods = [request.POST.get("period", "")]
        form = ScoreForm(request.POST, targets=list(card.targets.on_card()), periods=periods)
    back = reverse("behaviour:score_list")
    if answer := withdrawn_meanwhile(request, card, back, form, because=""):
        return answer
    when = f" {daytime(card.ended_at)}" if card.ended_at else f" {day_words(card.ends_on)}"
    return too_late(request, f"The card of {card.student.full_name} ended{when}: it is scored no more.", back, form)


def _score(request: StaffRequest, card: ReportCard, form: ScoreForm, day: date) -> None:
    services.lesson_score(
        card=card,
        day=day,
        period=form.cleaned_data["period"],
        scores=form.scores(),
        words=form.cleaned_data["words"],
        seen=form.cleaned_data["seen"],
        by=request.user,
        now=timezone.now(),
    )


def _rows(targets: list[Any], lesson: Lesson, form: ScoreForm) -> list[dict[str, Any]]:
    """Return each target with its three buttons, the tapped one, or the given one, marked."""
    rows = []
    for target in targets:
        held = lesson.scores.get(target.pk)
        tapped = form.data.get(f"target-{target.pk}", "") if form.is_bound else str(held.score) if held else ""
        options = [(value, label, str(value) == tapped) for value, label in reversed(CardScore.Score.choices)]
        rows.append({"target": target, "held": held, "options": options})
    return rows
