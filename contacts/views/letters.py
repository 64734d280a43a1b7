"""Letters: the list, one as it was sent, withdrawn; and the copies that wait to be sent."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.summaries.reach import reached
from contacts.forms.letters import WithdrawForm
from contacts.models import Letter, LetterBatch, LetterCopy, LetterTemplate, Message
from contacts.querysets import LetterQuerySet
from contacts.reading import Reader
from contacts.services import letters as services
from contacts.summaries.letters import copy_state, letter_rows, letters_table, marks_since
from pastoral.core.access import access_note
from pastoral.core.exports import handed_out
from pastoral.core.models import AccessRecord
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for, key_asked, keys_read
from students.scopes import scope_of

SHOWN = {"": "Standing", "unsent": "Not sent yet", "withdrawn": "Withdrawn"}
MOST_UNSENT = 400


def tabs_of(request: StaffRequest, here: str) -> list[tuple[str, str, bool]]:
    """Return the pages about letters that the person may open, as address, words and whether it is this one."""
    held = [("letter_list", "Letters", Right.SEE_CONTACTS)]
    held += [
        ("letter_write", "Write letters", Right.SEND_LETTERS),
        ("copy_queue", "To send", Right.SEND_LETTERS),
        ("outbox", "E-mails", Right.KEEP_ENQUIRIES),  # letters that came back, and acknowledgements
        ("template_list", "Templates and rules", Right.KEEP_LETTERS),
    ]
    return [
        (reverse(f"contacts:{name}"), words, name == here) for name, words, right in held if request.user.may(right)
    ]


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
def letter_list(request: StaffRequest) -> HttpResponse:
    """List the letters about the person's students, the last made first, or hand them out; never their words."""
    show = asked_for(request, "show") if asked_for(request, "show") in SHOWN else ""
    kind = asked_for(request, "kind") if asked_for(request, "kind") in LetterTemplate.Kind.values else ""
    letters = _narrowed(request, show, kind)
    how = asked_for(request, "format")
    if how in FORMATS:
        return _file(request, letters, SHOWN[show], how)
    page = keyset_page(letters, field="made_at", cursor=asked_for(request, "before"))
    context = {
        "page": page,
        "rows": letter_rows(page.rows),
        "tabs": tabs_of(request, "letter_list"),
        "shows": [(slug, words, slug == show) for slug, words in SHOWN.items()],
        "kinds": LetterTemplate.Kind.choices,
        "kind": kind,
        "student": key_asked(request, "student"),
        "may_send": request.user.may(Right.SEND_LETTERS),
    }
    return render(request, "contacts/letter_list.html", context)


def _narrowed(request: StaffRequest, show: str, kind: str) -> LetterQuerySet:
    letters = Letter.objects.visible_to(request.user).shown(timezone.localdate())
    letters = letters.filter(withdrawn_at__isnull=show != "withdrawn")
    if show == "unsent":
        letters = letters.filter(copies__sent_at=None).distinct()
    if kind:
        letters = letters.filter(step=kind)
    student = key_asked(request, "student")
    return letters.filter(student=student) if student else letters


