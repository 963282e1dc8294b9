"""The command line: load settings, assemble, hand over. `python app.py` serves the chat."""

from __future__ import annotations

import gc
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markdown import Markdown

from assistant.conversation import read_history
from assistant.errors import AssistantError
from assistant.memory import keep_together
from assistant.products.files import check_place, hand_over, write_file
from assistant.progress import show_progress
from assistant.settings import Settings, load_settings
from index.errors import IndexProblem
from index.model import Filters
from ingest.errors import IngestError

if TYPE_CHECKING:
    from assistant.assistant import Assistant

app = typer.Typer(
    add_completion=False, help="Common Ground: answers from the documents, with the exact words behind every statement."
)

SettingsFile = Annotated[Path | None, typer.Option("--settings", help="a TOML file of settings")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on standard output and nothing else")]
Force = Annotated[bool, typer.Option("--force", help="write over a file that is there already")]
OutFile = Annotated[Path | None, typer.Option("--out", help="write it there; the name's ending says in which form")]
OnlySources = Annotated[list[str] | None, typer.Option("--source", help="only this source; may be given several times")]
Since = Annotated[int | None, typer.Option(min=1000, max=9999, help="only sources published in or after this year")]
_USUAL = gc.get_threshold()
_MANY = 1_000_000  # new objects between two looks for garbage while programs are loaded
_say = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def _told() -> Iterator[None]:
    """Turns what a person can mend into one line and exit status 1."""
    try:
        yield
    except (AssistantError, IndexProblem, IngestError, ValidationError) as error:
        _say.print(f"{error}", style="red", markup=False)
        raise typer.Exit(1) from error
    except KeyboardInterrupt as stop:
        _say.print("Stopped. What was finished is kept; the next run goes on from there.")
        raise typer.Exit(130) from stop


@app.callback(invoke_without_command=True)
def main(context: typer.Context, settings: SettingsFile = None) -> None:
    """Serves the chat when no command is given."""
    if context.invoked_subcommand is None:
        serve(settings)


@app.command()
def serve(settings: SettingsFile = None) -> None:
    """Serve the chat; builds the index first if it must."""
    keep_together()
    with _told():
        loaded = load_settings(settings)
        from assistant.assemble import serving_assistant  # slow: brings the model
        from assistant.upkeep import Upkeep
        from assistant.web import serve as serve_web

        _say.print("Opening the documents …")
        with show_progress(_say) as progress, serving_assistant(loaded, progress) as assistant:
            progress.close()
            data = loaded.paths.data
            web = loaded.web.pausing_in(data / "paused").noticing_in(data / "notice.txt")
            serve_web(assistant, web.reading_from(loaded.paths.corpus), _loaded, Upkeep(loaded))


def _loaded(ready: str) -> None:
    """A server looks for garbage as any program: an index that another took the place of is among it."""
    gc.set_threshold(*_USUAL)
    print(ready)


@app.command()
def index(
    path: Annotated[
        list[Path] | None, typer.Argument(help="folder of documents; the one of the settings when none is given")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would be done, and change nothing")] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="let the index before this one serve again")] = False,
    questions: Annotated[
        bool, typer.Option("--questions", help="let the language model predict questions for passages without any")
    ] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Bring the library and the index in line with the folder of documents."""
    if rollback and (dry_run or path):
        raise typer.BadParameter("it goes with neither a folder nor --dry-run", param_hint="--rollback")
    if questions and (dry_run or rollback):
        raise typer.BadParameter("it goes with neither --dry-run nor --rollback", param_hint="--questions")
    with _told():
        loaded = _with_corpus(load_settings(settings), path or [])
        if rollback:
            return _roll_back(loaded, as_json)
        if dry_run:
            return _plan(loaded, as_json)
        from assistant.assemble import predict_questions, update_index

        with show_progress(_say, quiet=as_json) as progress:
            report = update_index(loaded, progress)
            predicted = predict_questions(loaded, progress) if questions else None
            if predicted:
                report = replace(report, fingerprint=update_index(loaded, progress).fingerprint)
    from assistant.report import as_data, as_lines

    if as_json:
        print(json.dumps(as_data(report) | ({"predicted": asdict(predicted)} if predicted else {}), ensure_ascii=False))
        return
    for line in as_lines(report):
        print(line)
    if predicted:
        print(f"Questions written: {predicted.questions}, for {predicted.passages} passages that had none.")


def _plan(settings: Settings, as_json: bool) -> None:
    from assistant.report import why
    from index.build import plan
    from index.embedding import fingerprint_of

    model = fingerprint_of(settings.index.embedding)
    planned = plan(settings.paths.corpus, settings.paths.data, settings.ingest, settings.index, model)
    if as_json:
        print(json.dumps(asdict(planned), ensure_ascii=False))
        return
    ids = {"add": planned.added, "replace": planned.replaced, "remove": planned.removed, "leave": planned.unchanged}
    for verb, which in ids.items():
        if which:
            print(f"Would {verb}: {', '.join(which)}")
    for skipped in planned.skipped:
        print(f"Would skip: {skipped.path}: {why(skipped)}")
    print("Nothing was changed.")


def _roll_back(settings: Settings, as_json: bool) -> None:
    from index.build import roll_back
    from index.embedding import fingerprint_of

    done = roll_back(settings.paths.data, settings.index, fingerprint_of(settings.index.embedding))
    if as_json:
        print(json.dumps(asdict(done), ensure_ascii=False))
        return
    print(
        f"{done.serving} serves again instead of {done.before}: {done.documents} documents, {done.passages} passages."
    )
    print("The next 'python app.py index' brings the folder of documents in again.")


def _with_corpus(settings: Settings, paths: list[Path]) -> Settings:
    """The settings with another corpus folder. Exit status 2 when it is none."""
    if not paths:
        return settings
    if len(paths) > 1 or not paths[0].is_dir():
        _say.print(f"Give one folder of documents; {', '.join(map(str, paths))} is not one.", style="red", markup=False)
        raise typer.Exit(2)
    return settings.model_copy(update={"paths": settings.paths.model_copy(update={"corpus": paths[0].resolve()})})


@app.command()
def ask(
    question: str,
    as_json: AsJson = False,
    history: Annotated[Path | None, typer.Option(help='earlier turns: a JSON list of {"role", "content"}')] = None,
    source: Annotated[list[str] | None, typer.Option(help="only this source; may be given several times")] = None,
    since: Annotated[
        int | None, typer.Option(min=1000, max=9999, help="only sources published in or after this year")
    ] = None,
    until: Annotated[
        int | None, typer.Option(min=1000, max=9999, help="only sources published in or before this year")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="only this kind (report, blog, case study); may be given several times")
    ] = None,
    place: Annotated[str, typer.Option(help="only sources about this place")] = "",
    publisher: Annotated[str, typer.Option(help="only sources of this publisher")] = "",
    read_filters: Annotated[
        bool, typer.Option(help="narrow the search to what the question itself names (a report, a year, a place)")
    ] = True,
    record: Annotated[
        Path | None, typer.Option(help="keep a record of the answer in this .json file, for replay")
    ] = None,
    force: Force = False,
    settings: SettingsFile = None,
) -> None:
    """Ask one question."""
    with _told():
        loaded = load_settings(settings)
        turns = read_history(history) if history else []
        check_place(record, (".json",), force)
        from assistant.assemble import ready_assistant
        from assistant.products.record import make_record

        with show_progress(_say, quiet=as_json) as progress, ready_assistant(loaded, progress) as assistant:
            progress.close()
            sources = assistant.known_sources(source or [])
            filters = Filters(sources, since, until, frozenset(kind or []), place, publisher)
            answer = assistant.ask(question, turns, filters, read_filters=read_filters)
            reply = assistant.json(answer)
            if record:
                kept = make_record(assistant, answer, turns, filters, read_filters)
                write_file(record, kept.json_text().encode(), force)
    if as_json:
        print(json.dumps(reply, ensure_ascii=False))
    else:
        _show(reply)


def _show(reply: dict[str, Any]) -> None:
    from assistant.report import searched_only

    out = Console(highlight=False)
    out.print(Markdown(reply["text"]))
    for line in searched_only(reply["filters"]):
        out.print(f"\n{line}", markup=False, style="dim")
    for citation in reply["citations"]:
        about = ", ".join(filter(None, (citation["title"], citation["publisher"], citation["date"])))
        out.print(f"\n[{citation['number']}] {about}", markup=False)
        out.print(f"    {' > '.join(citation['heading'])}", markup=False, style="dim")


@app.command()
def initiatives(
    need: Annotated[str, typer.Argument(help="what is needed, in your own words; all are listed when left out")] = "",
    place: Annotated[str, typer.Option(help="only in this place")] = "",
    kind: Annotated[str, typer.Option(help="only case, mention, policy, proposal or study")] = "",
    organisation: Annotated[str, typer.Option(help="only with this organisation")] = "",
    serves: Annotated[str, typer.Option(help="only for these people")] = "",
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Find initiatives that the documents tell of, in the documents' words."""
    with _told():
        loaded = load_settings(settings)
        from assistant.assemble import ready_assistant
        from assistant.products.forms import fits_json
        from assistant.products.listing import check_kind, initiative_lines

        check_kind(kind)
        with show_progress(_say, quiet=as_json) as progress, ready_assistant(loaded, progress) as assistant:
            progress.close()
            found = assistant.initiatives.search(need, place=place, kind=kind, organisation=organisation, serves=serves)
            shelf, held = assistant.shelf.metadata, len(assistant.initiatives)
    if as_json:
        print(json.dumps(fits_json(found, shelf), ensure_ascii=False))
    else:
        print("\n".join(initiative_lines(found, held, shelf)))


@app.command()
def brief(
    topic: str,
    out: OutFile = None,
    force: Force = False,
    source: OnlySources = None,
    since: Since = None,
    settings: SettingsFile = None,
) -> None:
    """Make a cited briefing on a topic, as Markdown or as FILE.md, FILE.docx or FILE.json."""
    with _told():
        from assistant.products.brief import make_brief
        from assistant.products.forms import BRIEF_ENDINGS, brief_as

        check_place(out, BRIEF_ENDINGS, force)
        with _making(settings, source, since) as (assistant, filters, on_stage):
            made = make_brief(assistant, topic, filters, on_stage)
            told = hand_over(made, partial(brief_as, assistant.shelf.metadata), out, force)
        print(told)


@contextmanager
def _making(
    settings: Path | None, source: list[str] | None, since: int | None
) -> Iterator[tuple[Assistant, Filters, Callable[[str], None]]]:
    """The assistant, where it is to look, and whom to tell of each stage."""
    loaded = load_settings(settings)
    from assistant.assemble import ready_assistant

    with show_progress(_say) as progress, ready_assistant(loaded, progress) as assistant:
        filters = Filters(assistant.known_sources(source or []), since)
        yield assistant, filters, lambda stage: progress(stage, 0, 0)


@app.command()
def compare(
    topic: str,
    theme: Annotated[list[str] | None, typer.Option(help="a row of the table; may be given several times")] = None,
    out: OutFile = None,
    force: Force = False,
    source: OnlySources = None,
    since: Since = None,
    settings: SettingsFile = None,
) -> None:
    """Make a table of what each source says, as Markdown or as FILE.md, FILE.docx, FILE.csv or FILE.json."""
    with _told():
        from assistant.products.comparison import make_comparison
        from assistant.products.forms import COMPARISON_ENDINGS, comparison_as

        check_place(out, COMPARISON_ENDINGS, force)
        with _making(settings, source, since) as (assistant, filters, on_stage):
            made = make_comparison(assistant, topic, theme or [], filters, on_stage)
            told = hand_over(made, partial(comparison_as, assistant.shelf.metadata), out, force)
        print(told)


@app.command()
def replay(record: Path, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Ask a recorded question again and say what differs; exit status 1 when the answer is another."""
    with _told():
        loaded = load_settings(settings)
        from assistant.assemble import ready_assistant
        from assistant.products import record as records

        kept = records.read_record(record)
        with show_progress(_say, quiet=as_json) as progress, ready_assistant(loaded, progress) as assistant:
            progress.close()
            _, found = records.replay(assistant, kept)
    same = records.same_answer(found)
    if as_json:
        print(json.dumps({"same_answer": same, "differences": [asdict(one) for one in found]}, ensure_ascii=False))
    else:
        print("\n".join(records.difference_lines(kept, found)))
    raise typer.Exit(0 if same else 1)


@app.command()
def doctor(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """What is indexed, what was skipped and why, and whether everything is sound."""
    with _told():
        loaded = load_settings(settings)
        from assistant.report import doctor_lines
        from index.examine import examine

        findings = examine(loaded.paths.data, loaded.index)
    if as_json:
        print(json.dumps({"sound": findings.sound, **asdict(findings)}, ensure_ascii=False))
    else:
        print("\n".join(doctor_lines(findings)))
    raise typer.Exit(0 if findings.sound else 1)


@app.command()
def pause(
    words: Annotated[str, typer.Argument(help="what people are told meanwhile")] = "",
    site: Annotated[str, typer.Option(help="only the chat on this site")] = "everyone",
    settings: SettingsFile = None,
) -> None:
    """Stop answering at once, without a restart; 'resume' goes on."""
    with _told():
        from assistant.web.pause import pause as pause_answers

        print(f"Paused: {pause_answers(_pauses(load_settings(settings)), words, site)}")


@app.command()
def resume(
    site: Annotated[str, typer.Option(help="only the chat on this site")] = "everyone", settings: SettingsFile = None
) -> None:
    """Answer again."""
    with _told():
        from assistant.web.pause import resume as resume_answers

        print("Answering again." if resume_answers(_pauses(load_settings(settings)), site) else "Nothing was paused.")


def _pauses(settings: Settings) -> Path:
    folder = settings.web.pausing_in(settings.paths.data / "paused").operation.pause_folder
    assert folder
    return folder


@app.command()
def password() -> None:
    """Make an entry for web.access.users: asks for a password, prints its hash."""
    from assistant.web.credentials import hashed

    print(hashed(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)))


@app.command()
def backup(file: Path, settings: SettingsFile = None) -> None:
    """Write documents and library to one file (.tar.gz), also while the chat is served."""
    with _told():
        from assistant.backup import back_up

        print(f"{file}: {back_up(load_settings(settings).paths, file) / 1e6:.1f} MB")


@app.command()
def restore(file: Path, settings: SettingsFile = None) -> None:
    """Put documents and library back from a backup, and make the index anew."""
    with _told():
        loaded = load_settings(settings)
        from assistant.assemble import update_index
        from assistant.backup import put_back
        from assistant.report import as_lines

        names = put_back(loaded.paths, file)
        with show_progress(_say) as progress:
            report = update_index(loaded, progress)
    print("\n".join([f"Restored {len(names)} files.", *as_lines(report)]))


def run() -> None:
    """The last line of defence: a fault nobody foresaw is one line for the person, and whole with `python -X dev`."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    # Nearly all that is made while programs are loaded stays; looking for what does not takes a sixth of the start.
    gc.set_threshold(_MANY, 10, 10)
    try:
        app()
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        _say.print(
            f"Something went wrong that should not have: {type(error).__name__}: {error}. To see where, run it again "
            "with: python -X dev app.py",
            style="red",
            markup=False,
        )
        sys.exit(1)


if __name__ == "__main__":
    run()
