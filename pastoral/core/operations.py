"""Operations of migrations that spare Django most of its work where many tables are new at once.

For every new table and every trigger Django draws up anew all models that are somehow related to it, and here nearly
all are: a hundred tables take minutes. A table that is new is related to nothing drawn up before, and a trigger is no
part of a model's Python. What the database is told is the same.
"""

from django.db.migrations import CreateModel
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger


class NewTable(CreateModel):
    """Create a table and draw up its model alone."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the model; what was drawn up stays."""
        drawn_up = state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)
        if drawn_up is not None:
            state.__dict__["apps"] = drawn_up
            drawn_up.render_multiple([state.models[app_label, self.name_lower]])


class NewTrigger(AddTrigger):
    """Add a trigger and draw up nothing."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the trigger to the model's options."""
        options = state.models[app_label, self.model_name].options
        options["triggers"] = [*options.get("triggers", []), self.trigger]


class OldTrigger(RemoveTrigger):
    """Take a trigger off and draw up nothing."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Take the trigger out of the model's options."""
        options = state.models[app_label, self.model_name].options
        options["triggers"] = [each for each in options.get("triggers", []) if each.name != self.name]
