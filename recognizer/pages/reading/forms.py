"""Forms of batches and pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BatchForm(forms.Form):
    """What goes with the files of a batch; the view takes the files from the request."""

    save = forms.BooleanField(label=_("Also save the pictures as my drawings"), required=False)


class PageForm(forms.Form):
    image = forms.FileField(label=_("Picture"))
