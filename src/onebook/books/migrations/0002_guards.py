"""The guards, identifiers and views of the app, from its sql/guards.sql."""

from django.db import migrations

from onebook.infra import migrations_sql


class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial")]

    operations = [migrations_sql.run("books", "guards")]
