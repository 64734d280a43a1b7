"""How a mark is shown to whom; the rule lives beside the marks, and is offered here to the composed pages."""

from attendance.summaries.shown import HIDDEN_SIGN, MarkShown, is_missed, mark_shown

__all__ = ["HIDDEN_SIGN", "MarkShown", "is_missed", "mark_shown"]
