"""Our Gradio theme: system fonts, a paper ground, one green. Every other measure and colour stands in static/screen.css,
which also names the colours for light and dark; the theme points at those names, so that there is one palette."""

from __future__ import annotations

import gradio as gr

_SANS = ("system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "Consolas", "monospace")

_SAME_IN_BOTH = {
    "body_background_fill": "var(--cg-ground)",
    "body_text_color": "var(--cg-ink)",
    "body_text_color_subdued": "var(--cg-muted)",
    "background_fill_primary": "var(--cg-surface)",
    "background_fill_secondary": "var(--cg-ground)",
    "border_color_primary": "var(--cg-line)",
    "border_color_accent": "var(--cg-accent)",
    "color_accent": "var(--cg-accent)",
    "color_accent_soft": "var(--cg-soft)",
    "block_background_fill": "transparent",
    "block_border_width": "0px",
    "block_shadow": "none",
    "block_title_text_color": "var(--cg-ink)",
    "input_background_fill": "var(--cg-surface)",
    "input_border_color": "var(--cg-edge)",
    "input_border_color_focus": "var(--cg-accent)",
    "input_placeholder_color": "var(--cg-muted)",
    "input_shadow": "none",
    "input_shadow_focus": "none",
    "button_primary_background_fill": "var(--cg-accent)",
    "button_primary_background_fill_hover": "var(--cg-accent-strong)",
    "button_primary_text_color": "var(--cg-on-accent)",
    "button_secondary_background_fill": "var(--cg-surface)",
    "button_secondary_background_fill_hover": "var(--cg-soft)",
    "button_secondary_border_color": "var(--cg-edge)",
    "button_secondary_text_color": "var(--cg-ink)",
}


def theme() -> gr.themes.Base:
    both = _SAME_IN_BOTH | {f"{name}_dark": value for name, value in _SAME_IN_BOTH.items()}
    known = gr.themes.Base(font=_SANS, font_mono=_MONO)
    return known.set(**{name: value for name, value in both.items() if hasattr(known, name)})
