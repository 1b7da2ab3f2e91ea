"""Pages of paper with numbers, and the cells that were read on them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recognizer.models.checks import one_of, share
from recognizer.models.reading import NAME_LENGTH, TEXT_LENGTH, ReadingJob
from recognizer.models.versions import ModelVersion

# Writing that is read with less confidence is doubtful.
SURE = 0.8


class PagePicture(models.Model):
    """The picture of a page that a reading job reads.

    picture: a PNG, gray, upright, reduced to the size that is read. width, height: of the upright
    picture as it was sent, in pixels; boxes of cells are in those. kind: empty until it is read.
    """

    class Kind(models.TextChoices):
        TABLE = "table", _("table")
        LINES = "lines", _("lines of numbers")

    job = models.OneToOneField(
        ReadingJob, models.CASCADE, primary_key=True, related_name="page", verbose_name=_("job")
    )
    name = models.CharField(max_length=NAME_LENGTH, verbose_name=_("name"))
    picture = models.BinaryField(verbose_name=_("picture"))
    width = models.PositiveIntegerField(verbose_name=_("width"))
    height = models.PositiveIntegerField(verbose_name=_("height"))
    kind = models.CharField(max_length=5, choices=Kind, blank=True, verbose_name=_("kind"))
    version = models.ForeignKey(
        ModelVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version"),
    )

    class Meta:
        verbose_name = _("picture of a page")
        verbose_name_plural = _("pictures of pages")
        constraints = [one_of("kind", "", "table", "lines", name="page_kind_is_known")]

    def __str__(self) -> str:
        return self.name


class PageCell(models.Model):
    """A cell of a table, or a number in a line. Row and column count from 0.

    read: the number that was read; empty if the cell is empty, or if what is written there is no
    number. correction: the text that a person gave instead, which may be empty; None without one.
    box: left, top, right, bottom in pixels of the upright picture as it was sent. confidence: of
    `read`, 0 to 1. is_written: whether there is writing.
    """

    page = models.ForeignKey(
        PagePicture,
        models.CASCADE,
        db_index=False,  # one_cell_at_a_place
        related_name="cells",
        verbose_name=_("page"),
    )
    row = models.PositiveIntegerField(verbose_name=_("row"))
    column = models.PositiveIntegerField(verbose_name=_("column"))
    read = models.CharField(max_length=TEXT_LENGTH, blank=True, verbose_name=_("read"))
    correction = models.CharField(  # noqa: DJ001  # an empty text is a correction too
        max_length=TEXT_LENGTH, null=True, blank=True, verbose_name=_("correction")
    )
    box = models.JSONField(verbose_name=_("box"))
    confidence = models.FloatField(verbose_name=_("confidence"))
    is_written = models.BooleanField(verbose_name=_("is written"))

    class Meta:
        verbose_name = _("cell of a page")
        verbose_name_plural = _("cells of pages")
        ordering = ["row", "column"]
        constraints = [
            models.UniqueConstraint(fields=["page", "row", "column"], name="one_cell_at_a_place"),
            share("confidence", name="page_cell_confidence_is_share"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The correction if there is one, else what was read."""
        return self.read if self.correction is None else self.correction

    @property
    def is_doubtful(self) -> bool:
        """Whether what is written may be something else, and nobody has corrected it."""
        unsure = self.confidence < SURE or not self.read
        return self.is_written and self.correction is None and unsure
