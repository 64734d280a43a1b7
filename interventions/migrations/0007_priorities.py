import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from pastoral.core.operations import NewTable, NewTrigger


class Migration(migrations.Migration):

    dependencies = [
        ("interventions", "0006_standing_kinds_as_evidence"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        NewTable(
            name='Priority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(help_text='the sending; a second click sets nothing twice')),
                ('place', models.PositiveSmallIntegerField(default=0, help_text='of several set by one sending')),
                ('words', models.TextField()),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('outcome', models.CharField(blank=True, choices=[('done', 'Done'), ('dropped', 'Dropped')], max_length=7)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('ended_note', models.CharField(blank=True, help_text='with what it was done, or why it was dropped', max_length=300)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='priority_lines', to='interventions.meeting')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('meeting', 'place', 'pk'),
            },
        ),
        NewTable(
            name='PriorityEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('token', models.UUIDField(help_text='the sending; a second click sets nothing twice')),
                ('place', models.PositiveSmallIntegerField(default=0, help_text='of several set by one sending')),
                ('words', models.TextField()),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('outcome', models.CharField(blank=True, choices=[('done', 'Done'), ('dropped', 'Dropped')], max_length=7)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('ended_note', models.CharField(blank=True, help_text='with what it was done, or why it was dropped', max_length=300)),
                ('ended_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='interventions.meeting')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='interventions.priority')),
                ('set_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='priority',
            constraint=models.UniqueConstraint(fields=('token', 'place'), name='priority_sent_once'),
        ),
        migrations.AddConstraint(
            model_name='priority',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_by', None), ('ended_note', ''), ('ended_on', None), ('outcome', '')), models.Q(('ended_by__isnull', False), ('ended_on__isnull', False), models.Q(('outcome', ''), _negated=True), models.Q(('ended_note', ''), _negated=True)), _connector='OR'), name='priority_ended_with_words'),
        ),
        NewTrigger(
            model_name='priority',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "interventions_priorityevent" ("ended_by_id", "ended_note", "ended_on", "id", "meeting_id", "outcome", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "set_at", "set_by_id", "token", "words") VALUES (OLD."ended_by_id", OLD."ended_note", OLD."ended_on", OLD."id", OLD."meeting_id", OLD."outcome", OLD."owner_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."place", OLD."set_at", OLD."set_by_id", OLD."token", OLD."words"); RETURN NULL;', hash='7740a6e8cb9e4422b588b315e19cb03d8f4713ff', operation='UPDATE', pgid='pgtrigger_update_update_56ffc', table='interventions_priority', when='AFTER')),
        ),
        NewTrigger(
            model_name='priority',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "interventions_priorityevent" ("ended_by_id", "ended_note", "ended_on", "id", "meeting_id", "outcome", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "set_at", "set_by_id", "token", "words") VALUES (OLD."ended_by_id", OLD."ended_note", OLD."ended_on", OLD."id", OLD."meeting_id", OLD."outcome", OLD."owner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."set_at", OLD."set_by_id", OLD."token", OLD."words"); RETURN NULL;', hash='6114c3a31432d15fa625a560da9b8825923bbcd1', operation='DELETE', pgid='pgtrigger_delete_delete_2e846', table='interventions_priority', when='AFTER')),
        ),
    ]
