"""The command line: `python -m eval generate|score|run|compare|gate|beir|gaps|feedback|split|hold|reader`.

Exit status 0 done, 1 a fault the message explains, 2 wrong use. With --json one JSON document is printed and nothing
else.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assistant.errors import AssistantError
from assistant.settings import load_settings
from eval import ablate as ablation
from eval.bars import counting, stages
from eval.bench.show import show_bench
from eval.compare import Comparison, compare
from eval.errors import CaseError, EvalError
from eval.feedback import cases_to_review
from eval.figures import BY_NAME, FIGURES
from eval.folder import RunFolder
from eval.gaps import Gaps, gaps, read_log
from eval.gate import faults, read_summary
from eval.generate import generate
from eval.hold.command import hold_command
from eval.judge import Judged
from eval.load import read_cases
from eval.model import Case
from eval.opinion.judge import Judge, read_judge
from eval.opinion.opinions import FIGURES as OPINIONS
from eval.opinion.opinions import Opinions, opinions
from eval.others.model import Others, sampled, write_others
from eval.others.recognise import FORMS, read_others
from eval.replay import Step, replayed, steps
from eval.score import Opines, score
from eval.show import between, interval, milliseconds, number, share
from eval.sources import Sources, read_sources
from eval.split import write_split
from eval.summary import Summary
from eval.train.cli import app as likeness_app
from eval.train.cli import passages_app, reader_app
from index.errors import IndexProblem
from ingest.errors import IngestError

if TYPE_CHECKING:
    from eval.added import Asked
    from eval.beir import Way

ROOT = Path(__file__).parent.parent
CASES = ROOT / "eval" / "cases"
CORPUS = ROOT / "corpus"
PROMPTS = ROOT / "prompts"

app = typer.Typer(
    help="Asks the assistant questions whose answers are known, and says how well it did.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(likeness_app, name="likeness")
app.add_typer(passages_app, name="passages")
app.add_typer(reader_app, name="reader")
said = Console(stderr=True)
shown = Console()


class Half(StrEnum):
    DEV = "dev"
    TEST = "test"


CaseFiles = Annotated[
    list[Path] | None, typer.Argument(metavar="CASES.jsonl...", help="files of cases", show_default=False)
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="folder of the run", show_default=False)]
Split = Annotated[Half | None, typer.Option("--split", help="the project's own cases: one half of them")]
Settings = Annotated[Path | None, typer.Option("--settings", metavar="FILE.toml", help="settings of the assistant")]
Corpus = Annotated[Path, typer.Option("--corpus", metavar="DIR", help="the documents that are asked about")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="questions asked at a time")]
Fresh = Annotated[bool, typer.Option("--fresh", help="throw away replies that are there already")]
JudgeFile = Annotated[
    Path | None,
    typer.Option("--judge", metavar="FILE.toml", help="a language model whose opinion stands beside the figures"),
]
Json = Annotated[bool, typer.Option("--json", help="print one JSON document and nothing else")]


app.command("hold")(hold_command)


def main() -> None:
    """Faults that a person can mend become one line and exit status 1."""
    try:
        app()
    except (EvalError, AssistantError, IndexProblem, IngestError) as error:
        said.print(f"[bold red]Error:[/] {_plain(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)


def _plain(text: str) -> str:
    """Text of ours or from a file, with nothing in it that rich would take for mark-up."""
    return text.replace("[", "\\[")


@app.command("generate")
def generate_command(
    out: Out,
    cases: CaseFiles = None,
    split: Split = None,
    settings: Settings = None,
    corpus: Corpus = CORPUS,
    workers: Workers = 1,
    fresh: Fresh = False,
    as_json: Json = False,
) -> None:
    """Asks every case and keeps the replies; goes on where an earlier run stopped."""
    wanted = _cases(cases, split, read_sources(corpus))
    asked = _generate(wanted, RunFolder(out), settings, corpus, workers, fresh)
    _print_json({"asked": asked, "out": str(out)}) if as_json else said.print(f"{asked} asked; replies in {out}.")


@app.command("score")
def score_command(
    out: Out,
    cases: CaseFiles = None,
    split: Split = None,
    corpus: Corpus = CORPUS,
    judge: JudgeFile = None,
    as_json: Json = False,
) -> None:
    """Judges the replies in the folder and writes the report; asks nothing but a --judge."""
    sources = read_sources(corpus)
    opine = _opine(judge, RunFolder(out))
    _tell(score(_cases(cases, split, sources), RunFolder(out), sources, opine), out, as_json)


@app.command("run")
def run_command(
    out: Out,
    cases: CaseFiles = None,
    split: Split = None,
    settings: Settings = None,
    corpus: Corpus = CORPUS,
    workers: Workers = 1,
    fresh: Fresh = False,
    judge: JudgeFile = None,
    as_json: Json = False,
) -> None:
    """Asks, judges and reports: generate and score in one."""
    sources = read_sources(corpus)
    opine = _opine(judge, RunFolder(out))
    wanted = _cases(cases, split, sources)
    _generate(wanted, RunFolder(out), settings, corpus, workers, fresh)
    _tell(score(wanted, RunFolder(out), sources, opine), out, as_json)


@app.command("others", help=f"Runs other people's questions: {FORMS}.")
def others_command(
    path: Annotated[Path, typer.Argument(metavar="SET", help="a file or a folder")],
    out: Out,
    sample: Annotated[int | None, typer.Option("--sample", min=1, help="at most so many questions, by lot")] = None,
    seed: Annotated[int, typer.Option("--seed", help="of the lot")] = 0,
    settings: Settings = None,
    corpus: Corpus = CORPUS,
    workers: Workers = 1,
    fresh: Fresh = False,
    as_json: Json = False,
) -> None:
    """Writes the set as documents and cases into the folder, then asks, judges and reports as `run` does."""
    found = sampled(read_others(path, corpus), sample, seed)
    cases, own = write_others(found, out)
    _tell_taken(found)
    shelf = own or corpus
    sources = read_sources(shelf)
    wanted = read_cases([cases], sources)
    _generate(wanted, RunFolder(out), settings, shelf, workers, fresh)
    _tell(score(wanted, RunFolder(out), sources), out, as_json)


@app.command("replay")
def replay_command(
    run: Annotated[Path, typer.Argument(metavar="RUN_DIR", help="folder of the run")],
    case: Annotated[str, typer.Argument(metavar="CASE", help="id of the case")],
    cases: CaseFiles = None,
    split: Split = None,
    corpus: Corpus = CORPUS,
    as_json: Json = False,
) -> None:
    """One case of a run, step by step: asked, searched, found, chosen, said, judged. Asks nothing."""
    sources = read_sources(corpus)
    told = list(steps(replayed(_cases(cases, split, sources), RunFolder(run), sources, case)))
    _print_json({step.title: step.lines for step in told}) if as_json else _show_steps(told)


@app.command("compare")
def compare_command(
    before: Annotated[Path, typer.Argument(metavar="A", help="run folder, or settings file (.toml)")],
    after: Annotated[Path, typer.Argument(metavar="B", help="run folder, or settings file (.toml)")],
    cases: Annotated[list[Path] | None, typer.Option("--cases", help="cases to ask under two settings files")] = None,
    corpus: Corpus = CORPUS,
    workers: Workers = 1,
    as_json: Json = False,
) -> None:
    """What changed from A to B, with intervals, and the cases that flipped. Settings files are asked --cases first."""
    with tempfile.TemporaryDirectory() as scratch:
        runs = [
            _run_of(path, Path(scratch, side), cases, corpus, workers) for path, side in ((before, "a"), (after, "b"))
        ]
        found = compare(runs[0].read_scores(), runs[1].read_scores())
    _print_json(found.model_dump(mode="json")) if as_json else _show_comparison(found)


@app.command("gate")
def gate_command(
    baseline: Annotated[Path, typer.Argument(metavar="BASELINE.json", help="summary.json that was committed")],
    run: Annotated[Path, typer.Argument(metavar="RUN_DIR", help="folder of the run to judge")],
    as_json: Json = False,
) -> None:
    """Exit status 1 when a figure drops out of the baseline's interval, a quote is inexact or a link leads nowhere."""
    found = faults(read_summary(baseline), read_summary(run))
    if as_json:
        _print_json({"passed": not found, "faults": found})
    else:
        for line in found or ["The run stands beside the baseline."]:
            shown.print(_plain(line), highlight=False, soft_wrap=True)
    raise typer.Exit(1 if found else 0)


