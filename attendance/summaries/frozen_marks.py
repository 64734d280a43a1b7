"""Marks that something rests on, a letter or a decision, as they stood then, and what they are now (T7)."""

from dataclasses import dataclass
from datetime import date

from attendance.codes import code_on
from attendance.summaries.shown import MarkShown, mark_shown

Held = tuple[int, int | None]  # the key of a code, and the minutes late


@dataclass(frozen=True, slots=True)
class MarkSince:
    """A mark as it stood then and as it is now; None where there is none any more."""

    day: date
    session: str
    then: MarkShown
    now: MarkShown | None
    is_changed: bool


@dataclass(frozen=True, slots=True)
class FrozenMark:
    """A mark as it was kept: the letters of its code, with the minutes late where these were kept, too."""

    day: date
    session: str
    letters: str
    minutes: int | None = None

    @property
    def held(self) -> Held:
        """What was held then, by the codes of its day; no code's key for letters that none had."""
        code = code_on(self.letters, self.day)
        return (code.key if code else 0, self.minutes)

    def is_changed(self, now: Held | None) -> bool:
        """Test for a session that holds something else now; a mark changed and put back is not changed."""
        return now != self.held

    def since(self, now: Held | None, *, sees_sensitive: bool) -> MarkSince:
        """Return it then and now, as the person may see both."""
        return MarkSince(
            self.day,
            self.session,
            mark_shown(self.held[0], sees_sensitive=sees_sensitive),
            mark_shown(now[0], sees_sensitive=sees_sensitive) if now else None,
            self.is_changed(now),
        )
