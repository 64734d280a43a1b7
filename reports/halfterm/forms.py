"""Forms of the half-termly report: asked for, put into words, corrected."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from pastoral.core.forms import BaseForm, GuardedForm, OnceForm
from reports.halfterm.because import Choice
from reports.halfterm.reading import PRIORITIES, PRIORITY_PARTS, STAFFING, Reading
from reports.halfterm.wording import BEFORE, DRAFTS, outdated, own_words

ROWS = 6
LONGEST = 4000
MEANT = "is_meant"
IS_MEANT = "The numbers of an earlier count in the words above are meant as they stand"


class AskForm(BaseForm):
    """Which half term, and of whom."""

    submit_label = "Make the report"
    half_term = forms.ChoiceField(label="Half term")
    year = forms.ChoiceField(label="Of")

    def __init__(
        self, *args: Any, half_terms: Sequence[tuple[str, str]], years: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["half_term"].choices = list(half_terms)  # type: ignore[attr-defined]
        self.fields["year"].choices = list(years)  # type: ignore[attr-defined]


class WordsForm(GuardedForm):
    """What the author says: a text beside each section, staffing, and priorities with who does what by when."""

    submit_label = "Save"
    is_kept = True

    def __init__(self, *args: Any, reading: Reading, seen: str, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"seen": seen, STAFFING: reading.staffing}
        sections = [shown for shown in reading.sections if not shown.section.is_dsl]
        initial |= {f"say-{shown.section.key}": shown.said for shown in sections}
        for place, row in enumerate(reading.priorities[:ROWS]):
            initial |= {f"{part}-{place}": row.get(part, "") for part in PRIORITY_PARTS}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.before, self.report = reading.before, reading.report
        for shown in sections:
            self.fields[f"say-{shown.section.key}"] = _text(f"What you say about {shown.section.title.lower()}")
        self.fields[STAFFING] = _text("Staffing and training")
        if self.before:
            self.fields[MEANT] = forms.BooleanField(label=IS_MEANT, required=False)
        for place in range(ROWS):
            self.fields[f"what-{place}"] = forms.CharField(
                label=f"Priority {place + 1}", required=False, max_length=300
            )
            self.fields[f"owner-{place}"] = forms.CharField(
                label="Who", required=False, max_length=80, widget=forms.TextInput(attrs={"list": "staff-names"})
            )
            self.fields[f"by-{place}"] = forms.DateField(
                label="By", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            )

    def clean(self) -> dict[str, Any]:
        """Ask for who and by when of every priority, and at signing for numbers that stand no longer."""
        cleaned = super().clean() or self.cleaned_data
        if self.data.get("do") == "sign" and not cleaned.get(MEANT):
            earlier = {name: self.report.words.get(name, {}) for name in (BEFORE, DRAFTS)}
            own = own_words({**self._said, **earlier}, self.report.drafted)
            for section, numbers in outdated(own).items():
                self.add_error(
                    f"say-{section}",
                    f"{', '.join(numbers)}: of an earlier count. Put it right, or say below that it is meant.",
                )
        for place in range(ROWS):
            what, owner = cleaned.get(f"what-{place}"), cleaned.get(f"owner-{place}")
            if what and not owner:
                self.add_error(f"owner-{place}", "Say who does it.")
            if not what and (owner or cleaned.get(f"by-{place}")):
                self.add_error(f"what-{place}", "Say what is to be done, or clear the row.")
        return cleaned

    @property
    def says(self) -> list[tuple[str, forms.BoundField]]:
        """The texts by section."""
        return [(name.removeprefix("say-"), self[name]) for name in self.fields if name.startswith("say-")]

    @property
    def rows(self) -> list[tuple[forms.BoundField, ...]]:
        """The priorities, a row each."""
        return [tuple(self[f"{part}-{place}"] for part in PRIORITY_PARTS) for place in range(ROWS)]

    @property
    def _said(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {name.removeprefix("say-"): cleaned[name] for name in cleaned if name.startswith("say-")}

    @property
    def words(self) -> dict[str, Any]:
        """What is kept: {section: text, "staffing": text, "priorities": [{what, owner, by}]}."""
        cleaned = self.cleaned_data
        rows = [{part: _plain(cleaned[f"{part}-{place}"]) for part in PRIORITY_PARTS} for place in range(ROWS)]
        return {**self._said, STAFFING: cleaned[STAFFING], PRIORITIES: [row for row in rows if row["what"]]}


def _text(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


class BecauseForm(BaseForm):
    """What was seen, what was done: the rest follows from the figures."""

    submit_label = "Put it together"
    saw = forms.ChoiceField(label="Because we saw")
    did = forms.ChoiceField(label="we did")
    own = forms.CharField(label="In your words", required=False, max_length=300)

    def __init__(
        self, *args: Any, saw: Sequence[tuple[str, list[Choice]]], did: Sequence[Choice], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["saw"].choices = [  # type: ignore[attr-defined]
            (title, [(each.key, each.words) for each in held]) for title, held in saw
        ]
        self.fields["did"].choices = [(each.key, each.words) for each in did]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for words where nothing of the list was done."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("did") == "own" and not cleaned.get("own"):
            self.add_error("own", "Say what you did.")
        return cleaned


class CorrectForm(OnceForm):
    """Why there is a new version."""

    submit_label = "Begin the new version"
    what_changed = forms.CharField(
        label="What changes, and why",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Stands on the first page of the new version.",
    )
