"""The guards, identifiers and views of the app, from its sql/guards.sql."""

from django.db import migrations

from onebook.infra import migrations_sql


class Migration(migrations.Migration):
    dependencies = [("cash", "0001_initial"), ("books", "0002_guards"), ("work", "0002_approvals")]

    operations = [migrations_sql.run("cash", "guards")]
