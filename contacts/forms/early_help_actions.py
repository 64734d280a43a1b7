"""Actions of early help: agreed, changed or done; and one's own, ticked done without the rest of it."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from contacts.forms.agency_fields import colleague_field, day_field, line_field, not_to_come
from contacts.models import EarlyHelpAction
from pastoral.core.forms import BaseForm, GuardedForm
from pastoral.core.models import User
from pastoral.core.staff_names import offer
from pastoral.core.versions import version_of

OF_ACTION = ("what", "owner_id", "owner_name", "due_on", "done_on", "done_note")
OF_DONE = ("done_on", "done_note")


class _ActionForm(BaseForm):
    """What somebody takes on."""

    what = line_field("What", 200, is_required=True)
    owner = colleague_field(
        "Who",
        empty="Somebody else",
        help_text="A colleague who does not work with agencies reads these words, and nothing else of it.",
    )
    owner_name = line_field("Their name", 120, "If no colleague: of an agency, or of the family.")
    due_on = day_field("By")

    def __init__(self, *args: Any, keepers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["owner"], keepers)

    def clean(self) -> dict[str, Any]:
        """Ask for somebody; a colleague goes before a name."""
        data = super().clean() or self.cleaned_data
        if data.get("owner"):
            data["owner_name"] = ""
        elif not data.get("owner_name"):
            self.add_error("owner_name", "Say who does it.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        data = self.cleaned_data
        held = {name: data[name] for name in OF_ACTION if name in data}
        return held | {"owner_id": data["owner"].pk if data["owner"] else None}


class ActionForm(_ActionForm):
    """An action that is agreed."""

    submit_label = "Add it"


class ActionChangeForm(_ActionForm, GuardedForm):
    """An action, changed or done."""

    is_kept = True

    done_on = day_field("Done on", required=False)
    done_note = line_field("How it went", 200)

    @classmethod
    def of(cls, held: EarlyHelpAction, keepers: QuerySet[User], data: Any = None) -> "ActionChangeForm":
        """Return the form filled with it as it stands."""
        stands = {name: getattr(held, name) for name in OF_ACTION} | {"seen": version_of(held, OF_ACTION)}
        return cls(data, keepers=keepers, initial=stands | {"owner": held.owner_id})

    def clean_done_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["done_on"])


class OwnActionForm(GuardedForm):
    """One's own action, done: when, and how it went."""

    is_kept = True

    done_on = day_field("Done on", required=False, help_text="Leave empty while it is still to be done.")
    done_note = line_field("How it went", 200, "Whoever works with the family reads it.")

    @classmethod
    def of(cls, held: EarlyHelpAction, data: Any = None) -> "OwnActionForm":
        """Return the form filled with it as it stands, done today where it is not done yet."""
        stands = {name: getattr(held, name) for name in OF_DONE} | {"seen": version_of(held, OF_DONE)}
        return cls(data, initial=stands | {"done_on": held.done_on or timezone.localdate()})

    def clean_done_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["done_on"])

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        return {name: self.cleaned_data[name] for name in OF_DONE}
