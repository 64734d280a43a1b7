"""What the demo school's cases hold: barriers as they show, views, medical evidence, findings and papers."""

from collections.abc import Sequence
from datetime import date

from attendance.models import SessionMark
from interventions.figures.ladder import LONG_ILLNESS_SESSIONS
from interventions.models import CaseBarrier, CaseFinding, MedicalRequest, PACase, PupilView
from interventions.services.files import file_keep
from reports.demo.cast import at
from reports.demo.conduct import token
from reports.demo.home.people import Homes
from reports.demo.work.case_words import ANSWERS, ASKED, BY_STAGE, FINDINGS, PAPERS, TALES
from reports.demo.work.need import on_day
from reports.demo.work.papers import paper
from students.calendar import academic_year_of, academic_year_start

How = PupilView.How


def parts_keep(homes: Homes, cases: Sequence[PACase]) -> None:
    """Put into the cases what people find, hear and ask for: the further up the ladder, the more."""
    _barriers(homes, cases)
    _views(homes, cases)
    _findings(homes, cases)
    _medical(homes, cases)
    _papers(homes, cases)


def _later(homes: Homes, case: PACase, back: int) -> date:
    """Return a day so many school days ago, though not before the case was opened."""
    return max(case.opened_on, on_day(homes.cast, back))


def _barriers(homes: Homes, cases: Sequence[PACase]) -> None:
    """Say how each barrier shows; here and there one no longer stands in the way."""
    notes = {n: dict(TALES[n % len(TALES)].barriers) for n in range(len(cases))}
    places = {case.pk: n for n, case in enumerate(cases)}
    rows = list(CaseBarrier.objects.filter(case__in=cases).select_related("barrier"))
    for place, row in enumerate(rows):
        row.note = notes[places[row.case_id]].get(row.barrier.name, "")
        row.eased_on = max(row.found_on, homes.cast.day) if place % 8 == 3 else None
    CaseBarrier.objects.bulk_update(rows, ["note", "eased_on"])


def _views(homes: Homes, cases: Sequence[PACase]) -> None:
    """Ask the students; some would rather not say."""
    made = []
    for n, case in enumerate(cases):
        if case.stage.code == "1" or n % 5 == 3:
            continue
        tale, day = TALES[n % len(TALES)], _later(homes, case, 6)
        words = "" if tale.how == How.DECLINED else tale.words
        made.append(
            PupilView(token=token("view", n), student_id=case.student_id, case=case, told_on=day, how=tale.how,
                      words=words, asked_by=case.owner, at=at(day, 12, 20))
        )  # fmt: skip
    PupilView.objects.bulk_create(made)


def _findings(homes: Homes, cases: Sequence[PACase]) -> None:
    CaseFinding.objects.bulk_create(
        CaseFinding(token=token("finding", 100 * n + place), case=case, part=part, applies=applies, words=words,
                    found_on=_later(homes, case, 5), by=case.owner, at=at(_later(homes, case, 5), 16))
        for n, case in enumerate(cases)
        for place, (part, applies, words) in enumerate(FINDINGS[: BY_STAGE.get(case.stage.code, 0)])
    )  # fmt: skip


def _medical(homes: Homes, cases: Sequence[PACase]) -> None:
    """Ask for evidence where illness is most of it; some comes, some does not."""
    since = academic_year_start(academic_year_of(homes.cast.day))
    keys = [case.student_id for case in cases]
    marks = SessionMark.objects.filter(student__in=keys, code__letters="I", date__range=(since, homes.cast.day))
    ill = list(marks.values_list("student", flat=True))
    asked = [case for case in cases if ill.count(case.student_id) >= LONG_ILLNESS_SESSIONS]
    made = []
    for n, case in enumerate(asked or cases[:1]):
        carer, day, came = homes.carer(case.student_id), _later(homes, case, 12), _later(homes, case, 3)
        answer, note = ANSWERS[n % len(ANSWERS)]
        if carer:
            made.append(
                MedicalRequest(token=token("medical", n), case=case, asked_of_id=carer.parent_carer_id, about=ASKED,
                               asked_on=day, authorised_until=homes.cast.ahead(3) if n % 2 else None,
                               answer=answer, answered_on=came if answer else None, answer_note=note,
                               asked_by=case.owner, at=at(day, 10))
            )  # fmt: skip
    MedicalRequest.objects.bulk_create(made)


def _papers(homes: Homes, cases: Sequence[PACase]) -> None:
    """Keep a few papers with the cases that came furthest."""
    furthest = sorted(cases, key=lambda case: (-case.stage.order, case.pk))[: 2 * len(PAPERS)]
    for n, case in enumerate(furthest):
        kind, title, source, words = PAPERS[n % len(PAPERS)]
        day = _later(homes, case, 4)
        file_keep(
            student=case.student,
            content=paper(title, f"{words} ({case.student.full_name})"),
            name=f"{title}.pdf",
            facts={"kind": kind, "title": title, "dated_on": day, "source": source, "case": case},
            token=token("paper", n),
            by=case.owner,
            now=at(day, 16, 10),
        )
