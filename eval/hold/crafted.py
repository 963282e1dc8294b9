"""PDF files made to hang, fill the memory or break a reader: one function a trick, each with a size."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from eval.hold.pdffile import assembled, paragraph, pdf, stream

_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_SHOWS = stream(b"BT /F1 10 Tf 72 700 Td (Words that can be read.) Tj ET")


def _page(extra: str = "", resources: str = "/Font << /F1 5 0 R >>") -> bytes:
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << {resources} >> {extra} >>"
    ).encode()


def _deflated(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, f"/Filter [{' /FlateDecode' * times}]")


def bomb(n: int) -> bytes:
    return pdf([], streams=[_deflated(b" " * (n * 4_000_000))])


def bomb_in_bomb(n: int) -> bytes:
    return pdf([], streams=[_deflated(b" " * (n * 4_000_000), times=3)])


def endless_operators(n: int) -> bytes:
    return pdf([], streams=[_deflated(b"0 0 m " * (n * 200_000))])


def endless_words(n: int) -> bytes:
    return pdf([], streams=[_deflated(b"BT /F1 9 Tf (words words words) Tj ET " * (n * 20_000))])


def loop_of_pages(n: int) -> bytes:
    kids = " ".join(["2 0 R"] * n)
    return assembled([_CATALOG, f"<< /Type /Pages /Kids [{kids}] /Count {n} >>".encode()])


def deep_tree(n: int) -> bytes:
    depth = n * 400
    nodes = [f"<< /Type /Pages /Kids [{k + 3} 0 R] /Count 1 >>".encode() for k in range(depth)]
    page = f"<< /Type /Page /Parent {depth + 1} 0 R /MediaBox [0 0 9 9] >>".encode()
    return assembled([_CATALOG, *nodes, page])


def claimed_pages(n: int) -> bytes:
    return assembled([_CATALOG, f"<< /Type /Pages /Kids [3 0 R] /Count {10**n} >>".encode(), _page(), _SHOWS, _FONT])


def deep_arrays(n: int) -> bytes:
    depth = n * 5_000
    return assembled([_CATALOG, _ONE_PAGE, _page(f"/Odd {'[' * depth}{']' * depth}"), _SHOWS, _FONT])


def form_in_itself(n: int) -> bytes:
    form = stream(
        b"/X Do " * n, "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    )
    page = _page(resources="/Font << /F1 5 0 R >> /XObject << /X 6 0 R >>")
    return assembled([_CATALOG, _ONE_PAGE, page, stream(b"/X Do"), _FONT, form])


def labels_in_a_loop(n: int) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /PageLabels 6 0 R >>"
    tree = f"<< /Kids [{' '.join(['6 0 R'] * n)}] >>".encode()
    return assembled([catalog, _ONE_PAGE, _page(), _SHOWS, _FONT, tree])


def fonts_in_a_loop(n: int) -> bytes:
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /DescendantFonts [5 0 R] /ToUnicode 6 0 R >>"
    ranges = b"".join(b"<%04x> <%04x> <0041>\n" % (k % 65536, k % 65536) for k in range(n * 20_000))
    table = _deflated(b"1 begincmap\n" + b"%d beginbfrange\n" % (n * 20_000) + ranges + b"endbfrange endcmap")
    return assembled([_CATALOG, _ONE_PAGE, _page(), _SHOWS, font, table])


def vast_page(n: int) -> bytes:
    box = f"/MediaBox [0 0 {10**n} {10**n}] /UserUnit {10**n}"
    return assembled([_CATALOG, _ONE_PAGE, _page(box), _SHOWS, _FONT])


def earlier_tables_in_a_loop(n: int) -> bytes:
    whole = pdf([paragraph("Words that can be read.", 72, 700)])
    at = whole.rindex(b"xref\n0")
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d /XRefStm %d" % (at, at * n))


def missing_parts(n: int) -> bytes:
    """Every nth object is gone, with its place in the table."""
    whole = pdf([paragraph(f"Words of page {k}.", 72, 700) for k in range(10)])
    return b"endobj".join(part for k, part in enumerate(whole.split(b"endobj")) if k % (n + 1) != n)


def nothing_but_noise(n: int) -> bytes:
    return b"%PDF-1.7\n" + zlib.compress(bytes(range(256)) * n * 50) * n + b"\n%%EOF"


TRICKS: dict[str, Callable[[int], bytes]] = {
    trick.__name__: trick
    for trick in (
        *(bomb, bomb_in_bomb, endless_operators, endless_words, loop_of_pages, deep_tree, claimed_pages, deep_arrays),
        *(form_in_itself, labels_in_a_loop, fonts_in_a_loop, vast_page, earlier_tables_in_a_loop, missing_parts),
        nothing_but_noise,
    )
}
