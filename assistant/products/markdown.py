"""A Paper as Markdown: marks [1] in the text, the notes at the end. Words of documents format nothing."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.products.paper import Block, Grid, Heading, Line, Paper, Paragraph, Piece
from assistant.render import escape, plain_line


def as_markdown(paper: Paper) -> str:
    lines = [f"# {escape(paper.title)}", ""]
    if paper.under:
        lines += [f"*{escape(paper.under)}*", ""]
    before: Block | None = None
    for block in paper.blocks:
        if lines[-1] and not (_is_item(block) and before is not None and _is_item(before)):
            lines.append("")
        lines += _block(block)
        before = block
    if paper.notes:
        lines += ["", "## Notes", ""]
        lines += [f"\\[{number}\\] {escape(words)}  " for number, words in sorted(paper.notes.items())]
    return "\n".join(lines).strip() + "\n"


def _is_item(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.kind == "item"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * (block.level + 1)} {escape(block.text)}"
    elif isinstance(block, Grid):
        yield from _grid(block)
    else:
        yield ("- " if block.kind == "item" else "") + plain_line(_line(block.line))


def _line(line: Line) -> str:
    return "".join(map(_piece, line)).rstrip()


def _piece(piece: Piece) -> str:
    text = escape(piece.text)
    inner, marks = text.strip(), "".join(f"[{n}]" for n in piece.notes)
    if not inner:
        return text + marks
    around = {"strong": "**", "quiet": "*", "plain": ""}[piece.style]
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}{around}{inner}{around}{' ' if marks else ''}{marks}{tail}"


def _grid(grid: Grid) -> Iterator[str]:
    yield f"| {' | '.join(map(escape, grid.head))} |"
    yield f"|{' --- |' * len(grid.head)}"
    for row in grid.rows:
        yield f"| {' | '.join('<br>'.join(_line(line) for line in cell) for cell in row)} |"
