"""Proposals: what rules found, for a person to accept or dismiss."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from attendance.forms.proposals import DecideForm
from attendance.models import Proposal
from attendance.querysets import ProposalQuerySet
from attendance.services import proposals as services
from attendance.summaries.proposals import (
    Shown,
    exceptions_of,
    happened_behind,
    marks_behind,
    proposals_in_reach,
    proposals_shown,
    together,
)
from attendance.summaries.rule_data import rule_settings
from attendance.summaries.unexplained import RULE as UNEXPLAINED
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.paging import KeysetPage, keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.templatetags.pastoral import daytime
from pastoral.core.words import asked_for
from students.files import offered_as_file
from students.scopes import scope_of
from students.strands import TELLS_OF, Strand
from students.summaries import groups_seen

SHOWN = {"": "Open", "tutors": "With tutors", "decided": "Decided"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: open or decided ones, of a strand, a rule, a year, a tutor group, a student."""

    show: str
    rule: str
    year: int | None
    group: str
    student: int | None
    strand: str = ""

    @classmethod
    def of(cls, request: StaffRequest) -> "Asked":
        """Read the address; what is not known asks for nothing."""
        show, year = asked_for(request, "show"), asked_for(request, "year")
        number = int(year) if year in {str(number) for number in range(7, 14)} else None
        group, student = asked_for(request, "group")[:20], asked_for(request, "student")
        key = int(student) if student.isascii() and student.isdecimal() and len(student) < 19 else None
        return cls(show if show in SHOWN else "", asked_for(request, "rule"), number, group, key, _strand(request))

    @property
    def is_narrowed(self) -> bool:
        """Test for a filter that hides some."""
        return bool(self.strand or self.rule or self.year or self.group or self.student)

    @property
    def is_open(self) -> bool:
        """Test for proposals that are still to be decided."""
        return self.show != "decided"


def _strand(request: StaffRequest) -> str:
    strand = asked_for(request, "strand")
    return strand if strand in Strand.values else ""


@require_http_methods(["GET", "POST"])
@right_required(Right.DECIDE_PROPOSALS, Right.ANSWER_PROPOSALS)
@offered_as_file("Proposals")
def proposal_list(request: StaffRequest) -> HttpResponse:
    """Show the proposals about the person's students, and take decisions about several of them at once."""
    asked = Asked.of(request)
    decidable = _decidable(request)
    narrowed = decidable.within(years=None if asked.year is None else {asked.year}, group=asked.group, on=_today())
    if asked.student is not None:
        narrowed = narrowed.filter(student=asked.student)
    if asked.strand:
        narrowed = narrowed.filter(strand=asked.strand)
    waiting = _waiting(request, asked, narrowed)
    counts = waiting.open().counts_by_rule()
    listed = waiting if asked.is_open else narrowed
    chosen = listed.filter(rule=asked.rule) if asked.rule else listed
    page = None if asked.is_open else _decided_page(request, chosen)
    rows = proposals_shown(request.user, page.rows if page else chosen.open().in_list_order(_today()))
    form = None
    if request.method == "POST":
        sent = _sent(request)
        form = DecideForm(sent, offered=_offered(sent.getlist("proposals"), decidable))
        if form.is_valid():
            _decide(request, form)
            return redirect(request.get_full_path())
    context = {
        "asked": asked,
        "page": page,
        "rows": rows,
        "students": [] if page else together(rows),
        "unexplained": _unexplained(request),
        "form": form,
        "ticked": set(request.POST.getlist("proposals")),
        "rules": [
            (rule.slug, rule.title, counts.get(rule.slug, 0))
            for rule in rule_settings()
            if asked.strand in ("", rule.strand)
        ],
        "strands": _strands(request),
        "may_excuse": request.user.may(Right.DECIDE_PROPOSALS),
        "open_count": sum(counts.values()),
        "years": _years(request),
        "groups": groups_seen(request.user, _today()),
    }
    return render(request, "attendance/proposal_list.html", context, status=422 if form else 200)


