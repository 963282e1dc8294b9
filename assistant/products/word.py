"""A Paper as a Word file, its notes real footnotes that Word and LibreOffice number and place."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from assistant.products.footnotes import Footnotes, xml_words
from assistant.products.paper import Block, Grid, Heading, Line, Paper

_FONT, _SIZE = "Calibri", Pt(10)
_INK, _ACCENT, _GREY = RGBColor(0x1F, 0x1F, 0x1F), RGBColor(0x14, 0x4B, 0x55), RGBColor(0x59, 0x59, 0x59)
_SHADE, _RULE = "E6EFF0", "B8C4C6"
_MARGIN = Cm(2)
_LONG, _SHORT = Cm(29.7), Cm(21)


def as_word(paper: Paper) -> bytes:
    """The bytes of a .docx file."""
    document = Document()
    _shape(document, paper)
    notes = Footnotes(document, paper.notes)
    document.add_paragraph(xml_words(paper.title), style="Title")
    if paper.under:
        document.add_paragraph(xml_words(paper.under), style="Subtitle")
    for block in paper.blocks:
        _add(document, block, notes)
    notes.attach()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: WordDocument, block: Block, notes: Footnotes) -> None:
    if isinstance(block, Heading):
        document.add_heading(xml_words(block.text), block.level)
    elif isinstance(block, Grid):
        _grid(document, block, notes)
    else:
        style = {"text": "Normal", "item": "List Bullet", "lead": "Lead", "quiet": "Quiet"}[block.kind]
        _write(document.add_paragraph(style=style), block.line, notes)


def _write(paragraph: WordParagraph, line: Line, notes: Footnotes) -> None:
    for piece in line:
        # The note stands right behind the words: a space between them lets it fall on the next line.
        run = paragraph.add_run(_spaced(piece.text, bool(piece.notes)))
        run.bold = piece.style == "strong" or None
        run.italic = piece.style == "quiet" or None
        for n, number in enumerate(piece.notes):
            if n:
                paragraph.add_run(",").font.superscript = True
            notes.refer(paragraph, number)


def _spaced(text: str, noted: bool) -> str:
    words = xml_words(text)
    before, after = " " * text[:1].isspace(), " " * (text[-1:].isspace() and not noted)
    return f"{before}{words}{after}" if words else " " * bool(text)


# tables


def _grid(document: WordDocument, grid: Grid, notes: Footnotes) -> None:
    table = document.add_table(rows=1, cols=len(grid.head), style="Table Grid")
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, grid.head, strict=True):
        cell.paragraphs[0].style = document.styles["Cell"]
        cell.paragraphs[0].add_run(xml_words(text)).bold = True
        _shade(cell)
    for row in grid.rows:
        for n, (cell, lines) in enumerate(zip(table.add_row().cells, row, strict=True)):
            _fill(document, cell, lines, notes, first=n == 0)
    _keep_rows_whole(table)
    _draw_lines(table)
    _widths(document, table, grid.widths or (1,) * len(grid.head))


def _fill(document: WordDocument, cell: _Cell, lines: Sequence[Line], notes: Footnotes, first: bool) -> None:
    for n, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        paragraph.style = document.styles["Cell"]
        _write(paragraph, line, notes)
        for run in paragraph.runs if first else ():
            run.bold = True


def _widths(document: WordDocument, table: Table, shares: Sequence[float]) -> None:
    section = document.sections[0]
    room = int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)
    for n, share in enumerate(shares):
        width = Emu(int(room * share / sum(shares)))
        table.columns[n].width = width
        for cell in table.columns[n].cells:
            cell.width = width


def _draw_lines(table: Table) -> None:
    """Thin grey rules and room around the words, in place of the template's black grid."""
    properties = table._tbl.tblPr
    borders, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _RULE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    for side, room in (("top", "50"), ("left", "90"), ("bottom", "50"), ("right", "90")):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), room)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # The standard fixes the order of these: borders, layout, margins, look.
    layout, look = properties.find(qn("w:tblLayout")), properties.find(qn("w:tblLook"))
    layout.addprevious(borders) if layout is not None else properties.append(borders)
    look.addprevious(margins) if look is not None else properties.append(margins)


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _keep_rows_whole(table: Table) -> None:
    """No row parted between pages, and the head row again on every page: screen readers read it with each cell."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


# the page


def _shape(document: WordDocument, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (_LONG, _SHORT) if paper.wide else (_SHORT, _LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if paper.wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = Cm(1.8)
    _styles(document)
    properties = document.core_properties
    properties.title, properties.author, properties.language = xml_words(paper.title), "Common Ground", "en-GB"
    properties.comments = xml_words(paper.made)
    _foot(section.footer.paragraphs[0], paper)


def _foot(paragraph: WordParagraph, paper: Paper) -> None:
    """What made the page, and its number, which Word counts."""
    paragraph.alignment = WD_PARAGRAPH_ALIGNMENT.LEFT
    paragraph.add_run(f"{xml_words(paper.made)} · page " if paper.made else "page ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()._r
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run.append(element)
    for written in paragraph.runs:
        written.font.size, written.font.color.rgb = Pt(8), _GREY


def _styles(document: WordDocument) -> None:
    _style(document, "Normal", _SIZE, _INK, after=5)
    _style(document, "Title", Pt(20), _ACCENT, after=2, bold=True)
    _style(document, "Subtitle", Pt(9.5), _GREY, after=8)
    _style(document, "Heading 1", Pt(12.5), _ACCENT, before=8, after=3, bold=True)
    _style(document, "Heading 2", Pt(11), _INK, before=6, after=2, bold=True)
    _style(document, "List Bullet", _SIZE, _INK, after=3)
    for name in ("Lead", "Quiet", "Cell"):
        document.styles.add_style(name, 1).base_style = document.styles["Normal"]
    _style(document, "Lead", Pt(10.5), _INK, after=5)
    _style(document, "Quiet", Pt(9), _GREY, after=4)
    _style(document, "Cell", Pt(9), _INK, after=2)
    for spacing in document.styles["Subtitle"].element.findall(".//" + qn("w:rPr") + "/" + qn("w:spacing")):
        spacing.getparent().remove(spacing)
    # The rule that Word's own template draws under a title.
    for border in document.styles["Title"].element.findall(".//" + qn("w:pBdr")):
        border.getparent().remove(border)


def _style(
    document: WordDocument, name: str, size: Pt, ink: RGBColor, after: float, before: float = 0, bold: bool = False
) -> None:
    style = document.styles[name]
    font, shape = style.font, style.paragraph_format
    font.name, font.size, font.color.rgb, font.bold, font.italic = _FONT, size, ink, bold, False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # else the template's theme font wins
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.08
