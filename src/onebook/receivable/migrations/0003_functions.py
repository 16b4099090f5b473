"""The open-items function."""

from django.db import migrations

from onebook.infra import migrations_sql


class Migration(migrations.Migration):
    dependencies = [("receivable", "0002_guards")]

    operations = [migrations_sql.run("receivable", "functions")]
