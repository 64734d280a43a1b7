"""A plan on one page: what it is for, targets, what each side does, hazards, actions, and everybody's words."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from interventions.forms.fields import day_field, line_field, words_field
from interventions.forms.plan_rows import BLANK, Row, action_fields, hazard_fields, strategy_fields, target_fields
from interventions.models import PlanKind
from interventions.summaries.plan_writing import FACTS, Line, NewAction, Writing
from pastoral.core.forms import GuardedForm, OnceForm, OneOf
from pastoral.core.models import User
from pastoral.core.staff_names import offer

Form = PlanKind.Form
MOST = 30
PLAIN = ("reason", "starts_on", "ends_on", "strengths", "student_words", "family_words", "is_restricted")
RESTRICTED = (
    "The owner, those with whom it is shared, and those who read restricted text. Others know only that there is one."
)


class PlanForm(GuardedForm, OnceForm):
    """A plan of one kind. Each row has fields of its own, so that a second writer is told of every one."""

    is_kept = True

    reason = line_field("Why there is a plan", 300, "What was seen, in a sentence.")
    owner = OneOf(User.objects.none(), label="Owner", help_text="Who sees that it happens.")
    starts_on = day_field("Begins")
    ends_on = day_field("Ends")
    strengths = words_field("Strengths", "What goes well, and who or what helps already.", rows=2)
    student_words = words_field("What the student says", "In their own words.", rows=2)
    family_words = words_field("What the family says", "In their own words.", rows=2)
    timetable: Any = OneOf(
        None, label="The part-time timetable that carries it", required=False, empty_label="None yet"
    )
    early_help: Any = OneOf(None, label="The early help it belongs to", required=False, empty_label="None")
    is_restricted = forms.BooleanField(label="Restricted: its words are for few", required=False, help_text=RESTRICTED)
    because = line_field(
        "What changed",
        200,
        "Said with the new version; left empty, the parts that changed are named.",
        is_required=False,
    )

    def __init__(
        self,
        *args: Any,
        kind: PlanKind,
        keepers: QuerySet[User],
        colleagues: QuerySet[User],
        ties: Mapping[str, Any],
        reader: User,
        reads_restricted: bool,
        is_begun: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.reader, self.reads_restricted, self.is_begun = kind, reader, reads_restricted, is_begun
        fields: dict[str, Any] = self.fields
        offer(fields["owner"], keepers)
        self._tie(fields, ties)
        if is_begun:
            del fields["starts_on"]
        else:
            del fields["because"]
        self.rows = dict(self._rows(colleagues))
        for rows in self.rows.values():
            for row in rows:
                self.fields.update({f"{row.prefix}_{each}": made for each, made in row.fields.items()})
                for each, made in row.fields.items():
                    is_choice = isinstance(made.widget, forms.Select)
                    made.widget.attrs.setdefault("class", "form-select" if is_choice else "form-control")
                    if made.initial is not None:
                        self.initial.setdefault(f"{row.prefix}_{each}", made.initial)
                row.bound = {each: self[f"{row.prefix}_{each}"] for each in row.fields}

    def _tie(self, fields: dict[str, Any], ties: Mapping[str, Any]) -> None:
        """Offer what a plan of this kind is tied to, and nothing else."""
        for name, form in (("timetable", Form.TIMETABLE), ("early_help", Form.EARLY_HELP)):
            if self.kind.form != form:
                del fields[name]
                continue
            words, rows = ties[name]
            fields[name].queryset = rows
            fields[name].label_from_instance = words

    def _rows(self, colleagues: QuerySet[User]) -> Iterator[tuple[str, list[Row]]]:
        """Yield the rows of each part: those there are, those that were sent, and some empty ones."""
        usual = {"targets": 3, "strategies": 4, "hazards": 3, "actions": 1}
        is_risk = self.kind.form == Form.RISK
        makers = {
            "targets": target_fields,
            "strategies": strategy_fields,
            "hazards": hazard_fields if is_risk else None,
            "actions": lambda: action_fields(colleagues),
        }
        for name, make in makers.items():
            if make is None:
                continue
            letter = name[0]
            held = sum(key.startswith(letter) and key.endswith("_key") for key in self.initial)
            count = max(usual[name], held + BLANK, self._sent(letter))
            if name == "targets":
                count = max(5, held, self._sent(letter))
            yield name, [Row(f"{letter}{place}", make()) for place in range(min(count, MOST))]

    def _sent(self, letter: str) -> int:
        """Return how many rows of the part were sent."""
        if not self.is_bound:
            return 0
        names = (self.remove_prefix(name) for name in self.data if "_" in name)
        places = [head[1:] for head in (name.partition("_")[0] for name in names) if head[:1] == letter]
        return max(
            (int(each) + 1 for each in places if each.isascii() and each.isdecimal() and len(each) < 3), default=0
        )

    def remove_prefix(self, name: str) -> str:
        """Return a field's name as the form knows it."""
        return name.removeprefix(f"{self.prefix}-") if self.prefix else name

    def overtaken(self) -> None:
        """Say at each field what stands there now."""
        self.initial["token"] = self.data.get(self.add_prefix("token"))
        super().overtaken()

    def clean(self) -> dict[str, Any]:
        """Want an end after the beginning, each row whole, and no plan that its writer could not read afterwards."""
        data = super().clean() or self.cleaned_data
        begins = data.get("starts_on") or self.initial.get("starts_on")
        ends = data.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", "It has to end after it begins.")
        for rows in self.rows.values():
            for row in rows:
                for name, fault in row.faults(data):
                    self.add_error(f"{row.prefix}_{name}", fault)
        owner = data.get("owner")
        if data.get("is_restricted") and not self.reads_restricted and owner != self.reader:
            self.add_error("is_restricted", "You would not read it any more: own it, or let somebody else restrict it.")
        return data

    def writing(self) -> Writing:
        """Return the plan as the form says it is, once it is valid."""
        data = self.cleaned_data
        facts = {name: data[name] for name in PLAIN if name in data}
        for name in ("owner", "timetable", "early_help"):
            if name in self.fields:
                facts[f"{name}_id"] = data[name].pk if data[name] else None
        lines = {
            name: [Line(row.key(data), row.facts(data)) for row in rows if row.is_sent(data)]
            for name, rows in self.rows.items()
            if name != "actions"
        }
        actions = [row.facts(data) for row in self.rows["actions"] if row.facts(data)]
        made = [NewAction(each["what"], each["owner"].pk, each["due_on"]) for each in actions]
        return Writing({name: facts[name] for name in FACTS if name in facts}, lines, made)


def rows_initial(lines: Mapping[str, list[tuple[int, dict[str, Any]]]]) -> dict[str, Any]:
    """Return the initial values of the rows' fields. lines: `lines_of` a plan."""
    return {
        f"{name[0]}{place}_{field}": value
        for name, rows in lines.items()
        for place, (key, facts) in enumerate(rows)
        for field, value in {"key": key, **facts}.items()
    }
