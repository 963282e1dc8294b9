"""Small real PDF files, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

Piece = tuple[float, float, float, str] | tuple[float, float, float, str, str]  # left, base, size, text[, font]


def pdf(pages: Sequence[Sequence[Piece]], extra_root: str = "", streams: Sequence[bytes] = ()) -> bytes:
    """A PDF with the pieces of text at their places; fonts are F1 (Helvetica) and F2 (Helvetica bold). `streams` replaces
    the content of the pages."""
    contents = list(streams) or [_content(page) for page in pages]
    count = len(contents)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    fonts = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> "
    fonts += b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >> >> >>"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {extra_root} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        fonts,
    ]
    for n, content in enumerate(contents):
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 3 0 R /Contents {5 + 2 * n} 0 R >>"
        objects += [page.encode(), content]
    return assembled(objects)


def assembled(objects: Sequence[bytes]) -> bytes:
    """The objects, numbered from 1, with cross-reference table and trailer."""
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    return out + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


def stream(data: bytes, extra: str = "") -> bytes:
    return f"<< /Length {len(data)} {extra} >>\nstream\n".encode() + data + b"\nendstream"


def _content(page: Sequence[Piece]) -> bytes:
    shown = []
    for left, base, size, text, *font in page:
        escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        name = font[0] if font else "F1"
        shown.append(f"BT /{name} {size} Tf 1 0 0 1 {left} {base} Tm (".encode() + escaped + b") Tj ET")
    return stream(b"\n".join(shown))


def paragraph(text: str, left: float, top: float, size: float = 10, letters: int = 80, lead: float = 12) -> list[Piece]:
    """The text broken into rows of at most so many letters."""
    rows: list[str] = [""]
    for word in text.split():
        if len(rows[-1]) + len(word) + 1 > letters:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return [(left, top - lead * n, size, row) for n, row in enumerate(rows)]
