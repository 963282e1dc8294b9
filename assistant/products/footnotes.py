"""Footnotes in a Word file. python-docx makes none, so the part `word/footnotes.xml`, its styles and its settings are
built here as the standard asks (ECMA-376-1, 17.11)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from assistant.clean import clean

_SEPARATORS = ((-1, "separator"), (0, "continuationSeparator"))
_AFTER_FOOTNOTES = (
    "w:endnotePr",
    "w:compat",
    "w:docVars",
    "w:rsids",
    "m:mathPr",
    "w:themeFontLang",
    "w:clrSchemeMapping",
)


# What XML 1.0 lets no document hold, beside what `clean` takes out.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_words(text: str) -> str:
    """Visible words with single spaces, none of which XML refuses."""
    return clean(_NOT_XML.sub("", text))


class Footnotes:
    """One footnote for each note, where it is first referred to; later references are cross-references to it, so that a
    note keeps one number. Notes are referred to first in the order of their numbers."""

    def __init__(self, document: WordDocument, texts: Mapping[int, str]) -> None:
        self._document, self._texts = document, texts
        self._root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
        self._ids: dict[int, int] = {}
        for id_, kind in _SEPARATORS:
            self._root.append(_separator(id_, kind))
        _add_styles(document)

    def refer(self, paragraph: Paragraph, number: int) -> None:
        """The mark of note `number` at the end of the paragraph so far."""
        if number in self._ids:
            _cross_reference(paragraph, self._ids[number])
            return
        id_ = self._ids[number] = len(self._ids) + 1
        self._root.append(_footnote(id_, xml_words(self._texts[number])))
        for mark in ("Start", "End"):
            bookmark = OxmlElement(f"w:bookmark{mark}")
            bookmark.set(qn("w:id"), str(id_))
            if mark == "Start":
                bookmark.set(qn("w:name"), f"_Note{id_}")
            else:
                reference = OxmlElement("w:footnoteReference")
                reference.set(qn("w:id"), str(id_))
                paragraph.add_run(style="footnote reference")._r.append(reference)
            paragraph._p.append(bookmark)

    def attach(self) -> None:
        """Put the part into the file. Once, when all is referred to."""
        package = self._document.part.package
        xml = serialize_part_xml(self._root)
        part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, xml, package)
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        _name_separators(self._document.settings.element)


def _cross_reference(paragraph: Paragraph, id_: int) -> None:
    """A field that shows the number of a footnote made before; the number stands in it already."""
    for kind in ("begin", "instruction", "separate", "number", "end"):
        run = paragraph.add_run(style="footnote reference")
        if kind == "number":
            run.text = str(id_)
            continue
        element = OxmlElement("w:instrText" if kind == "instruction" else "w:fldChar")
        if kind == "instruction":
            element.text = f" NOTEREF _Note{id_} \\f \\h "
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _separator(id_: int, kind: str) -> BaseOxmlElement:
    return parse_xml(
        f'<w:footnote {nsdecls("w")} w:type="{kind}" w:id="{id_}"><w:p><w:pPr><w:spacing w:after="0" w:line="240" '
        f'w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:footnote>'
    )


def _footnote(id_: int, text: str) -> BaseOxmlElement:
    note = parse_xml(
        f'<w:footnote {nsdecls("w")} w:id="{id_}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr><w:r><w:rPr>'
        '<w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"/></w:r></w:p></w:footnote>'
    )
    note.findall(f".//{qn('w:t')}")[0].text = f" {text}"
    return note


def _add_styles(document: WordDocument) -> None:
    text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = document.styles["Normal"]
    text.element.set(qn("w:styleId"), "FootnoteText")
    text.font.size = Pt(8.5)
    text.paragraph_format.space_after, text.paragraph_format.line_spacing = Pt(0), 1.0
    mark = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    mark.element.set(qn("w:styleId"), "FootnoteReference")
    mark.font.superscript = True


def _name_separators(settings: BaseOxmlElement) -> None:
    """Word wants to be told which footnotes are the rules above the notes; their place among the settings is fixed."""
    named = parse_xml(
        f"<w:footnotePr {nsdecls('w')}>"
        + "".join(f'<w:footnote w:id="{n}"/>' for n, _ in _SEPARATORS)
        + "</w:footnotePr>"
    )
    later = {qn(name) for name in _AFTER_FOOTNOTES}
    for child in settings:
        if child.tag in later:
            child.addprevious(named)
            return
    settings.append(named)
