"""Pages and their cells."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recognizer.actions.reading.page_tables import rows_of
from recognizer.api.serializers.files import KINDS, PIXELS, SentFile
from recognizer.api.serializers.messages import CodeField, WordsField
from recognizer.models import PageCell, PagePicture, ReadingJob
from recognizer.models.reading import TEXT_LENGTH


class CellSerializer(serializers.ModelSerializer[PageCell]):
    """A cell of a table, or a number in a line."""

    text = serializers.CharField(
        read_only=True, help_text="the number, or the text that you gave instead; empty if neither"
    )
    read = serializers.CharField(read_only=True, help_text="the number that was read")
    box: Any = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        read_only=True,
        help_text="left, top, right, bottom in pixels of the upright picture",
    )
    confidence = serializers.FloatField(read_only=True, help_text="of `read`, 0 to 1")
    doubtful = serializers.BooleanField(
        source="is_doubtful", read_only=True, help_text="look at it: it may be something else"
    )

    class Meta:
        model = PageCell
        fields = ["text", "read", "box", "confidence", "doubtful"]
        read_only_fields = fields


class PlacedCellSerializer(CellSerializer):
    """A cell with its place."""

    class Meta(CellSerializer.Meta):
        fields = ["row", "column", *CellSerializer.Meta.fields]
        read_only_fields = fields


class CellCorrectionSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(min_value=0, help_text="counts from 0")
    column = serializers.IntegerField(min_value=0, help_text="counts from 0")
    text = serializers.CharField(allow_blank=True, max_length=TEXT_LENGTH)


class PageFileSerializer(serializers.Serializer[Any]):
    image = SentFile(help_text=f"{KINDS}, at most {PIXELS}; or a PDF")


class PageSerializer(serializers.ModelSerializer[ReadingJob]):
    """A page without its rows."""

    name = serializers.CharField(source="page.name", read_only=True, help_text="of the file")
    progress = serializers.FloatField(
        source="progress.fraction", default=0, read_only=True, help_text="0 to 1"
    )
    kind = serializers.SerializerMethodField(help_text="null until it has been read")
    width = serializers.IntegerField(
        source="page.width", read_only=True, help_text="of the upright picture, in pixels"
    )
    height = serializers.IntegerField(source="page.height", read_only=True)
    version = serializers.IntegerField(
        source="page.version.number",
        default=None,
        read_only=True,
        allow_null=True,
        help_text="number of the version that read it",
    )
    error = WordsField(help_text="why the page cannot be read, and what to do; or empty")
    error_code = CodeField(source="error")

    class Meta:
        model = ReadingJob
        fields = [
            "id",
            "status",
            "name",
            "progress",
            "kind",
            "width",
            "height",
            "version",
            "error",
            "error_code",
            "created_at",
            "started_at",
            "finished_at",
            "cancel_requested_at",
            "attempt",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=PagePicture.Kind.choices, allow_null=True))
    def get_kind(self, job: ReadingJob) -> str | None:
        return job.page.kind or None


class PageWithRowsSerializer(PageSerializer):
    """A page with what was read, row by row."""

    rows = serializers.SerializerMethodField(
        help_text="all cells of a table row by row, or the numbers of each line; "
        "empty until it has been read"
    )

    class Meta(PageSerializer.Meta):
        fields = [*PageSerializer.Meta.fields, "rows"]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=CellSerializer(many=True)))
    def get_rows(self, job: ReadingJob) -> list[Any]:
        return [CellSerializer(row, many=True).data for row in rows_of(job)]


class SentPageSerializer(PageWithRowsSerializer):
    """A page that was just sent: of a PDF the first one."""

    others = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="addresses of the other pages of a PDF, in order; empty for a picture",
    )

    class Meta(PageWithRowsSerializer.Meta):
        fields = [*PageWithRowsSerializer.Meta.fields, "others"]
        read_only_fields = fields
