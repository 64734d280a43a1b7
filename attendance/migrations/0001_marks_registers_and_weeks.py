import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from pastoral.core import operations


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '__first__'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('students', '0002_students_groups_and_calendar'),
    ]

    operations = [
        operations.NewTable(
            name='AttendanceCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letters', models.CharField(max_length=2)),
                ('meaning', models.CharField(max_length=100)),
                ('code_class', models.CharField(choices=[('present', 'present'), ('approved_activity', 'approved_activity'), ('authorised', 'authorised'), ('unauthorised', 'unauthorised'), ('not_possible', 'not_possible'), ('administrative', 'administrative')], max_length=20)),
                ('legal', models.CharField(choices=[('present', 'present'), ('attending_elsewhere', 'attending_elsewhere'), ('absent', 'absent'), ('not_required', 'not_required')], max_length=20)),
                ('physical', models.CharField(choices=[('in_school', 'in_school'), ('late', 'late'), ('elsewhere', 'elsewhere'), ('away', 'away')], max_length=20)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('session', models.CharField(blank=True, max_length=2)),
                ('takes_minutes', models.BooleanField(default=False)),
                ('is_sensitive', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('letters', 'valid_from'), name='attendance_code_once')],
            },
        ),
        operations.NewTable(
            name='LessonMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('period', models.CharField(max_length=5)),
                ('subject', models.CharField(max_length=60)),
                ('class_name', models.CharField(max_length=30)),
                ('teacher', models.CharField(blank=True, help_text='as the timetable writes it', max_length=60)),
                ('minutes_late', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('code', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attendance.attendancecode')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lesson_marks', to='students.student')),
            ],
            options={
                'ordering': ('student', 'date', 'period'),
                'indexes': [models.Index(fields=['date', 'period'], name='lesson_mark_day')],
                'constraints': [models.UniqueConstraint(fields=('student', 'date', 'period'), name='lesson_mark_once'), models.CheckConstraint(condition=models.Q(('minutes_late', None), ('minutes_late__lte', 240), _connector='OR'), name='lesson_mark_minutes')],
            },
        ),
        operations.NewTable(
            name='LessonMarkEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('date', models.DateField()),
                ('period', models.CharField(max_length=5)),
                ('subject', models.CharField(max_length=60)),
                ('class_name', models.CharField(max_length=30)),
                ('teacher', models.CharField(blank=True, help_text='as the timetable writes it', max_length=60)),
                ('minutes_late', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('code', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='attendance.attendancecode')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='attendance.lessonmark')),
                ('student', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='students.student')),
            ],
            options={
                'abstract': False,
            },
        ),
        operations.NewTable(
            name='RagScale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('red_from', models.PositiveSmallIntegerField(default=100, help_text='thousandths missed; 100 is persistent absence')),
                ('green_to', models.PositiveSmallIntegerField(default=40, help_text='thousandths missed; 40 is 96 % attended')),
                ('early_under', models.PositiveSmallIntegerField(default=20, help_text='possible sessions under which a band is early')),
                ('only', models.BooleanField(default=True, editable=False, unique=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('green_to__lt', models.F('red_from')), ('red_from__lte', 1000), ('red_from__gte', 1)), name='rag_scale_in_order', violation_error_message='Green has to end before red begins, and red has to begin between 0.1 % and 100 % missed.'), models.CheckConstraint(condition=models.Q(('only', True)), name='rag_scale_one_row')],
            },
        ),
        operations.NewTable(
            name='Register',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('session', models.CharField(choices=[('AM', 'morning'), ('PM', 'afternoon')], max_length=2)),
                ('taken_at', models.DateTimeField()),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tutor_group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registers', to='students.tutorgroup')),
            ],
            options={
                'ordering': ('-date', 'session', 'tutor_group'),
                'indexes': [models.Index(fields=['date', 'session'], name='register_day')],
                'constraints': [models.UniqueConstraint(fields=('tutor_group', 'date', 'session'), name='register_once'), models.CheckConstraint(condition=models.Q(('session__in', ['AM', 'PM'])), name='register_am_pm')],
            },
        ),
        operations.NewTable(
            name='SessionMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('session', models.CharField(choices=[('AM', 'morning'), ('PM', 'afternoon')], max_length=2)),
                ('minutes_late', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('comment', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('code', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attendance.attendancecode')),
                ('recorded_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='session_marks', to='students.student')),
            ],
            options={
                'ordering': ('student', 'date', 'session'),
                'indexes': [models.Index(fields=['date', 'session'], name='session_mark_day')],
                'constraints': [models.UniqueConstraint(fields=('student', 'date', 'session'), include=('code', 'minutes_late'), name='session_mark_once'), models.CheckConstraint(condition=models.Q(('session__in', ['AM', 'PM'])), name='session_mark_am_pm'), models.CheckConstraint(condition=models.Q(('minutes_late', None), ('minutes_late__lte', 240), _connector='OR'), name='session_mark_minutes')],
            },
        ),
        operations.NewTable(
            name='SessionMarkEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('date', models.DateField()),
                ('session', models.CharField(choices=[('AM', 'morning'), ('PM', 'afternoon')], max_length=2)),
                ('minutes_late', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('comment', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('code', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='attendance.attendancecode')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='attendance.sessionmark')),
                ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('student', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='students.student')),
            ],
            options={
                'abstract': False,
            },
        ),
        operations.NewTable(
            name='AttendanceWeek',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('monday', models.DateField()),
                ('academic_year', models.PositiveSmallIntegerField()),
                ('present', models.PositiveSmallIntegerField(default=0)),
                ('approved_activity', models.PositiveSmallIntegerField(default=0)),
                ('authorised', models.PositiveSmallIntegerField(default=0)),
                ('unauthorised', models.PositiveSmallIntegerField(default=0)),
                ('not_counted', models.PositiveSmallIntegerField(default=0, help_text='marks that are in no figure')),
                ('late_before_close', models.PositiveSmallIntegerField(default=0)),
                ('late_after_close', models.PositiveSmallIntegerField(default=0)),
                ('minutes_late', models.PositiveIntegerField(default=0)),
                ('student', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attendance_weeks', to='students.student')),
            ],
            options={
                'ordering': ('student', 'monday', 'academic_year'),
                'indexes': [models.Index(fields=['academic_year', 'monday'], name='attendance_week_date')],
                'constraints': [models.UniqueConstraint(fields=('student', 'academic_year', 'monday'), name='attendance_week_once')],
            },
        ),
        operations.NewTrigger(
            model_name='lessonmark',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "attendance_lessonmarkevent" ("class_name", "code_id", "date", "id", "minutes_late", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "student_id", "subject", "teacher") SELECT old_values."class_name", old_values."code_id", old_values."date", old_values."id", old_values."minutes_late", old_values."period", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."student_id", old_values."subject", old_values."teacher" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='36a6f55b684e3ce5760311d1c9795d0a7347c7e0', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_e4178', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='attendance_lessonmark', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='lessonmark',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "attendance_lessonmarkevent" ("class_name", "code_id", "date", "id", "minutes_late", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "student_id", "subject", "teacher") SELECT old_values."class_name", old_values."code_id", old_values."date", old_values."id", old_values."minutes_late", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."student_id", old_values."subject", old_values."teacher" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='20ff78944a7fea4ac3a902cabb5de5c8955cd9bb', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_36229', referencing='REFERENCING OLD TABLE AS old_values ', table='attendance_lessonmark', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='sessionmark',
            trigger=pgtrigger.compiler.Trigger(name='mark_fits_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (\n        SELECT 1 FROM new_values m JOIN attendance_attendancecode c ON c.id = m.code_id\n         WHERE m.date < c.valid_from OR m.date > c.valid_to\n            OR (c.session <> '' AND c.session <> m.session)\n            OR (m.minutes_late IS NOT NULL AND NOT c.takes_minutes)\n    ) THEN\n        RAISE EXCEPTION 'a mark does not fit its code on its date' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n", hash='91665f4509ac6c93863b7f9774bf4f00d7721db5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_fits_insert_4cc65', referencing='REFERENCING NEW TABLE AS new_values ', table='attendance_sessionmark', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='sessionmark',
            trigger=pgtrigger.compiler.Trigger(name='mark_fits_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (\n        SELECT 1 FROM new_values m JOIN attendance_attendancecode c ON c.id = m.code_id\n         WHERE m.date < c.valid_from OR m.date > c.valid_to\n            OR (c.session <> '' AND c.session <> m.session)\n            OR (m.minutes_late IS NOT NULL AND NOT c.takes_minutes)\n    ) THEN\n        RAISE EXCEPTION 'a mark does not fit its code on its date' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n", hash='51413a03040838fea857bbf66e411cc99afe57e7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_fits_update_2a84b', referencing='REFERENCING NEW TABLE AS new_values ', table='attendance_sessionmark', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='sessionmark',
            trigger=pgtrigger.compiler.Trigger(name='week_add', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    INSERT INTO attendance_attendanceweek AS w (student_id, monday, academic_year, present, approved_activity, authorised, unauthorised, not_counted, late_before_close, late_after_close, minutes_late)\n    SELECT student_id, monday, academic_year, present, approved_activity, authorised, unauthorised, not_counted, late_before_close, late_after_close, minutes_late FROM (\n        SELECT m.student_id,\n               date_trunc('week', m.date)::date AS monday,\n               extract(year FROM m.date - interval '8 months')::smallint AS academic_year,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'present'), 0) AS present,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'approved_activity'), 0) AS approved_activity,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'authorised'), 0) AS authorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'unauthorised'), 0) AS unauthorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class IN ('not_possible', 'administrative')), 0) AS not_counted,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'L'), 0) AS late_before_close,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'U'), 0) AS late_after_close,\n               coalesce(sum(m.sign * m.minutes_late), 0) AS minutes_late\n          FROM (SELECT student_id, date, code_id, minutes_late, 1 AS sign FROM new_values) m\n          JOIN attendance_attendancecode c ON c.id = m.code_id\n         GROUP BY 1, 2, 3\n    ) d\n     ORDER BY student_id, academic_year, monday\n    ON CONFLICT (student_id, academic_year, monday) DO UPDATE\n       SET present = w.present + excluded.present, approved_activity = w.approved_activity + excluded.approved_activity, authorised = w.authorised + excluded.authorised, unauthorised = w.unauthorised + excluded.unauthorised, not_counted = w.not_counted + excluded.not_counted, late_before_close = w.late_before_close + excluded.late_before_close, late_after_close = w.late_after_close + excluded.late_after_close, minutes_late = w.minutes_late + excluded.minutes_late;\n    RETURN NULL;\n", hash='053f489f106821e08f897467b872949bbc6e8d8e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_week_add_8c53d', referencing='REFERENCING NEW TABLE AS new_values ', table='attendance_sessionmark', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='sessionmark',
            trigger=pgtrigger.compiler.Trigger(name='week_move', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        INSERT INTO attendance_attendanceweek (student_id, monday, academic_year, present, approved_activity, authorised, unauthorised, not_counted, late_before_close, late_after_close, minutes_late)\n        SELECT student_id, monday, academic_year, 0, 0, 0, 0, 0, 0, 0, 0 FROM (\n        SELECT m.student_id,\n               date_trunc('week', m.date)::date AS monday,\n               extract(year FROM m.date - interval '8 months')::smallint AS academic_year,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'present'), 0) AS present,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'approved_activity'), 0) AS approved_activity,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'authorised'), 0) AS authorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'unauthorised'), 0) AS unauthorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class IN ('not_possible', 'administrative')), 0) AS not_counted,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'L'), 0) AS late_before_close,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'U'), 0) AS late_after_close,\n               coalesce(sum(m.sign * m.minutes_late), 0) AS minutes_late\n          FROM (SELECT student_id, date, code_id, minutes_late, 1 AS sign FROM new_values UNION ALL SELECT student_id, date, code_id, minutes_late, -1 AS sign FROM old_values) m\n          JOIN attendance_attendancecode c ON c.id = m.code_id\n         GROUP BY 1, 2, 3\n    ) d\n         ORDER BY student_id, academic_year, monday\n        ON CONFLICT (student_id, academic_year, monday) DO NOTHING;\n        PERFORM 1 FROM attendance_attendanceweek w JOIN (\n        SELECT m.student_id,\n               date_trunc('week', m.date)::date AS monday,\n               extract(year FROM m.date - interval '8 months')::smallint AS academic_year,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'present'), 0) AS present,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'approved_activity'), 0) AS approved_activity,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'authorised'), 0) AS authorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'unauthorised'), 0) AS unauthorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class IN ('not_possible', 'administrative')), 0) AS not_counted,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'L'), 0) AS late_before_close,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'U'), 0) AS late_after_close,\n               coalesce(sum(m.sign * m.minutes_late), 0) AS minutes_late\n          FROM (SELECT student_id, date, code_id, minutes_late, 1 AS sign FROM new_values UNION ALL SELECT student_id, date, code_id, minutes_late, -1 AS sign FROM old_values) m\n          JOIN attendance_attendancecode c ON c.id = m.code_id\n         GROUP BY 1, 2, 3\n    ) d USING (student_id, academic_year, monday)\n          ORDER BY w.student_id, w.academic_year, w.monday FOR UPDATE OF w;\n        UPDATE attendance_attendanceweek w SET present = w.present + d.present, approved_activity = w.approved_activity + d.approved_activity, authorised = w.authorised + d.authorised, unauthorised = w.unauthorised + d.unauthorised, not_counted = w.not_counted + d.not_counted, late_before_close = w.late_before_close + d.late_before_close, late_after_close = w.late_after_close + d.late_after_close, minutes_late = w.minutes_late + d.minutes_late\n          FROM (\n        SELECT m.student_id,\n               date_trunc('week', m.date)::date AS monday,\n               extract(year FROM m.date - interval '8 months')::smallint AS academic_year,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'present'), 0) AS present,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'approved_activity'), 0) AS approved_activity,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'authorised'), 0) AS authorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'unauthorised'), 0) AS unauthorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class IN ('not_possible', 'administrative')), 0) AS not_counted,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'L'), 0) AS late_before_close,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'U'), 0) AS late_after_close,\n               coalesce(sum(m.sign * m.minutes_late), 0) AS minutes_late\n          FROM (SELECT student_id, date, code_id, minutes_late, 1 AS sign FROM new_values UNION ALL SELECT student_id, date, code_id, minutes_late, -1 AS sign FROM old_values) m\n          JOIN attendance_attendancecode c ON c.id = m.code_id\n         GROUP BY 1, 2, 3\n    ) d\n         WHERE w.student_id = d.student_id AND w.academic_year = d.academic_year AND w.monday = d.monday;\n        RETURN NULL;\n    ", hash='ca2da865761502c8f0a4deccea6f4a47eae2baf7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_week_move_64bb0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='attendance_sessionmark', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='sessionmark',
            trigger=pgtrigger.compiler.Trigger(name='week_take', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        INSERT INTO attendance_attendanceweek (student_id, monday, academic_year, present, approved_activity, authorised, unauthorised, not_counted, late_before_close, late_after_close, minutes_late)\n        SELECT student_id, monday, academic_year, 0, 0, 0, 0, 0, 0, 0, 0 FROM (\n        SELECT m.student_id,\n               date_trunc('week', m.date)::date AS monday,\n               extract(year FROM m.date - interval '8 months')::smallint AS academic_year,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'present'), 0) AS present,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'approved_activity'), 0) AS approved_activity,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'authorised'), 0) AS authorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'unauthorised'), 0) AS unauthorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class IN ('not_possible', 'administrative')), 0) AS not_counted,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'L'), 0) AS late_before_close,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'U'), 0) AS late_after_close,\n               coalesce(sum(m.sign * m.minutes_late), 0) AS minutes_late\n          FROM (SELECT student_id, date, code_id, minutes_late, -1 AS sign FROM old_values) m\n          JOIN attendance_attendancecode c ON c.id = m.code_id\n         GROUP BY 1, 2, 3\n    ) d\n         ORDER BY student_id, academic_year, monday\n        ON CONFLICT (student_id, academic_year, monday) DO NOTHING;\n        PERFORM 1 FROM attendance_attendanceweek w JOIN (\n        SELECT m.student_id,\n               date_trunc('week', m.date)::date AS monday,\n               extract(year FROM m.date - interval '8 months')::smallint AS academic_year,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'present'), 0) AS present,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'approved_activity'), 0) AS approved_activity,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'authorised'), 0) AS authorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'unauthorised'), 0) AS unauthorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class IN ('not_possible', 'administrative')), 0) AS not_counted,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'L'), 0) AS late_before_close,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'U'), 0) AS late_after_close,\n               coalesce(sum(m.sign * m.minutes_late), 0) AS minutes_late\n          FROM (SELECT student_id, date, code_id, minutes_late, -1 AS sign FROM old_values) m\n          JOIN attendance_attendancecode c ON c.id = m.code_id\n         GROUP BY 1, 2, 3\n    ) d USING (student_id, academic_year, monday)\n          ORDER BY w.student_id, w.academic_year, w.monday FOR UPDATE OF w;\n        UPDATE attendance_attendanceweek w SET present = w.present + d.present, approved_activity = w.approved_activity + d.approved_activity, authorised = w.authorised + d.authorised, unauthorised = w.unauthorised + d.unauthorised, not_counted = w.not_counted + d.not_counted, late_before_close = w.late_before_close + d.late_before_close, late_after_close = w.late_after_close + d.late_after_close, minutes_late = w.minutes_late + d.minutes_late\n          FROM (\n        SELECT m.student_id,\n               date_trunc('week', m.date)::date AS monday,\n               extract(year FROM m.date - interval '8 months')::smallint AS academic_year,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'present'), 0) AS present,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'approved_activity'), 0) AS approved_activity,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'authorised'), 0) AS authorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class = 'unauthorised'), 0) AS unauthorised,\n               coalesce(sum(m.sign) FILTER (WHERE c.code_class IN ('not_possible', 'administrative')), 0) AS not_counted,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'L'), 0) AS late_before_close,\n               coalesce(sum(m.sign) FILTER (WHERE c.letters = 'U'), 0) AS late_after_close,\n               coalesce(sum(m.sign * m.minutes_late), 0) AS minutes_late\n          FROM (SELECT student_id, date, code_id, minutes_late, -1 AS sign FROM old_values) m\n          JOIN attendance_attendancecode c ON c.id = m.code_id\n         GROUP BY 1, 2, 3\n    ) d\n         WHERE w.student_id = d.student_id AND w.academic_year = d.academic_year AND w.monday = d.monday;\n        RETURN NULL;\n    ", hash='027ecd4703df6bfe6ce5347c3701d15cb403a197', level='STATEMENT', operation='DELETE', pgid='pgtrigger_week_take_1828c', referencing='REFERENCING OLD TABLE AS old_values ', table='attendance_sessionmark', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='sessionmark',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "attendance_sessionmarkevent" ("code_id", "comment", "date", "id", "minutes_late", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "session", "student_id") SELECT old_values."code_id", old_values."comment", old_values."date", old_values."id", old_values."minutes_late", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."recorded_at", old_values."recorded_by_id", old_values."session", old_values."student_id" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='b2b00ddbcf846164f88ff10b64d1f3d2c8e8460b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_82032', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='attendance_sessionmark', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='sessionmark',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "attendance_sessionmarkevent" ("code_id", "comment", "date", "id", "minutes_late", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "session", "student_id") SELECT old_values."code_id", old_values."comment", old_values."date", old_values."id", old_values."minutes_late", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."recorded_at", old_values."recorded_by_id", old_values."session", old_values."student_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='55e3b19bd224102c520b1bec50260c00da32871c', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_adb50', referencing='REFERENCING OLD TABLE AS old_values ', table='attendance_sessionmark', when='AFTER')),
        ),
    ]
