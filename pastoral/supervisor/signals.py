"""Ctrl-C, SIGTERM and a closed terminal: each asks the supervisor to stop, once."""

import signal
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked to stop while the demonstration was being set up."""


class StopRequest:
    """Whether somebody has asked to stop. make passes Ctrl-C on, so it comes twice: only the first one counts."""

    def __init__(self) -> None:
        self.is_made = False
        self._may_interrupt = True
        for number in STOP_SIGNALS:
            signal.signal(number, self._note)

    def wait_for_a_good_moment(self) -> None:
        """From now on only note a request: children run, and each must be stopped properly."""
        self._may_interrupt = False
        if self.is_made:
            raise Stopped

    def _note(self, number: int, frame: FrameType | None) -> None:
        first, self.is_made = not self.is_made, True
        if first and self._may_interrupt:
            raise Stopped