@require_http_methods(["GET", "POST"])
@right_required(Right.DECIDE_PROPOSALS, Right.ANSWER_PROPOSALS)
def proposal_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one proposal with the marks behind it, and take the decision: 404 for students of others."""
    proposal = get_object_or_404(_decidable(request).select_related("decided_by"), pk=pk)
    shown = _shown(request, proposal)
    form = None
    if request.method == "POST":
        form = DecideForm({**request.POST.dict(), "proposals": [str(pk)]}, offered=[pk])
        if form.is_valid():
            _decide(request, form)
            return redirect("attendance:proposal_list")
    else:
        _note(request, shown)
    context = {
        "row": shown,
        "form": form,
        "marks": marks_behind(proposal, sees_sensitive=shown.who.sees_sensitive),
        "happened": happened_behind(request.user, proposal),
        "exceptions": exceptions_of(proposal),
        "may_excuse": Right.DECIDE_PROPOSALS in shown.who.rights,
    }
    return render(request, "attendance/proposal_detail.html", context, status=422 if form else 200)


def _today() -> date:
    return timezone.localdate()


def _decidable(request: StaffRequest) -> ProposalQuerySet:
    return proposals_in_reach(request.user, _today()).of_rules()


def _unexplained(request: StaffRequest) -> int:
    """Return how many absences are proposed to become O, which are decided on the page of unexplained absences."""
    if Right.CORRECT_MARKS not in request.user.rights:
        return 0
    return proposals_in_reach(request.user, _today()).open().filter(rule=UNEXPLAINED).count()


def _waiting(request: StaffRequest, asked: Asked, proposals: ProposalQuerySet) -> ProposalQuerySet:
    """Return what is put to the person, or to tutors; of one student, whoever it is put to."""
    if asked.show == "tutors":
        return proposals.with_tutors(request.user)
    return proposals if asked.student else proposals.put_to(request.user)


def _strands(request: StaffRequest) -> list[tuple[str, str]]:
    """Return the strands that the person may be told of; none to choose from where there is one."""
    return list(Strand.choices) if request.user.may(TELLS_OF) else []


def _years(request: StaffRequest) -> list[int]:
    years = scope_of(request.user).years_with(Right.DECIDE_PROPOSALS)
    return list(range(7, 12)) if years is None else sorted(years) if len(years) > 1 else []


def _decided_page(request: StaffRequest, chosen: ProposalQuerySet) -> KeysetPage[Proposal]:
    decided = chosen.decided().select_related("decided_by")
    return keyset_page(decided, field="decided_at", cursor=asked_for(request, "before"))


def _shown(request: StaffRequest, proposal: Proposal) -> Shown:
    rows = proposals_shown(request.user, [proposal])
    if not rows:
        raise Http404("no such proposal among those this person may decide")
    return rows[0]


def _sent(request: StaffRequest) -> QueryDict:
    """Return what was sent with a tick that stands for several proposals taken as that many."""
    sent = request.POST.copy()
    keys = (key for value in sent.getlist("proposals") for key in value.split())
    sent.setlist("proposals", list(dict.fromkeys(keys)))
    return sent


def _offered(keys: list[str], decidable: ProposalQuerySet) -> list[int]:
    """Return which of the keys the person may decide; the service says which of them are still open."""
    known = [int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) < 19]
    return list(decidable.filter(pk__in=known).values_list("pk", flat=True))


def _decide(request: StaffRequest, form: DecideForm) -> None:
    """Decide, and say what was decided and what somebody else had decided before."""
    is_accepted = form.cleaned_data["decision"] == "accept"
    decide = services.proposal_accept if is_accepted else services.proposal_dismiss
    decided = decide(proposals=form.cleaned_data["proposals"], by=request.user, reason=form.cleaned_data["reason"])
    if decided.done:
        number = len(decided.done)
        what = "accepted" if is_accepted else "dismissed"
        messages.success(request, f"{number} proposal{'s' if number > 1 else ''} {what}. The reason stays with it.")
    for shown in proposals_shown(request.user, decided.refused):
        messages.warning(
            request, f"{shown.who.name}, {shown.title}: accepting it writes a mark that you may not enter."
        )
    for shown in proposals_shown(request.user, decided.before):
        messages.warning(request, f"{shown.who.name}, {shown.title}: {_before(shown)}")


def _before(shown: Shown) -> str:
    proposal = shown.proposal
    if proposal.decided_by is None:
        return "no longer holds, so there was nothing left to decide."
    return f"{shown.decided_by} {proposal.status} it already, {daytime(proposal.decided_at)}: {proposal.reason}"


def _note(request: StaffRequest, shown: Shown) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{shown.who.student_id}",
        reason=shown.who.reason,
        path=reverse("attendance:proposal_detail", args=[shown.proposal.pk]),
    )
