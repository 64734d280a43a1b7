"""The tutor-team board, and one tutor's actions behind its numbers."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interventions.models import Action
from interventions.summaries.actions import actions_shown, with_all
from pastoral.core.exports import handed_out
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.sorting import Heading, column_of, orders_of
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for
from reports.teams.board import SORTS, TeamBoard, tutor_of
from students.files import offered_as_file
from students.scopes import scope_of

BOARD = "reports:team_board"
COLUMNS = (
    Heading("group", "Group", order="Group"),
    Heading("tutor", "Tutor"),
    Heading("red", "R · A · G", "students in each band on the newest weekly RAG", is_number=True, order="Red"),
    Heading("opened", "Sheet", "whether the tutor opened it", order="Sheet opened"),
    Heading("answers", "Answers", "students answered for, of those on the sheet", is_number=True),
    Heading("overdue", "Actions", "the tutor's own, open and overdue", is_number=True, order="Overdue actions"),
    Heading("contacts", "Contacts", "made by the tutor this week", is_number=True),
    Heading("registers", "On time", "registers taken on time", is_number=True, order="Registers on time"),
)
SHOWS = {"": "Every tutor", "unread": "Sheet unread"}


@never_cache
@require_safe
@right_required(Right.MAKE_REPORTS)
def team_board(request: StaffRequest) -> HttpResponse:
    """Show how each tutor's group stands and what the tutor did, in the person's years; or hand it out as a file."""
    now = timezone.now()
    board = TeamBoard.load(request.user, scope_of(request.user).years_with(Right.MAKE_REPORTS), now)
    show, sort = asked_for(request, "show"), asked_for(request, "sort")
    show, sort = show if show in SHOWS else "", sort if sort.removeprefix("-") in SORTS else ""
    rows = board.shown(show, sort)
    if (how := asked_for(request, "format")) in FORMATS:
        return handed_out(
            request,
            board.table(rows),
            how,
            subject="tutor-team:all",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"Tutor team {timezone.localdate(now):%Y-%m-%d}",
        )
    context = {
        "board": board,
        "page": list_page(rows, cursor=asked_for(request, "before")),
        "show": show,
        "shows": [(_address(show=slug, sort=sort), words, slug == show) for slug, words in SHOWS.items()],
        "columns": [column_of(each, sort, lambda to: _address(show=show, sort=to)) for each in COLUMNS],
        "orders": orders_of(COLUMNS, sort, unsorted="Year and group"),
        "kept": [("show", show)] if show else [],
        "ledger": f"{reverse('contacts:ledger')}?first={board.monday}",
        "registers": f"{reverse('attendance:board_registers')}?window={board.window.slug}",
    }
    return render(request, "reports/team_board.html", context)


def _address(**asked: str) -> str:
    words = {name: value for name, value in asked.items() if value}
    return f"{reverse(BOARD)}?{urlencode(words)}" if words else reverse(BOARD)


@never_cache
@require_safe
@right_required(Right.MAKE_REPORTS)
@offered_as_file("Actions of a tutor")
def team_actions(request: StaffRequest, pk: int) -> HttpResponse:
    """List what is open of one tutor's actions, as far as the person may know of it: 404 for no tutor of theirs."""
    today = timezone.localdate()
    tutor = tutor_of(pk, scope_of(request.user).years_with(Right.MAKE_REPORTS), today)
    if tutor is None:
        raise Http404("no tutor of this person's years")
    found = Action.objects.visible_to(request.user).open().filter(owner=tutor).order_by("due_on", "pk")
    is_late = asked_for(request, "show") == "overdue"
    found = found.filter(due_on__lt=today) if is_late else found
    rows = actions_shown(request.user, with_all(found.distinct()), today)
    address = reverse("reports:team_actions", args=[pk])
    context = {
        "tutor": tutor,
        "page": list_page(rows, cursor=asked_for(request, "before"), size=50),
        "shows": [(address, "Open", not is_late), (f"{address}?show=overdue", "Overdue", is_late)],
    }
    return render(request, "reports/team_actions.html", context)