@app.command("split")
def split_command(
    cases: Annotated[list[Path], typer.Argument(metavar="CASES.jsonl...", help="all the cases")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="where dev.jsonl and test.jsonl go")] = CASES,
    corpus: Corpus = CORPUS,
    as_json: Json = False,
) -> None:
    """Deals the cases into dev.jsonl and test.jsonl, once, at random by kind."""
    sizes = write_split(read_cases(cases, read_sources(corpus)), out)
    _print_json(sizes) if as_json else said.print(f"{sizes['dev']} to tune on, {sizes['test']} to report on, in {out}.")


@app.command("beir")
def beir_command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="corpus.jsonl, queries.jsonl and qrels.tsv")],
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="keep its index here for next time")
    ] = None,
    settings: Settings = None,
    as_json: Json = False,
) -> None:
    """Retrieval on a set in BEIR format, in an index of its own: each way of searching, and all together."""
    from eval import beir  # brings the embedding model

    benchmark = beir.read_benchmark(folder)
    with tempfile.TemporaryDirectory() as scratch, stages() as tell:
        ways = beir.measure_with(load_settings(settings), benchmark, data or Path(scratch), tell)
    _print_json({way.name: way.model_dump(mode="json")["figures"] for way in ways}) if as_json else _show_ways(ways)


