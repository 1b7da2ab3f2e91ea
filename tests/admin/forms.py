"""Reads a form from a page as a browser does: tests then send what a person would send."""

from html.parser import HTMLParser

from django.http import HttpResponse


def filled_in(response: HttpResponse, form_id: str) -> dict[str, str]:
    """Return the values of the unchanged form, without buttons and checkboxes."""
    reader = FormReader(form_id)
    reader.feed(response.content.decode())
    return reader.values


class FormReader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.select: str | None = None
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "form":
            self.inside = about.get("id") == self.form_id
        if not self.inside:
            return
        name = about.get("name") or ""
        if tag == "input" and about.get("type") not in ("submit", "checkbox", "button"):
            self.values[name] = about.get("value") or ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and self.is_chosen("selected" in about):
            self.values[self.select] = about.get("value") or ""

    def is_chosen(self, selected: bool) -> bool:
        """Return whether a browser would send the option: the selected one, or else the first."""
        return selected or self.select not in self.values

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = None
