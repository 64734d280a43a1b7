"""Which kinds of plan count as the support plan or attendance contract of a case; the school changes it as it likes.

Source: domain.md 3.3 (Stockton: the school's attendance improvement support plan). Plans for learning, behaviour and
mentoring are none; kinds that the school added itself count as they did.
"""

import pgtrigger.compiler
from django.db import migrations

from pastoral.core.operations import NewTrigger

FORMS = ("plain", "contract")
OTHERS = ("Individual education plan", "Individual behaviour plan", "Mentoring plan")


def say(apps, schema_editor):
    """Say it of the kinds that there are."""
    kinds = apps.get_model("interventions", "PlanKind").objects.filter(form__in=FORMS)
    kinds.exclude(name__in=OTHERS).update(is_evidence=True)


class Migration(migrations.Migration):
    """Data, then the triggers."""

    dependencies = [("interventions", "0005_plan_kinds_as_evidence")]

    operations = [
        migrations.RunPython(say, migrations.RunPython.noop),
        NewTrigger(
            model_name='plankind',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "interventions_plankindevent" ("also", "form", "id", "is_active", "is_evidence", "name", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "review_weeks", "weeks") VALUES (OLD."also", OLD."form", OLD."id", OLD."is_active", OLD."is_evidence", OLD."name", OLD."order", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."review_weeks", OLD."weeks"); RETURN NULL;', hash='3407ade72ffba93db65e2e19acf831d634e0b5d9', operation='UPDATE', pgid='pgtrigger_update_update_13169', table='interventions_plankind', when='AFTER')),
        ),
        NewTrigger(
            model_name='plankind',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "interventions_plankindevent" ("also", "form", "id", "is_active", "is_evidence", "name", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "review_weeks", "weeks") VALUES (OLD."also", OLD."form", OLD."id", OLD."is_active", OLD."is_evidence", OLD."name", OLD."order", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."review_weeks", OLD."weeks"); RETURN NULL;', hash='bc4ec16000b9a27ac6dbff3851547afa261ecb42', operation='DELETE', pgid='pgtrigger_delete_delete_1656a', table='interventions_plankind', when='AFTER')),
        ),
    ]
