"""The guards, identifiers and views of the app, from its sql/guards.sql."""

from django.db import migrations

from onebook.infra import migrations_sql


class Migration(migrations.Migration):
    dependencies = [("metering", "0001_initial"), ("books", "0002_guards")]

    operations = [
        migrations_sql.run("metering", "guards"),
        migrations_sql.run("metering", "rounds"),
    ]
