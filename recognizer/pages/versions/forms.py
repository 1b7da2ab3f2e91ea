"""Forms of the pages of versions and comparisons."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognizer.actions.reasons import MAX_REASON, TOO_LONG
from recognizer.actions.versions.answer_changes import CHANGES
from recognizer.actions.versions.describe import LONGEST_NOTES, MOST_TAGS
from recognizer.models import Drawing
from recognizer.models.versions import LONGEST_NAME, LONGEST_TAG
from recognizer.pages.forms import ANY, NO_CHOICE, BeforeForm, chosen_label


def chosen_change() -> forms.ChoiceField:
    """Return a field for the change of an answer between two versions."""
    return forms.ChoiceField(
        label=_("Change"),
        choices=[ANY, *((name, name) for name in CHANGES)],
        required=False,
        error_messages=NO_CHOICE,
    )


class ConfusionForm(forms.Form):
    """The set whose confusion matrix is shown; the page has a default."""

    confusion = forms.CharField(label=_("Confusion matrix"), required=False)


class CompareForm(ConfusionForm):
    """Two versions by their numbers; the page has defaults."""

    before = forms.IntegerField(label=_("Before"), min_value=1, required=False)
    after = forms.IntegerField(label=_("After"), min_value=1, required=False)


class AnswerFilter(forms.Form):
    """Filters drawings of `answer_changes.answered_by`: `now` is the version's answer."""

    narrowing: tuple[str, ...] = ("label", "now")

    label = chosen_label(_("Label"))
    now = chosen_label(_("After"))
    before = forms.IntegerField(label=_("Before"), required=False, min_value=1)

    def apply(self, drawings: QuerySet[Drawing]) -> QuerySet[Drawing]:
        for name in self.narrowing:
            if self.cleaned_data[name] is not None:
                drawings = drawings.filter(**{name: self.cleaned_data[name]})
        return drawings

    def from_key(self, drawings: QuerySet[Drawing]) -> QuerySet[Drawing]:
        """Return the drawings older than `before`."""
        before = self.cleaned_data["before"]
        return drawings.filter(pk__lt=before) if before else drawings


class ChangeFilter(AnswerFilter):
    """Filters drawings of `answer_changes.with_both`: `was` and `now` are the versions' answers."""

    narrowing = ("label", "was", "now")

    was = chosen_label(_("Before"))
    change = chosen_change()

    def apply(self, drawings: QuerySet[Drawing]) -> QuerySet[Drawing]:
        narrowed, change = super().apply(drawings), self.cleaned_data["change"]
        return narrowed.filter(CHANGES[change]) if change else narrowed


class PicturesForm(forms.Form):
    """Pictures of one label in an evaluation set: `was` and `now` are the versions' answers."""

    label = chosen_label(_("Label"), required=True)
    was = chosen_label(_("Before"))
    now = chosen_label(_("After"))
    change = chosen_change()
    after = forms.IntegerField(label=_("After"), required=False, min_value=0)


class VersionsForm(BeforeForm):
    """The page of the list, and the tag that its versions have."""

    tag = forms.CharField(label=_("Tag"), required=False, max_length=LONGEST_TAG)


class DescriptionForm(forms.Form):
    """What people write about a version."""

    name = forms.CharField(label=_("Name"), required=False, max_length=LONGEST_NAME)
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=LONGEST_NOTES,
        widget=forms.Textarea({"rows": 4}),
    )
    tags = forms.CharField(
        label=_("Tags"), required=False, help_text=_("Separated by commas, such as: baseline, best")
    )

    def clean_tags(self) -> list[str]:
        """Return the tags without repetitions, in their order."""
        given = (tag.strip() for tag in self.cleaned_data["tags"].split(","))
        tags = list(dict.fromkeys(tag for tag in given if tag))
        if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
            limits = {"count": MOST_TAGS, "length": LONGEST_TAG}
            words = gettext("At most %(count)d tags, each of at most %(length)d characters.")
            raise forms.ValidationError(words % limits)
        return tags


class DeploymentForm(forms.Form):
    """Promotes or rolls back. expected_serving: the serving version that the person saw."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    expected_serving = forms.IntegerField(label=_("Expected serving"), min_value=1, required=False)
