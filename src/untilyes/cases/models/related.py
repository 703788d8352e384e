"""Which cases belong together."""

from typing import ClassVar

from django.db import models

from untilyes.cases.models.case import Case, choices_of
from untilyes.cases.rules import LinkKind
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class CaseLink(WorkspaceOwned):
    """Two cases that belong together: `case` follows, was split from, or is otherwise related to `other`."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=12, choices=choices_of(LinkKind))
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "other"], name="one_link_per_pair"),
            models.CheckConstraint(condition=~models.Q(case=models.F("other")), name="no_link_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"
