"""The guards, identifiers and views of the app, from its sql/guards.sql."""

from django.db import migrations

from onebook.infra import migrations_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
        ("books", "0002_guards"),
        ("customer", "0002_guards"),
        ("metering", "0002_guards"),
        ("tariff", "0002_guards"),
        ("work", "0002_approvals"),
    ]

    operations = [migrations_sql.run("billing", "guards")]
