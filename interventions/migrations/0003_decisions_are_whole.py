from django.db import migrations, models

WORDS = "whole, however much was decided: minutes are never cut"


class Migration(migrations.Migration):
    dependencies = [("interventions", "0002_first_rows")]

    operations = [
        migrations.AlterField(
            model_name="meetingstudent", name="decision", field=models.TextField(blank=True, help_text=WORDS)
        ),
        migrations.AlterField(
            model_name="meetingstudentevent", name="decision", field=models.TextField(blank=True, help_text=WORDS)
        ),
    ]