@app.command("ablate")
def ablate_command(
    out: Out,
    cases: CaseFiles = None,
    split: Split = None,
    settings: Settings = None,
    corpus: Corpus = CORPUS,
    as_json: Json = False,
) -> None:
    """What each part of search is worth: every part on, and each one off, with and without predicted questions."""
    from eval.subject import open_assistant_over  # brings the assistant and its models

    wanted = _cases(cases, split, read_sources(corpus))
    with open_assistant_over(settings, corpus) as assistant, stages() as tell:
        rows = ablation.ablate(wanted, assistant, tell)
    ablation.write_ablation(rows, str(split) if split else ", ".join(map(str, cases or [])), out)
    _print_json({"rows": [row.model_dump(mode="json") for row in rows]}) if as_json else _show_ablation(rows, out)


@app.command("added")
def added_command(
    out: Out,
    cases: CaseFiles = None,
    split: Split = None,
    settings: Settings = None,
    corpus: Corpus = CORPUS,
    as_json: Json = False,
) -> None:
    """What becomes of a document that somebody adds: search over each source in turn as if nobody had written questions for it."""
    from assistant.assemble import update_index
    from eval import added as adding  # brings the assistant and its models
    from eval.subject import over

    wanted, whole = _cases(cases, split, read_sources(corpus)), over(load_settings(settings), corpus)
    update_index(whole)
    with tempfile.TemporaryDirectory() as scratch, stages() as tell:
        rows = adding.added(wanted, whole, Path(scratch), tell)
    adding.write_added(rows, str(split) if split else ", ".join(map(str, cases or [])), out)
    _print_json({"rows": [row.model_dump(mode="json") for row in rows]}) if as_json else _show_added(rows, out)


@app.command("bench")
def bench_command(
    sizes: Annotated[str, typer.Option("--sizes", help="passages, with commas between")] = "200,5000,50000,100000",
    queries: Annotated[int, typer.Option("--queries", min=5, max=5000, help="searches at each size")] = 200,
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help="keep its indexes for next time")] = None,
    settings: Settings = None,
    corpus: Corpus = CORPUS,
    as_json: Json = False,
) -> None:
    """Speed, memory and scale, beside the stock LlamaIndex pipeline in the same run."""
    from eval.bench import run  # brings the embedding model

    wanted = _sizes(sizes)
    with tempfile.TemporaryDirectory() as scratch, stages() as tell:
        found = run.run(wanted, queries, corpus, data or Path(scratch), load_settings(settings).index, tell)
    _print_json(found.model_dump(mode="json")) if as_json else show_bench(shown, found)


