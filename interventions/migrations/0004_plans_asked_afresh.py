from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("interventions", "0003_decisions_are_whole")]

    operations = [
        migrations.RemoveConstraint(model_name="planshare", name="plan_share_replied_after_opening"),
        migrations.AddConstraint(
            model_name="planshare",
            constraint=models.CheckConstraint(
                condition=Q(replied_at=None) | Q(opened_at__isnull=False) & ~Q(reply=""),
                name="plan_share_replied_after_opening",
            ),
        ),
    ]
