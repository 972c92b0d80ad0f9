from __future__ import annotations

from django.db import migrations, models

IMPORT_STATES = [
    ("waiting", "Waiting to be read"),
    ("previewed", "Looked at, not posted"),
    ("posting", "Being posted"),
    ("posted", "Posted"),
    ("repeated", "Posted before: nothing new"),
    ("refused", "Could not be read"),
    ("left", "Put aside"),
    ("reversed", "Posted, then reversed"),
]
RECONCILIATION_STATES = [("waiting", "Waiting to be read"), ("read", "Read"), ("refused", "Could not be read")]


class Migration(migrations.Migration):
    """A posted file can be reversed whole; a partner's record is read by a task, and refused in sentences."""

    dependencies = [("ledger", "0001_books")]

    operations = [
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(choices=IMPORT_STATES, max_length=10),
        ),
        migrations.AddField(
            model_name="reconciliation",
            name="state",
            field=models.CharField(choices=RECONCILIATION_STATES, default="read", max_length=10),
        ),
        migrations.AddField(
            model_name="reconciliation",
            name="findings",
            field=models.JSONField(default=list),
        ),
    ]
