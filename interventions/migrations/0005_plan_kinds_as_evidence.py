from django.db import migrations, models

from pastoral.core.operations import OldTrigger

FIELD = models.BooleanField(
    default=False, help_text="counts as the support plan or attendance contract that a case's evidence asks for"
)


class Migration(migrations.Migration):
    """The field; its triggers come with the first rows, which are no change that a school made."""

    dependencies = [("interventions", "0004_plans_asked_afresh")]

    operations = [
        OldTrigger(model_name="plankind", name="update_update"),
        OldTrigger(model_name="plankind", name="delete_delete"),
        migrations.AddField(model_name="plankind", name="is_evidence", field=FIELD),
        migrations.AddField(model_name="plankindevent", name="is_evidence", field=FIELD),
    ]
