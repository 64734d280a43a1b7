"""Needs screens: the areas of each, what changed since the one before, and who was screened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from attendance.summaries.reach import Reached, reached
from interventions.models import NeedsScreen, ScreenAnswer
from interventions.reading import may_read
from pastoral.core.models import User
from pastoral.core.rights import Right

Area = ScreenAnswer.Area
NEEDS = ((0, "0 none"), (1, "1 a little"), (2, "2 some"), (3, "3 much"))


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area: the need now, and at the screen before; None where that did not ask."""

    label: str
    need: int
    note: str
    before: int | None

    @property
    def words(self) -> str:
        """The need as the form says it."""
        return dict(NEEDS)[self.need]

    @property
    def change(self) -> int | None:
        """How far the need rose; negative for less need."""
        return None if self.before is None else self.need - self.before


@dataclass(frozen=True)
class ScreenShown:
    """One screen as one person may read it. reads: its words and answers; total: of all areas, up to 27."""

    screen: NeedsScreen
    who: Reached
    reads: bool
    areas: tuple[AreaRow, ...]
    before: NeedsScreen | None

    @property
    def total(self) -> int:
        """The needs of all areas together."""
        return sum(area.need for area in self.areas)

    @property
    def total_before(self) -> int | None:
        """The same at the screen before, over the areas asked then; None without one."""
        held = [area.before for area in self.areas if area.before is not None]
        return sum(held) if self.before and held else None

    @property
    def change(self) -> int | None:
        """How far the needs rose together."""
        return None if self.total_before is None else self.total - self.total_before

    @property
    def most(self) -> str:
        """Where most help is needed, in words."""
        high = sorted((area for area in self.areas if area.need > 1), key=lambda area: -area.need)[:3]
        return ", ".join(f"{area.label.lower()} {area.need}" for area in high)

    @property
    def keeps_interventions(self) -> bool:
        """Test for a person who may begin an intervention from it."""
        return Right.KEEP_INTERVENTIONS in self.who.rights

    @property
    def keeps(self) -> bool:
        """Test for a person who may fill another one."""
        return Right.KEEP_PLANS in self.who.rights


def screens_seen(user: User) -> QuerySet[NeedsScreen]:
    """Return the standing screens that the person may know of, latest first."""
    return NeedsScreen.objects.visible_to(user).standing().select_related("by").prefetch_related("answers")


def latest_shown(user: User) -> list[ScreenShown]:
    """Return each student's latest screen beside the one before, the most need first; three queries."""
    rows = list(screens_seen(user).order_by("student", "-screened_on", "-pk"))
    shown = shown_of(user, rows)
    latest = {each.screen.student_id: each for each in reversed(shown)}
    return sorted(latest.values(), key=lambda each: (-each.total if each.reads else 0, each.who.name))


def shown_of(user: User, rows: Sequence[NeedsScreen]) -> list[ScreenShown]:
    """Return the screens in the order given, which is latest first for each student, with the one before each."""
    who = reached(user, {row.student_id for row in rows})
    found = []
    for place, row in enumerate(rows):
        if row.student_id in who:
            earlier = next((other for other in rows[place + 1 :] if other.student_id == row.student_id), None)
            found.append(_shown(user, row, earlier, who[row.student_id]))
    return found


def _shown(user: User, row: NeedsScreen, earlier: NeedsScreen | None, who: Reached) -> ScreenShown:
    reads = _reads(user, row, who)
    before = earlier if earlier and _reads(user, earlier, who) else None
    return ScreenShown(row, who, reads, _areas(row, before) if reads else (), before)


def _reads(user: User, row: NeedsScreen, who: Reached) -> bool:
    return may_read(user, is_restricted=row.is_restricted, own=(row.by_id,), rights=who.rights)


def _areas(row: Any, before: Any) -> tuple[AreaRow, ...]:
    then = {answer.area: answer.need for answer in _answers(before)}
    return tuple(
        AreaRow(answer.get_area_display(), answer.need, answer.note, then.get(answer.area)) for answer in _answers(row)
    )


def _answers(screen: Any) -> Iterable[ScreenAnswer]:
    return screen.answers.all() if screen else ()
