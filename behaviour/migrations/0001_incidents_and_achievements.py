import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

from pastoral.core import operations


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('students', '0002_students_groups_and_calendar'),
    ]

    operations = [
        operations.NewTable(
            name='Achievement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(blank=True, max_length=40)),
                ('awarded_on', models.DateField()),
                ('type', models.CharField(max_length=80)),
                ('activity', models.CharField(blank=True, max_length=80)),
                ('points', models.PositiveSmallIntegerField(default=0)),
                ('awarded_by', models.CharField(blank=True, help_text='staff code as the MIS writes it', max_length=60)),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='achievements', to='students.student')),
            ],
            options={
                'ordering': ('-awarded_on', '-pk'),
                'indexes': [models.Index(fields=['awarded_on'], name='achievement_day')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('external_id',), name='achievement_external_once')],
            },
        ),
        operations.NewTable(
            name='AchievementEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('external_id', models.CharField(blank=True, max_length=40)),
                ('awarded_on', models.DateField()),
                ('type', models.CharField(max_length=80)),
                ('activity', models.CharField(blank=True, max_length=80)),
                ('points', models.PositiveSmallIntegerField(default=0)),
                ('awarded_by', models.CharField(blank=True, help_text='staff code as the MIS writes it', max_length=60)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='behaviour.achievement')),
                ('student', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='students.student')),
            ],
            options={
                'abstract': False,
            },
        ),
        operations.NewTable(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(blank=True, max_length=40)),
                ('occurred_on', models.DateField()),
                ('occurred_at_time', models.TimeField(blank=True, null=True)),
                ('type', models.CharField(max_length=80)),
                ('activity', models.CharField(blank=True, max_length=80)),
                ('location', models.CharField(blank=True, max_length=80)),
                ('status', models.CharField(blank=True, max_length=40)),
                ('recorded_by', models.CharField(blank=True, help_text='staff code as the MIS writes it', max_length=60)),
            ],
            options={
                'ordering': ('-occurred_on', '-occurred_at_time', '-pk'),
                'indexes': [models.Index(fields=['occurred_on'], name='incident_day')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('external_id',), name='incident_external_once')],
            },
        ),
        operations.NewTable(
            name='IncidentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('external_id', models.CharField(blank=True, max_length=40)),
                ('occurred_on', models.DateField()),
                ('occurred_at_time', models.TimeField(blank=True, null=True)),
                ('type', models.CharField(max_length=80)),
                ('activity', models.CharField(blank=True, max_length=80)),
                ('location', models.CharField(blank=True, max_length=80)),
                ('status', models.CharField(blank=True, max_length=40)),
                ('recorded_by', models.CharField(blank=True, help_text='staff code as the MIS writes it', max_length=60)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='behaviour.incident')),
            ],
            options={
                'abstract': False,
            },
        ),
        operations.NewTable(
            name='Involvement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('perpetrator', 'Perpetrator'), ('participant', 'Participant'), ('victim', 'Victim'), ('witness', 'Witness')], max_length=12)),
                ('points', models.PositiveSmallIntegerField(default=0)),
                ('action_taken', models.CharField(blank=True, max_length=80)),
                ('comment', models.TextField(blank=True)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='involvements', to='behaviour.incident')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='involvements', to='students.student')),
            ],
            options={
                'ordering': ('incident', 'role', 'student'),
                'constraints': [models.UniqueConstraint(fields=('incident', 'student'), name='involvement_once'), models.CheckConstraint(condition=models.Q(('points', 0), ('role__in', ['perpetrator', 'participant']), _connector='OR'), name='involvement_points_by_role')],
            },
        ),
        operations.NewTable(
            name='InvolvementEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('role', models.CharField(choices=[('perpetrator', 'Perpetrator'), ('participant', 'Participant'), ('victim', 'Victim'), ('witness', 'Witness')], max_length=12)),
                ('points', models.PositiveSmallIntegerField(default=0)),
                ('action_taken', models.CharField(blank=True, max_length=80)),
                ('comment', models.TextField(blank=True)),
                ('incident', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='behaviour.incident')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='behaviour.involvement')),
                ('student', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='students.student')),
            ],
            options={
                'abstract': False,
            },
        ),
        operations.NewTrigger(
            model_name='incident',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "behaviour_incidentevent" ("activity", "external_id", "id", "location", "occurred_at_time", "occurred_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_by", "status", "type") VALUES (OLD."activity", OLD."external_id", OLD."id", OLD."location", OLD."occurred_at_time", OLD."occurred_on", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."recorded_by", OLD."status", OLD."type"); RETURN NULL;', hash='0bb951049ead019639e5e6d7ef4762a6057a6680', operation='UPDATE', pgid='pgtrigger_update_update_7eb0d', table='behaviour_incident', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='incident',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "behaviour_incidentevent" ("activity", "external_id", "id", "location", "occurred_at_time", "occurred_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_by", "status", "type") VALUES (OLD."activity", OLD."external_id", OLD."id", OLD."location", OLD."occurred_at_time", OLD."occurred_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded_by", OLD."status", OLD."type"); RETURN NULL;', hash='aa5ade351ac868f80156121f977d2f8fad98a0de', operation='DELETE', pgid='pgtrigger_delete_delete_175f7', table='behaviour_incident', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='achievement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "behaviour_achievementevent" ("activity", "awarded_by", "awarded_on", "external_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "student_id", "type") VALUES (OLD."activity", OLD."awarded_by", OLD."awarded_on", OLD."external_id", OLD."id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."points", OLD."student_id", OLD."type"); RETURN NULL;', hash='161309a6adfca008d7b131770a73f359260c7556', operation='UPDATE', pgid='pgtrigger_update_update_f5669', table='behaviour_achievement', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='achievement',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "behaviour_achievementevent" ("activity", "awarded_by", "awarded_on", "external_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "student_id", "type") VALUES (OLD."activity", OLD."awarded_by", OLD."awarded_on", OLD."external_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."points", OLD."student_id", OLD."type"); RETURN NULL;', hash='29fccff2490c217afc9eda195bf391b62e043fd5', operation='DELETE', pgid='pgtrigger_delete_delete_2fcb1', table='behaviour_achievement', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='involvement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "behaviour_involvementevent" ("action_taken", "comment", "id", "incident_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "role", "student_id") VALUES (OLD."action_taken", OLD."comment", OLD."id", OLD."incident_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."points", OLD."role", OLD."student_id"); RETURN NULL;', hash='6956300e82f2658464c50bcae60b143ce14be7f4', operation='UPDATE', pgid='pgtrigger_update_update_3e768', table='behaviour_involvement', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='involvement',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "behaviour_involvementevent" ("action_taken", "comment", "id", "incident_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "role", "student_id") VALUES (OLD."action_taken", OLD."comment", OLD."id", OLD."incident_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."points", OLD."role", OLD."student_id"); RETURN NULL;', hash='75cacef807262579042814fd1e7a50434ac321e2', operation='DELETE', pgid='pgtrigger_delete_delete_0b40e', table='behaviour_involvement', when='AFTER')),
        ),
    ]
