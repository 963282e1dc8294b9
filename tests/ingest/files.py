"""Small real files, made by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from eval.hold.pdffile import Piece, assembled, paragraph, pdf, stream

__all__ = ["Piece", "assembled", "paragraph", "pdf", "stream", "zipped"]


def zipped(parts: dict[str, bytes | str], stored: Sequence[str] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=kind)
    return out.getvalue()
