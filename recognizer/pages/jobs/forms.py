"""Forms that start jobs."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcore.recipes import DEFAULT, RECIPES, Recipe
from recognizer.actions.jobs.job_requests import SEEDS
from recognizer.pages.forms import NO_CHOICE
from recognizer.presentation.messages import name_of


def optional_number(name: Any, otherwise: Any, least: float, most: float) -> forms.IntegerField:
    """Return an optional number field. otherwise: placeholder that names the default."""
    widget = forms.NumberInput({"placeholder": otherwise})
    return forms.IntegerField(
        label=name, required=False, min_value=int(least), max_value=int(most), widget=widget
    )


def about_network(name: str) -> str:
    return gettext("%(network)s, %(count)d epochs") % {
        "network": name_of(name, "network"),
        "count": RECIPES[name].epochs,
    }


class TrainingForm(forms.Form):
    """A training from scratch; empty fields take their defaults."""

    architecture = forms.ChoiceField(
        label=_("Architecture"),
        choices=lambda: [(name, about_network(name)) for name in RECIPES],
        initial=DEFAULT,
        widget=forms.RadioSelect,
        error_messages=NO_CHOICE,
    )
    epochs = optional_number(_("Epochs"), _("default"), *Recipe.ranges()["epochs"])
    seed = optional_number(_("Seed"), _("random"), 0, SEEDS - 1)


class RescoreForm(forms.Form):
    """The version for a re-scoring of the drawings that it has not answered."""

    version = forms.IntegerField(label=_("Version"), min_value=1)
