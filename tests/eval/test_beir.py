import json
import math

import pytest

from eval.beir import WAYS, figures, measure, read_benchmark
from eval.errors import CaseError, EvalError
from index.embedding import load_embedding
from index.settings import EmbeddingSettings, IndexSettings

WORDS = "cats purr dogs bark ships sail roads wind rivers run birds sing".split()


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "corpus.jsonl", [{"_id": f"Doc #{n}", "title": "", "text": f"{w} {v}"} for n, (w, v) in pairs()])
    write(
        tmp_path / "queries.jsonl", [{"id": f"q{n}", "text": w} for n, (w, _) in pairs()] + [{"id": "x", "text": "?"}]
    )
    judged = "".join(f"q{n}\tDoc #{n}\t1\n" for n, _ in pairs())
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged)
    return tmp_path


def pairs():
    return list(enumerate(zip(WORDS[::2], WORDS[1::2], strict=True)))


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_only_judged_queries_are_read(folder):
    found = read_benchmark(folder)
    assert len(found.documents) == 6
    assert list(found.queries) == [f"q{n}" for n in range(6)]
    assert found.qrels["q0"] == {"Doc #0": 1}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("corpus.jsonl", "", "corpus.jsonl is empty"),
        ("corpus.jsonl", '{"text": "no id"}\n', "line 1: field _id is missing"),
        ("qrels.tsv", "q0\tDoc #0\n", "line 1: expected query id, document id and a whole number"),
        ("qrels.tsv", "head\tline\there\nq0\tDoc #0\thigh\n", "line 2: expected"),
        ("qrels.tsv", "other\tDoc #0\t1\n", "No query of"),
    ],
)
def test_what_is_wrong_with_a_folder_is_named(folder, name, content, told):
    (folder / name).write_text(content)
    with pytest.raises((CaseError, EvalError), match=told):
        read_benchmark(folder)


def test_a_folder_without_judgements_is_named(folder):
    (folder / "qrels.tsv").unlink()
    with pytest.raises(EvalError, match="qrels.tsv is not a file"):
        read_benchmark(folder)


def test_figures_are_means_over_the_queries_and_silence_counts_as_nothing():
    # q1: right document second: nDCG 1 / log2(3) = .6309, recall 1, reciprocal rank 1/2.  q2: nothing found: 0.
    found = figures({"q1": {"a": 1}, "q2": {"b": 1}}, {"q1": {"x": -1.0, "a": -2.0}, "q2": {}})
    assert found["nDCG@10"].value == pytest.approx(0.5 / math.log2(3), abs=1e-6)
    assert (found["R@5"].value, found["RR@10"].value, found["Success@1"].value) == (0.5, 0.25, 0)
    assert found["R@5"].cases == 2


def test_each_way_of_searching_finds_the_document_and_nothing_is_embedded_twice(folder, tmp_path):
    embedding, told = load_embedding(EmbeddingSettings()), []
    for _ in range(2):
        ways = measure(
            read_benchmark(folder), tmp_path / "index", IndexSettings(), embedding, lambda *s: told.append(s)
        )
    assert [way.name for way in ways] == list(WAYS)
    assert all(way.figures["Success@1"].value == 1 for way in ways)
    assert [step[0] for step in told].count("embedding") == 1
