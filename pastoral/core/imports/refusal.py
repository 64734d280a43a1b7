"""What stops a line or a whole file, in words that a person can act on."""

from dataclasses import dataclass


class FileRefused(Exception):
    """The file as a whole cannot be read or applied; the message says what to do."""


class Refusal(Exception):
    """One line cannot be taken; the reason says what to do. The column is filled in where only one is in question."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


@dataclass(frozen=True)
class RefusedLine:
    """A refused line as it is reported: its line in the file (1 is the heading), the column at fault and the reason."""

    line: int
    column: str
    reason: str
