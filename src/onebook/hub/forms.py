"""What is typed on the hub's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CorrectionForm(forms.Form):
    """Why an issued bill is to be corrected; the evidence comes with it as files."""

    reason = forms.CharField(label=_("What is wrong, and what was checked"), max_length=300)
