import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from pastoral.core import operations


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        operations.NewTable(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('staff_code', models.CharField(max_length=20, unique=True)),
                ('title', models.CharField(blank=True, max_length=20)),
                ('forename', models.CharField(max_length=100)),
                ('surname', models.CharField(max_length=100)),
                ('email', models.CharField(max_length=254, unique=True)),
                ('is_active', models.BooleanField(default=True)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ('surname', 'forename', 'staff_code'),
            },
        ),
        operations.NewTable(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('task', models.CharField(help_text="dotted name of the task, given the job's key", max_length=200)),
                ('payload', models.JSONField(default=dict)),
                ('status', models.CharField(choices=[('queued', 'Waiting for a worker'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('steps_total', models.PositiveIntegerField(default=0)),
                ('steps_done', models.PositiveIntegerField(default=0)),
                ('message', models.TextField(blank=True)),
                ('result_url', models.CharField(blank=True, max_length=300)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('beat_at', models.DateTimeField(default=django.utils.timezone.now, help_text='last sign of life')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-asked_at', '-pk'),
                'indexes': [models.Index(fields=['status', 'beat_at'], name='job_status_beat')],
                'constraints': [models.CheckConstraint(condition=models.Q(('steps_done__lte', models.F('steps_total'))), name='job_not_more_than_all')],
            },
        ),
        operations.NewTable(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200)),
                ('kind', models.CharField(blank=True, max_length=40)),
                ('status', models.CharField(choices=[('checking', 'Being checked'), ('preview', 'Checked, not applied'), ('applying', 'Being applied'), ('applied', 'Applied'), ('refused', 'Refused whole'), ('dropped', 'Not applied')], default='checking', max_length=10)),
                ('upload', models.FileField(blank=True, upload_to='imports/%Y/%m')),
                ('rejects', models.FileField(blank=True, upload_to='imports/%Y/%m')),
                ('new', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('same', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('first_refusals', models.JSONField(default=list, help_text='up to 200 of {line, column, reason}')),
                ('notes', models.JSONField(default=list, help_text='sentences for the person who looks at the preview')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='import_runs', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='import_runs', to='core.job')),
                ('first_changes', models.JSONField(default=list, help_text='up to 50 of {line, what, was, becomes}')),
            ],
            options={
                'ordering': ('-started_at', '-pk'),
            },
        ),
        operations.NewTable(
            name='AccessRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kind', models.CharField(choices=[('page', 'Page'), ('document', 'Document'), ('export', 'Export')], max_length=10)),
                ('subject', models.CharField(help_text='a key such as "student:123", never a name', max_length=60)),
                ('reason', models.CharField(max_length=100)),
                ('path', models.CharField(max_length=300)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='access_records', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-at', '-pk'),
                'indexes': [models.Index(fields=['subject', '-at'], name='access_subject_at'), models.Index(fields=['user', '-at'], name='access_user_at')],
            },
        ),
        operations.NewTable(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('fields', models.JSONField(default=list, help_text='[name, value] in the order of the form')),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['saved_at'], name='draft_saved')],
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='draft_once')],
            },
        ),
        operations.NewTrigger(
            model_name='accessrecord',
            trigger=pgtrigger.compiler.Trigger(name='access_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6585414b975f51b816b918387e6c3d758add1046', operation='UPDATE OR DELETE', pgid='pgtrigger_access_append_only_9d72a', table='core_accessrecord', when='BEFORE')),
        ),
    ]
