"""Priorities of a year group: set at a meeting, put right, done with what, or dropped."""

from typing import Any

from interventions.forms.actions import colleagues
from interventions.forms.fields import colleague_field, line_field, words_field
from interventions.models import Priority
from interventions.summaries.priorities import NOBODY
from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from pastoral.core.versions import version_of

FACTS = ("words", "owner_id")
LONGEST = 300
TEAM = NOBODY.capitalize()


class PrioritiesForm(OnceForm):
    """New priorities, one a line."""

    submit_label = "Set them"
    is_kept = True

    lines = words_field("Priorities", "One a line.", rows=4, is_required=True)
    owner = colleague_field("Who sees to them", empty=TEAM)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["owner"], colleagues())

    def clean_lines(self) -> list[str]:
        """Return the lines; refuse one that is longer than anybody remembers."""
        lines = [words for line in self.cleaned_data["lines"].splitlines() if (words := line.strip())]
        over = max((len(line) for line in lines), default=0) - LONGEST
        if over > 0:
            self.add_error("lines", f"One line is {over} letters too long: put it in fewer words.")
        return lines


class PriorityChangeForm(GuardedForm):
    """A priority put right, or handed on."""

    submit_label = "Save"

    words = line_field("Priority", LONGEST)
    owner = colleague_field("Who sees to it", empty=TEAM)

    @classmethod
    def of(cls, priority: Priority, data: Any = None) -> "PriorityChangeForm":
        """Return the form of a priority that stands."""
        initial = {"words": priority.words, "owner": priority.owner_id, "seen": version_of(priority, FACTS)}
        form = cls(data, initial=initial, auto_id="change-%s")
        offer(form.fields["owner"], colleagues(*([priority.owner_id] if priority.owner_id else [])))
        return form

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        owner: User | None = self.cleaned_data["owner"]
        return {"words": self.cleaned_data["words"], "owner_id": owner.pk if owner else None}


class PriorityDoneForm(BaseForm):
    """A priority done."""

    submit_label = "It is done"

    note = line_field("With what", 300, "What was done, and what came of it.")


class PriorityDropForm(BaseForm):
    """A priority that is none any more."""

    submit_label = "Drop it"

    note = line_field("Why", 300, "It stays in the list of what was dropped, with this reason.")
