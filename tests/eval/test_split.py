from collections import Counter

import pytest

from eval.alike import near_copies
from eval.errors import EvalError
from eval.load import read_cases
from eval.split import split, write_split
from tests.eval.builders import case, unanswerable

TOPICS = "housing schools language sport media faith work health police elections libraries transport".split()
CASES = [case(id=f"f{n}", question=f"What is said of {topic} there?") for n, topic in enumerate(TOPICS)]
CASES += [unanswerable(id=f"u{n}", question=f"Who paid for {topic} in 2031?") for n, topic in enumerate(TOPICS)]


def test_every_kind_is_halved():
    halves = split(CASES)
    counts = {name: Counter(one.kind for one in half) for name, half in halves.items()}
    assert counts["dev"] == counts["test"] == {"fact": 6, "unanswerable": 6}


def test_the_same_cases_give_the_same_halves_in_any_order():
    assert split(CASES) == split(CASES[::-1])


def test_near_copies_stay_on_one_side():
    copies = [case(id=f"x{n}", question="Which towns did the report go to" + "?" * n) for n in range(1, 5)]
    sides = [{one.id for one in half} & {copy.id for copy in copies} for half in split([*CASES, *copies]).values()]
    assert sorted(map(len, sides)) == [0, 4]


def test_a_split_is_made_once(tmp_path):
    assert write_split(CASES, tmp_path) == {"dev": 12, "test": 12}
    assert sorted(one.id for one in read_cases([tmp_path / "dev.jsonl", tmp_path / "test.jsonl"])) == sorted(
        one.id for one in CASES
    )
    with pytest.raises(EvalError, match="a split is made once"):
        write_split(CASES, tmp_path)


@pytest.mark.parametrize(
    ("one", "two", "copy"),
    [
        ("Which towns were visited?", "which towns were visited", True),
        ("Which towns did the group visit?", "Which towns did the group visit then?", True),
        ("What is integration?", "What is the integration programme of Flanders and who runs it?", False),
        ("Which towns were visited?", "How is the money spent?", False),
    ],
)
def test_near_copies(one, two, copy):
    assert bool(near_copies([one], [two])) is copy
