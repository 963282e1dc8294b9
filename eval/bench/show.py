"""A benchmark as tables for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from eval.bench.model import Bench, Measured


def show_bench(out: Console, bench: Bench) -> None:
    rates = bench.encoding
    out.print(
        f"Encoding {rates.passages} passages: ours {rates.ours:.1f} a second ({rates.dtype}, with token vectors), stock "
        f"{rates.stock:.1f} a second: {rates.ratio:.2f} times."
    )
    table = Table(
        "passages",
        "real",
        "",
        "build s",
        "open s",
        "p50 ms",
        "p95",
        "p99",
        "recall@10",
        "memory MB",
        "own MB",
        "disk MB",
    )
    for one in bench.sizes:
        table.add_row(*_row(one))
    out.print(table)
    steps = Table("passages", "", "share of each step of a search")
    for one in bench.sizes:
        steps.add_row(f"{one.size:,}", one.engine, _shares(one))
    out.print(steps)
    for one in bench.sizes:
        if one.look and one.compared:
            out.print(
                f"{one.size:,}: a closer look at 30 passages {one.look.p50:.1f} ms (p95 {one.look.p95:.1f}); a question encoded "
                f"to be compared with others {one.compared.p50:.1f} ms (p95 {one.compared.p95:.1f})."
            )
    out.print("Passages beyond the real ones have sampled texts and vectors. " + _machine(bench))


def _row(one: Measured) -> list[str]:
    found = one.search
    return [
        *(f"{one.size:,}", f"{min(one.real, one.size):,}", one.engine),
        *(f"{one.build_seconds:.1f}", f"{one.open_seconds:.1f}"),
        *(f"{found.p50:.1f}", f"{found.p95:.1f}", f"{found.p99:.1f}", f"{one.recall_at_10:.3f}"),
        *(f"{one.resident_mb:,.0f}", f"{one.own_mb:,.0f}", f"{one.disk_mb:,.0f}"),
    ]


def _shares(one: Measured) -> str:
    whole = sum(one.steps.values()) or 1.0
    return ", ".join(f"{name} {spent / whole:.0%}" for name, spent in one.steps.items())


def _machine(bench: Bench) -> str:
    return ", ".join(f"{name}: {value}" for name, value in bench.machine.items())
