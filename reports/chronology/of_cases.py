"""An attendance case: opened, every move on the ladder, what was found, asked for and said, and how it ended."""

from collections.abc import Iterator, Sequence
from typing import Any

from interventions.figures.evidence import BY_KEY, OF_BEHAVIOUR
from interventions.models import CaseBarrier, CaseFinding, MedicalRequest, PACase, PupilView, StageMove
from interventions.reading import may_read
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day as in_words
from reports.chronology.entries import Ask, Entry, Kind, Source, logged, paragraphs


def _lists(ask: Ask) -> Sequence[Any]:
    cases = PACase.objects.visible_to(ask.user).standing(student=ask.student)
    of_these = {"case__in": cases.values("pk")}
    views = PupilView.objects.visible_to(ask.user).standing(student=ask.student)
    medical = MedicalRequest.objects.filter(ask.days("asked_on", "answered_on"), withdrawn_at=None, **of_these)
    findings = CaseFinding.objects.filter(ask.days("found_on"), withdrawn_at=None, **of_these)
    moves = StageMove.objects.filter(ask.days("moved_on"), **of_these)
    return [
        cases.select_related("owner", "opened_by", "closed_by"),
        moves.select_related("from_stage", "to_stage", "by").order_by("at", "pk"),
        CaseBarrier.objects.filter(ask.days("found_on", "eased_on"), **of_these).select_related("barrier", "found_by"),
        medical.select_related("asked_of", "asked_by"),
        findings.select_related("by"),
        views.filter(ask.days("told_on")).select_related("asked_by"),
    ]


_OF_BEHAVIOUR = frozenset({Right.SEE_BEHAVIOUR_NARRATIVE})
_OF_PLANS = frozenset({Right.SEE_PLANS})


class _Cases:
    """The student's cases by key, and how each part of one is told to this reader."""

    def __init__(self, ask: Ask, cases: Sequence[PACase]) -> None:
        self.ask, self.by_key = ask, {case.pk: case for case in cases}

    def part(self, case: int | None, title: str, words: str, takes: frozenset[Right] = frozenset()) -> dict[str, Any]:
        """Return the title and words of a part of a case, by who may read that case. takes: rights for the words."""
        held = self.by_key.get(case or 0)
        is_restricted = held is not None and held.is_restricted
        reads = held is None or may_read(
            self.ask.user, is_restricted=held.is_restricted, own=[held.owner_id], rights=self.ask.rights
        )
        url = self.ask.link(Right.SEE_PA_CASES, "interventions:case_detail", case) if case else ""
        called = self.ask.called(title, "attendance case", is_restricted=is_restricted, reads=reads)
        reads = reads and takes <= self.ask.rights
        return {"title": called, "url": url, **self.ask.said(words, is_restricted=is_restricted, reads=reads)}


def _entries(
    ask: Ask,
    cases: Sequence[PACase],
    moves: Sequence[StageMove],
    barriers: Sequence[CaseBarrier],
    medical: Sequence[MedicalRequest],
    findings: Sequence[CaseFinding],
    views: Sequence[PupilView],
) -> Iterator[Entry]:
    held = _Cases(ask, cases)
    for case in cases:
        yield from _case(held, case)
    for move in moves:
        if move.from_stage is None:
            continue  # the stage at which it was opened
        part = held.part(move.case_id, f"Case moved: {move.from_stage} → {move.to_stage}", move.because)
        late = logged(move.moved_on, move.at)
        who = move.by.formal_name
        yield Entry(f"move:{move.pk}", move.moved_on, Kind.CASE, who=who, logged_at=late, **part)
    for found in barriers:
        yield from _barrier(held, found)
    for asked in medical:
        yield from _medical(held, asked)
    for finding in findings:
        about = BY_KEY[finding.part].words if finding.part in BY_KEY else "For the case"
        title = about if finding.applies else f"{about}: does not apply"
        takes = _OF_BEHAVIOUR if finding.part in OF_BEHAVIOUR else frozenset[Right]()
        part = held.part(finding.case_id, title, finding.words, takes)
        late, who = logged(finding.found_on, finding.at), finding.by.formal_name
        yield Entry(f"finding:{finding.pk}", finding.found_on, Kind.CASE, who=who, logged_at=late, takes=takes, **part)
    for view in views:
        part = held.part(view.case_id, f"The student’s view: {view.get_how_display().lower()}", view.words)
        late, who = logged(view.told_on, view.at), view.asked_by.formal_name
        takes = _OF_PLANS if view.case_id is None else frozenset[Right]()
        yield Entry(f"view:{view.pk}", view.told_on, Kind.CASE, who=who, logged_at=late, takes=takes, **part)


def _case(held: _Cases, case: PACase) -> Iterator[Entry]:
    late = logged(case.opened_on, case.opened_at)
    opened = held.part(case.pk, "Attendance case opened", paragraphs(case.reason, case.summary))
    who = case.opened_by.formal_name
    yield Entry(f"case:{case.pk}", case.opened_on, Kind.CASE, who=who, logged_at=late, **opened)
    if case.closed_on and case.closed_by:
        closed = held.part(case.pk, f"Attendance case closed: {case.get_outcome_display().lower()}", case.outcome_note)
        yield Entry(f"case:{case.pk}:end", case.closed_on, Kind.CASE, who=case.closed_by.formal_name, **closed)


def _barrier(held: _Cases, found: CaseBarrier) -> Iterator[Entry]:
    part, who = held.part(found.case_id, f"Barrier found: {found.barrier}", found.note), found.found_by.formal_name
    yield Entry(f"barrier:{found.pk}", found.found_on, Kind.CASE, who=who, **part)
    if found.eased_on:
        eased = held.part(found.case_id, f"Barrier eased: {found.barrier}", "")
        yield Entry(f"barrier:{found.pk}:end", found.eased_on, Kind.CASE, **eased)


def _medical(held: _Cases, asked: MedicalRequest) -> Iterator[Entry]:
    until = f"Authorised without evidence until {in_words(asked.authorised_until)}" if asked.authorised_until else ""
    part = held.part(asked.case_id, f"Medical evidence asked of {asked.asked_of}", paragraphs(asked.about, until))
    late, who = logged(asked.asked_on, asked.at), asked.asked_by.formal_name
    yield Entry(f"medical:{asked.pk}", asked.asked_on, Kind.CASE, who=who, logged_at=late, **part)
    if asked.answered_on:
        answer = held.part(asked.case_id, f"Medical evidence: {asked.get_answer_display().lower()}", asked.answer_note)
        yield Entry(f"medical:{asked.pk}:answer", asked.answered_on, Kind.CASE, **answer)


SOURCES = (Source(frozenset({Kind.CASE}), _lists, _entries, frozenset({Right.SEE_PA_CASES, Right.SEE_PLANS})),)