def _sizes(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() and 10 <= int(part) <= 2_000_000 for part in parts):
        raise typer.BadParameter("give numbers of passages from 10 to 2000000, like 200,5000", param_hint="--sizes")
    return sorted({int(part) for part in parts})


@app.command("gaps")
def gaps_command(
    log: Annotated[
        Path, typer.Argument(metavar="LOG", help="questions and what came of them: a .jsonl file or a folder")
    ],
    settings: Settings = None,
    as_json: Json = False,
) -> None:
    """What people ask that the documents do not answer, grouped by theme, with personal data taken out."""
    from eval.encode import encoder  # brings the embedding model

    found = gaps(read_log(log), encoder(load_settings(settings)))
    _print_json(found.model_dump(mode="json")) if as_json else _show_gaps(found)


@app.command("feedback")
def feedback_command(
    said: Annotated[Path, typer.Argument(metavar="FEEDBACK.jsonl", help="the file that web.feedback names")],
    out: Annotated[Path, typer.Option("--out", help="cases to review; an existing file is left alone")],
) -> None:
    """Makes cases to review of what readers said of answers."""
    cases = cases_to_review(said)
    try:
        with out.open("x", encoding="utf-8") as file:
            file.writelines(f"{case.model_dump_json(exclude_defaults=True)}\n" for case in cases)
    except OSError as error:
        raise CaseError(f"{out} cannot be written: {error.strerror}. Give another name.") from error
    typer.echo(f"{len(cases)} cases to review: {out}")


def _cases(files: list[Path] | None, split: Half | None, sources: Sources | None) -> list[Case]:
    if bool(files) == bool(split):
        raise typer.BadParameter("give either files of cases or --split dev|test")
    return read_cases(files or [CASES / f"{split}.jsonl"], sources)


def _generate(
    cases: list[Case], folder: RunFolder, settings: Path | None, corpus: Path, workers: int, fresh: bool
) -> int:
    from eval.subject import open_subject  # brings the assistant and its models, which judging does without

    with open_subject(cases, settings, corpus) as subject, counting("Asking") as tell:
        folder.open_for(subject.made, fresh)
        return generate(cases, subject.ask, folder, workers, tell)


def _opine(judge: Path | None, folder: RunFolder) -> Opines | None:
    """What asks the judge; a file that cannot be used is told before anything is asked."""
    if judge is None:
        return None
    from assistant.llm import load_llm

    settings = read_judge(judge)
    model = load_llm(settings)
    assert model, "a judge without a model is refused when it is read"
    folder.path.mkdir(parents=True, exist_ok=True)
    asked = Judge(model, settings, PROMPTS, folder.opinions)

    def opine(judged: Sequence[Judged]) -> Opinions:
        with stages() as tell:
            return opinions(judged, asked, tell)

    return opine


def _run_of(path: Path, scratch: Path, cases: list[Path] | None, corpus: Path, workers: int) -> RunFolder:
    """A run folder as it is; a settings file is run over the cases first."""
    if path.is_dir():
        return RunFolder(path)
    if path.suffix != ".toml":
        raise typer.BadParameter(f"{path}: expected a run folder or a .toml file with settings")
    if not cases:
        raise typer.BadParameter("two settings files need --cases to be asked")
    sources = read_sources(corpus)
    wanted = read_cases(cases, sources)
    _generate(wanted, RunFolder(scratch), path, corpus, workers, fresh=True)
    score(wanted, RunFolder(scratch), sources)
    return RunFolder(scratch)


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _tell(summary: Summary, out: Path, as_json: bool) -> None:
    _print_json(summary.model_dump(mode="json")) if as_json else _show_summary(summary, out)


def _show_summary(summary: Summary, out: Path) -> None:
    table = Table("", "figure", "95 % interval", "questions", title=f"{summary.cases} questions")
    for figure in FIGURES:
        found = summary.headline[figure.name]
        table.add_row(figure.label, number(figure, found.value), interval(figure, found), str(found.cases))
    for part in ("p50", "p95") if "total" in summary.times else ():
        table.add_row(f"Time for a reply, {part}", milliseconds(summary.times["total"][part]), "", str(summary.cases))
    shown.print(table)
    if summary.judge:
        _show_opinions(summary.judge)
    shown.print(f"Not right: {', '.join(f'{count} {why}' for why, count in summary.faults.items()) or 'none'}")
    shown.print(f"Report: {out / 'report.html'}", soft_wrap=True)


