"""Round robins: three questions asked of a student's teachers, chased, and collated for the meeting."""

from collections.abc import Collection
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from behaviour.forms.robins import AnswerForm, RobinForm, TeachersForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import RobinAnswer, RoundRobin
from behaviour.querysets import RoundRobinQuerySet
from behaviour.services import robins as services
from behaviour.summaries.robins import collated, robin_rows, staff_by_key, teachers_of
from behaviour.tasks import ROBINS_MAIL
from pastoral.core.access import access_note
from pastoral.core.late import too_late
from pastoral.core.models import AccessRecord, User
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.services import keys_hand_over
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for
from students.files import offered_as_file
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet
from students.summaries import SchoolCalendar

A_WEEK = timedelta(days=7)


@never_cache
@require_safe
@right_required(Right.ASK_TEACHERS)
@offered_as_file("Round robins")
def robin_list(request: StaffRequest) -> HttpResponse:
    """List the round robins about the person's students, the last asked first: open ones, or those that are closed."""
    is_closed = asked_for(request, "show") == "closed"
    robins = RoundRobin.objects.visible_to(request.user).standing().filter(closed_at__isnull=not is_closed)
    page = keyset_page(
        robins.select_related("student", "asked_by"), field="asked_at", cursor=asked_for(request, "before")
    )
    tabs = [("?", "Open", not is_closed), ("?show=closed", "Closed", is_closed)]
    context = {"page": page, "rows": robin_rows(page.rows, timezone.localdate()), "tabs": tabs, "is_closed": is_closed}
    return render(request, "behaviour/robin_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.ASK_TEACHERS)
def robin_add(request: StaffRequest) -> HttpResponse:
    """Ask: first the student, whom the address may name, then the questions and who is asked."""
    picking = Picking.of(request.POST or request.GET, _students(request.user), takes_one=True)
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    if len(picking.chosen) > 1:
        picking.fault = "Choose one student: each round robin is about one."
    if len(picking.chosen) != 1:
        return render(request, "behaviour/robin_form.html", {"picking": picking})
    (student,) = picking.chosen
    today = timezone.localdate()
    teachers = teachers_of(student, today)
    due = SchoolCalendar.load().next_school_day(today + A_WEEK - timedelta(days=1)) or today + A_WEEK
    data = request.POST if request.POST.get("do") == "save" else None
    form = RobinForm(data, known=teachers.known, staff=staff_by_key(), today=today, initial={"due_on": due})
    if form.is_valid():
        robin = services.robin_ask(
            student=student,
            purpose=form.cleaned_data["purpose"],
            questions=form.questions,
            due_on=form.cleaned_data["due_on"],
            teachers=form.asked(),
            token=form.cleaned_data["token"],
            by=request.user,
            now=timezone.now(),
        )
        _mail(request, list(robin.answers.values_list("pk", flat=True)), "asked")
        return redirect("behaviour:robin_detail", robin.pk)
    context = {"form": form, "student": student, "unknown": teachers.unknown}
    return render(request, "behaviour/robin_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.ASK_TEACHERS)
def robin_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show every answer side by side, who still owes one, and ask more teachers."""
    robin = _robin(request, pk)
    known = teachers_of(robin.student, timezone.localdate()).known
    form = TeachersForm(request.POST or None, known=known, staff=staff_by_key(), initial={"teachers": []})
    if form.is_valid():
        try:
            new = services.robin_ask_more(robin=robin, teachers=form.asked())
        except services.RobinClosed as closed:
            messages.error(request, str(closed))
        else:
            _mail(request, list(robin.answers.order_by("-pk").values_list("pk", flat=True)[:new]), "asked")
        return redirect("behaviour:robin_detail", pk)
    _note(request, robin)
    context = {"robin": robin, "page": collated(robin), "form": form, "today": timezone.localdate()}
    return render(request, "behaviour/robin_detail.html", context)


@never_cache
@require_POST
@right_required(Right.ASK_TEACHERS)
def robin_act(request: StaffRequest, pk: int) -> HttpResponse:
    """Remind all who owe an answer, or take no more answers: `do` says which."""
    robin, now = _robin(request, pk), timezone.now()
    if request.POST.get("do") == "close":
        services.robin_close(robin=robin, now=now)
        messages.success(request, "It is closed: no more answers are taken.")
        return redirect("behaviour:robin_detail", pk)
    try:
        chased = services.robin_chase(robin=robin, now=now)
    except services.RobinClosed as closed:
        messages.error(request, str(closed))
    else:
        _mail(request, [answer.pk for answer in chased], "reminded")
    return redirect("behaviour:robin_detail", pk)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.ASK_TEACHERS)
def robin_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a round robin that should not have been asked."""
    robin = get_object_or_404(_robins(request.user), pk=pk)
    if answer := withdrawn_already(request, robin, reverse("behaviour:robin_list")):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        because = form.cleaned_data["because"]
        services.robin_withdraw(robin=robin, because=because, by=request.user, now=timezone.now())
        messages.success(request, "It is withdrawn: nobody is asked any more, and it stands in no list.")
        return redirect("behaviour:robin_list")
    context = {"form": form, "robin": robin}
    return render(request, "behaviour/robin_withdraw.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def answer_list(request: StaffRequest) -> HttpResponse:
    """List what the person was asked and has not answered: for everybody who teaches."""
    owed = RobinAnswer.objects.visible_to(request.user).owed().select_related("robin__student", "robin__asked_by")
    rows = owed.order_by("robin__due_on", "pk")
    return render(request, "behaviour/answer_list.html", {"rows": rows, "today": timezone.localdate()})


@never_cache
@require_http_methods(["GET", "POST"])
def robin_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a teacher's own answers: 404 for what somebody else was asked."""
    asked = RobinAnswer.objects.visible_to(request.user, with_withdrawn=request.method == "POST")
    answer = get_object_or_404(asked.select_related("robin__student", "robin__asked_by"), pk=pk)
    is_declined = request.POST.get("do") == "decline"
    given = {f"answer{place}": words for place, words in enumerate(answer.answers, 1)}
    data = request.POST if request.method == "POST" and not is_declined else None
    form = AnswerForm(data, initial=given, questions=answer.robin.questions)
    if request.method == "POST" and (answer.robin.closed_at or answer.robin.withdrawn_at):
        return too_late(request, services.CLOSED, reverse("behaviour:answer_list"), form)
    if is_declined or form.is_valid():
        try:
            if is_declined:
                services.answer_decline(answer=answer, now=timezone.now())
            else:
                services.answer_give(answer=answer, words=form.words, now=timezone.now())
        except services.RobinClosed as closed:
            return too_late(request, str(closed), reverse("behaviour:answer_list"), form)
        else:
            messages.success(request, "Noted: you do not teach them." if is_declined else "Thank you: saved.")
            return redirect("behaviour:answer_list")
    if request.method == "GET":
        _note(request, answer.robin)
    context = {"form": form, "answer": answer, "robin": answer.robin, "today": timezone.localdate()}
    return render(request, "behaviour/robin_answer.html", context, status=422 if form.errors else 200)


def _mail(request: StaffRequest, keys: Collection[int], what: str) -> None:
    """Hand the e-mails over, and say what happened."""
    if not keys:
        messages.info(request, "Nobody new was asked: all have been reminded within four hours, or have answered.")
    elif keys_hand_over(ROBINS_MAIL, keys):
        without = services.without_address(keys)
        if number := len(keys) - len(without):
            messages.success(request, f"{number} teacher{'s are' if number > 1 else ' is'} {what} by e-mail.")
        if without:
            who = ", ".join(teacher.formal_name for teacher in without)
            messages.warning(request, f"No e-mail address is known of {who}: they see it when they sign in.")
    else:
        messages.warning(request, "It is noted, but no e-mail can go out just now; teachers see it when they sign in.")


def _robin(request: StaffRequest, pk: int) -> RoundRobin:
    return get_object_or_404(_robins(request.user).standing(), pk=pk)


def _robins(user: User) -> RoundRobinQuerySet:
    return RoundRobin.objects.visible_to(user).select_related("student", "asked_by")


def _students(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return Student.objects.with_right(user, Right.ASK_TEACHERS).on_roll(today).with_tutor_group(today)


def _note(request: StaffRequest, robin: RoundRobin) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{robin.student_id}",
        reason="Round robin",
        path=request.path,
    )
