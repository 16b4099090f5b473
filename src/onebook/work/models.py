"""Tasks that wait for a person or a role, and approvals with their evidence and decisions."""

from django.db import models

from onebook.infra.fields import recorded_at, recorded_on


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


class ApprovalLevel(models.Model):
    """Who must approve a kind of request, by amount; the rows of the latest `valid_from` count."""

    kind = models.TextField()
    level = models.SmallIntegerField()
    role = models.TextField()
    from_fen = models.BigIntegerField(help_text="Needed from this amount on, of either sign.")
    valid_from = models.DateField()

    class Meta:
        db_table = "work_approval_level"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from", "level"], name="work_approval_level_dated"
            )
        ]


class Approval(models.Model):
    """A request for approval: what is asked, by whom, why; its state follows from the decisions."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.TextField()
    app = models.TextField()
    source_id = models.BigIntegerField()
    title = models.TextField(help_text="An English msgid with the places of `params`.")
    params = models.JSONField()
    url = models.TextField(help_text="The page of what is asked for.")
    decide_url = models.TextField(help_text="Where the app that asked takes the decision.")
    reason = models.TextField()
    org_unit_id = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    requested_by_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "work_approval"
        indexes = [models.Index(fields=["app", "source_id"], name="work_approval_source")]


class ApprovalStep(models.Model):
    """A level that a request needs, as it was when it was asked."""

    pk = models.CompositePrimaryKey("approval_id", "level")
    approval_id = models.BigIntegerField()
    level = models.SmallIntegerField()
    role = models.TextField()

    class Meta:
        db_table = "work_approval_step"


class Evidence(models.Model):
    """A file that shows why, as it was handed in."""

    id = models.BigIntegerField(primary_key=True)
    approval_id = models.BigIntegerField()
    name = models.TextField()
    sha256 = models.TextField()
    content = models.BinaryField()
    recorded_at = recorded_at()

    class Meta:
        db_table = "work_evidence"
        indexes = [models.Index(fields=["approval_id"], name="work_evidence_of")]


class ApprovalDecision(models.Model):
    """What one person decided at one level; nobody decides twice, nor what they asked for."""

    class Kind(models.TextChoices):
        APPROVE = "approve"
        REJECT = "reject"

    approval_id = models.BigIntegerField()
    level = models.SmallIntegerField()
    kind = models.TextField(choices=Kind)
    reason = models.TextField()
    person_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "work_approval_decision"
        constraints = [
            models.UniqueConstraint(
                fields=["approval_id", "level"], name="work_approval_decision_once_a_level"
            ),
            models.UniqueConstraint(
                fields=["approval_id", "person_id"], name="work_approval_decision_once_a_person"
            ),
        ]