def _show_opinions(judge: Opinions) -> None:
    table = Table("", "opinion", "95 % interval", "questions", title=f"What {judge.model} thinks, in none of the above")
    for name, (label, _, _) in OPINIONS.items():
        found = judge.figures[name]
        table.add_row(label, share(found.value), between(found), str(found.cases))
    shown.print(table)
    if judge.fault:
        said.print(f"No opinion: {_plain(judge.fault)}", style="bold yellow", highlight=False, soft_wrap=True)
    if judge.silent:
        shown.print(f"{judge.silent} cases are left out: it gave none of the words asked for.")


def _tell_taken(others: Others) -> None:
    papers = f"{len(others.papers)} documents, " if others.papers else ""
    left = f"; left out: {', '.join(others.left_out)}" if others.left_out else ""
    said.print(f"{papers}{len(others.cases)} questions{left}.", highlight=False)


def _show_steps(told: list[Step]) -> None:
    for step in told:
        shown.print(f"[bold]{step.title}[/]")
        for line in step.lines:
            shown.print(f"  {_plain(line)}", highlight=False, soft_wrap=True)


def _show_ablation(rows: list[ablation.Row], out: Path) -> None:
    table = Table("", "predicted questions", "first", "among five", "change in first", title="per cent (95 % interval)")
    for row in rows:
        first, five = (ablation.share(row.figures[name]) for name in ("first", "among five"))
        changed = ablation.share(row.change["first"], sign=True)
        table.add_row(row.name, "with" if row.questions else "without", first, five, changed)
    shown.print(table)
    shown.print(f"By kind: {out / 'ablation.md'}", soft_wrap=True)


def _show_added(rows: Sequence[Asked], out: Path) -> None:
    table = Table("", "questions", "first, all known", "first", "change", title="per cent (95 % interval)")
    for row in rows:
        before, after = (ablation.share(found["first"]) for found in (row.known, row.added))
        changed = ablation.share(row.change["first"], sign=True)
        table.add_row(row.name, str(row.known["first"].cases), before, after, changed)
    shown.print(table)
    shown.print(f"In five: {out / 'added.md'}", soft_wrap=True)


def _show_ways(ways: list[Way]) -> None:
    table = Table("", *ways[0].figures, title=f"{ways[0].figures['nDCG@10'].cases} queries (95 % interval)")
    for way in ways:
        table.add_row(way.name, *(f"{e.value:.3f}\n{e.low:.2f}-{e.high:.2f}" for e in way.figures.values()))
    shown.print(table)


def _show_gaps(found: Gaps) -> None:
    shown.print(f"{found.unanswered} of {found.asked} questions are not answered by the documents.")
    if found.withheld:
        shown.print(f"The words of {found.withheld} were not kept, since they seemed to be about somebody.")
    for theme in found.themes:
        shown.print(f"\n[bold]{theme.questions} questions[/]: {_plain(', '.join(theme.words))}", highlight=False)
        for example in theme.examples:
            shown.print(f"  {_plain(example)}", highlight=False, soft_wrap=True)
    shown.print(f"\n{found.alone} more are like no other.")


def _show_comparison(found: Comparison) -> None:
    table = Table("", "change", "95 % interval", "", title=f"{found.cases} questions, after minus before")
    for name, change in found.differences.items():
        figure = BY_NAME[name]
        word = ("better" if found.improved(name) else "worse") if found.certain(name) else ""
        table.add_row(figure.label, number(figure, change.value, sign=True), interval(figure, change, sign=True), word)
    shown.print(table)
    for title, flips in (("Now right", found.better), ("No longer right", found.worse)):
        shown.print(f"{title}: {len(flips)}")
        for flip in flips:
            shown.print(f"  {flip.id} ({flip.kind}): {flip.before} -> {flip.after}", highlight=False, soft_wrap=True)
    if found.left_out:
        shown.print(f"In one run only, left out: {', '.join(found.left_out)}", soft_wrap=True)
