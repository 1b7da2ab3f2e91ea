"""PDF files, written by hand or from pictures."""

import io
import zlib
from collections.abc import Sequence

from PIL import Image


def of_pictures(pictures: Sequence[bytes]) -> bytes:
    """Return a PDF with one picture a page."""
    first, *others = (Image.open(io.BytesIO(picture)).convert("L") for picture in pictures)
    file = io.BytesIO()
    first.save(file, "PDF", save_all=True, append_images=others)
    return file.getvalue()


def of_objects(*objects: str | bytes, trailer: str = "") -> bytes:
    """Return a PDF with these objects, numbered from 1; the first one is the catalog."""
    parts = [b"%PDF-1.4"]
    for number, each in enumerate(objects, start=1):
        body = each if isinstance(each, bytes) else each.encode()
        parts.append(b"%d 0 obj\n%s\nendobj" % (number, body))
    parts.append(f"trailer\n<< /Root 1 0 R /Size {len(objects) + 1} {trailer} >>\n%%EOF".encode())
    return b"\n".join(parts)


CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def with_size(width: str, height: str) -> bytes:
    """Return a PDF with one blank page of this size, in points."""
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] >>"
    return of_objects(CATALOG, ONE_PAGE, page)


def filled_form(text: str, *, drawn: bool) -> bytes:
    """Return a PDF with one page, blank but for a field with a text; drawn: its look is stored."""
    field = f"/FT /Tx /T (sum) /V ({text}) /DA (/F 24 Tf 0 g) /Rect [10 20 190 80] /F 4 /P 3 0 R"
    shown = f"/Tx BMC q BT /F 24 Tf 10 20 Td ({text}) Tj ET Q EMC"
    fonts = "/Font << /F 6 0 R >>"
    look = f"/Type /XObject /Subtype /Form /BBox [0 0 180 60] /Resources << {fonts} >>"
    return of_objects(
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>",
        ONE_PAGE,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Annots [5 0 R] >>",
        f"<< /Fields [5 0 R] /DR << {fonts} >> /DA (/F 24 Tf 0 g) >>",
        f"<< /Type /Annot /Subtype /Widget {field} {'/AP << /N 7 0 R >>' if drawn else ''} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< {look} /Length {len(shown)} >>\nstream\n{shown}\nendstream",
    )


def encrypted() -> bytes:
    """Return a PDF that nobody can open without its password."""
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"
    key = "x" * 32
    lock = f"<< /Filter /Standard /V 1 /R 2 /O ({key}) /U ({key}) /P -4 >>"
    return of_objects(CATALOG, ONE_PAGE, page, lock, trailer="/Encrypt 4 0 R /ID [(a) (a)]")


def bomb(side: int) -> bytes:
    """Return a small PDF whose picture has side x side pixels in color."""
    packer = zlib.compressobj(9)
    row = bytes(3 * side)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    about = f"/Width {side} /Height {side} /ColorSpace /DeviceRGB /BitsPerComponent 8"
    head = (
        f"<< /Type /XObject /Subtype /Image {about} /Filter /FlateDecode /Length {len(packed)} >>"
    )
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R "
        "/Resources << /XObject << /I 5 0 R >> >> >>"
    )
    drawn = "q 100 0 0 100 0 0 cm /I Do Q"
    contents = f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream"
    image = head.encode() + b"\nstream\n" + packed + b"\nendstream"
    return of_objects(CATALOG, ONE_PAGE, page, contents, image)


def nested_forms(depth: int) -> bytes:
    """Return a PDF with one page of 10 ** depth lines: forms that draw the next one ten times."""

    def stream(head: str, body: str) -> str:
        return f"<< {head} /Length {len(body)} >>\nstream\n{body}\nendstream"

    def next_form(number: int) -> str:
        return f"/Resources << /XObject << /F {number} 0 R >> >>"

    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R {next_form(5)} >>"
    form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
    forms = [stream(f"{form} {next_form(5 + i)}", "/F Do " * 10) for i in range(1, depth)]
    last = stream(form, "0 0 m 9 9 l S")
    return of_objects(CATALOG, ONE_PAGE, page, stream("", "/F Do " * 10), *forms, last)
