"""Tasks that wait for a person or a role."""

from django.db import models


class Task(models.Model):
    """Something that somebody must do; `url` leads to its one next action."""

    title = models.TextField(help_text="An English msgid with the places of `params`.")
    params = models.JSONField(default=dict)
    url = models.TextField()
    role = models.TextField()
    org_unit_id = models.BigIntegerField()
    app = models.TextField()
    source_id = models.BigIntegerField()
    opened_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "work_task"
        constraints = [
            models.UniqueConstraint(
                fields=["app", "source_id", "role"],
                condition=models.Q(closed_at=None),
                name="work_task_one_open",
            )
        ]
        indexes = [
            models.Index(
                fields=["role", "opened_at"],
                condition=models.Q(closed_at=None),
                name="work_task_waiting",
            )
        ]