def _file(request: StaffRequest, letters: LetterQuerySet, about: str, how: str) -> HttpResponse:
    student = key_asked(request, "student")
    return handed_out(
        request,
        letters_table(list(letters.order_by("-made_at", "-pk")), about),
        how,
        subject=f"student:{student}" if student else "letters:all",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        name=f"Letters {timezone.localdate():%Y-%m-%d}",
    )


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
def letter_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a letter as it was sent, to who may read what was said, and the marks it rests on, then and now."""
    letter = get_object_or_404(Letter.objects.visible_to(request.user).shown(timezone.localdate()), pk=pk)
    who = reached(request.user, [letter.student_id])[letter.student_id]
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{letter.student_id}",
        reason=who.reason,
        path=request.path,
    )
    reads = Reader.of(request.user, [letter], students={letter.student_id: who}).may_read(letter)
    since = marks_since(letter, sees_sensitive=who.sees_sensitive)
    copies = [copy_state(copy) for copy in letter.copies.all()]
    context = {
        "letter": letter,
        "tutor_group": getattr(letter, "tutor_group", None) or "",
        "copies": copies,
        "reads": reads,
        "has_pdf": reads and any(copy.is_drawn for copy in copies),
        "since": since,
        "changed": sum(mark.is_changed for mark in since),
        "may_withdraw": reads and Right.SEND_LETTERS in who.rights and letter.withdrawn_at is None,
        "tabs": tabs_of(request, "letter_list"),
    }
    return render(request, "contacts/letter_detail.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEND_LETTERS)
def letter_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a letter that should not stand, for who may read it; what of it was sent stays a contact."""
    mine = Letter.objects.with_right(request.user, Right.SEND_LETTERS)
    letter = get_object_or_404(mine.select_related("student", "batch", "withdrawn_by"), pk=pk)
    back = reverse("contacts:letter_detail", args=[pk])
    if not Reader.of(request.user, [letter]).may_read(letter):
        messages.error(request, "What the letter says is not for you to read, so it is not for you to withdraw.")
        return redirect(back)
    if answer := withdrawn_already(request, letter, back):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        because = form.cleaned_data["because"]
        services.letter_withdraw(letter=letter, because=because, by=request.user, now=timezone.now())
        messages.success(request, "It is withdrawn: copies not sent yet never go, and the step may be written again.")
        return redirect(back)
    context = {"form": form, "letter": letter, "back": back}
    return render(request, "contacts/letter_withdraw.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@right_required(Right.SEND_LETTERS)
def copy_queue(request: StaffRequest) -> HttpResponse:
    """Show every copy that waits to be printed or e-mailed, of all batches."""
    rows = LetterCopy.objects.visible_to(request.user).sendable_by(request.user).unsent()
    held = list(_with_all(rows).order_by("letter__made_at", "pk")[: MOST_UNSENT + 1])
    return render(
        request,
        "contacts/copy_queue.html",
        {**_queues(held[:MOST_UNSENT]), "is_cut": len(held) > MOST_UNSENT, "tabs": tabs_of(request, "copy_queue")},
    )


@never_cache
@require_safe
@right_required(Right.SEND_LETTERS)
def batch_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what became of a batch: its letters, and the copies still to be printed or e-mailed."""
    batches = LetterBatch.objects.visible_to(request.user).select_related("template", "rule", "made_by", "job")
    batch = get_object_or_404(batches, pk=pk)
    letters = Letter.objects.with_right(request.user, Right.SEND_LETTERS).filter(batch=batch)
    rows = letter_rows(list(letters.shown(timezone.localdate()).order_by("student", "pk")))
    unsent = LetterCopy.objects.visible_to(request.user).sendable_by(request.user).unsent().filter(letter__batch=batch)
    context = {
        "batch": batch,
        "rows": rows,
        "tabs": tabs_of(request, "letter_write"),
        **_queues(list(_with_all(unsent))),
    }
    return render(request, "contacts/batch_detail.html", context)


def _with_all(copies: Any) -> Any:
    return copies.select_related("letter__student", "letter__batch__template", "message")


def _queues(copies: list[LetterCopy]) -> dict[str, Any]:
    """Return the copies to be printed, those to be e-mailed, and those whose e-mail is on its way or went wrong."""
    printed = [copy for copy in copies if copy.channel == LetterCopy.Channel.PRINT]
    emailed = [copy for copy in copies if copy.channel == LetterCopy.Channel.EMAIL]
    waiting = [copy for copy in emailed if _message(copy) is None]
    return {
        "to_print": printed,
        "unaddressed": [copy.addressee for copy in printed if not copy.address],
        "to_email": waiting,
        "on_way": [copy_state(copy) for copy in emailed if _message(copy) is not None],
    }


def _message(copy: LetterCopy) -> Message | None:
    return getattr(copy, "message", None)


@require_POST
@right_required(Right.SEND_LETTERS)
def copies_send(request: StaffRequest) -> HttpResponse:
    """E-mail the copies named, or note that they were printed and went out: `do` says which."""
    keys = keys_read(request.POST.getlist("copy"))
    rows = LetterCopy.objects.visible_to(request.user).sendable_by(request.user).filter(pk__in=keys)
    copies, now = list(rows), timezone.now()
    if request.POST.get("do") == "email":
        sent = services.copies_email(copies=copies, by=request.user, now=now)
        messages.success(request, f"{sent.number} e-mail{'s' * (sent.number != 1)} on the way.")
    else:
        sent = services.copies_printed(copies=copies, by=request.user, now=now)
        messages.success(request, f"{sent.number} logged as sent by post.")
    for fault in sent.refused:
        messages.error(request, fault)
    batch = keys_read([request.POST.get("batch", "")])
    return redirect("contacts:batch_detail", *batch) if batch else redirect("contacts:copy_queue")
