"""What a biller types: the decision on exceptions."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DecisionForm(forms.Form):
    """Release exceptions or hold their bills, with one reason."""

    kind = forms.ChoiceField(choices=[("release", _("Release")), ("hold", _("Hold"))])
    reason = forms.CharField(label=_("What was checked and found"), max_length=300)
    exceptions = forms.CharField()

    def clean_exceptions(self) -> list[int]:
        """The ids of the exceptions, written with commas between them."""
        parts = self.cleaned_data["exceptions"].split(",")
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise forms.ValidationError(_("Choose at least one exception."))
        return [int(part) for part in parts]
