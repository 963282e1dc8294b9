"""Our HTTP API against its own description: whatever fits it, and whatever does not, no answer is a fault of ours.

The long form: python -m tests.web.test_fuzz [CASES] [real]   (2,000 when not given; real: the assistant of the settings)
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import nullcontext, suppress
from typing import Any

import pytest

from assistant.assemble import ready_assistant
from assistant.serving import WebSettings
from assistant.settings import load_settings
from assistant.web import create_app
from assistant.web.asks import Asks
from tests.web.doubles import FakeAssistant

_SHORT = 100


def known() -> FakeAssistant:
    made = FakeAssistant()
    made.gate.set()
    return made


def fuzz(cases: int, assistant: Asks) -> Counter[int]:
    """Status -> how often, over at least `cases` requests. Raises AssertionError at the first fault."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis.errors import Unsatisfiable

    app = create_app(assistant, WebSettings(screen=False))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers={"Host": "127.0.0.1"})
    seen: Counter[int] = Counter()
    operations = [result.ok() for result in schema.get_all_operations()]
    taking = [operation for operation in operations if len(operation.body) or len(operation.path_parameters)]
    each = -(-cases * 7 // (10 * len(taking)))  # more than half: a few cannot be made wrong in so many ways
    for operation in operations:
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):

            @seed(20261121)
            @settings(
                max_examples=each if operation in taking else 3, deadline=None, database=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def one(case: Any) -> None:
                response = case.call(headers={"Host": "127.0.0.1"})
                seen[response.status_code] += 1
                assert response.status_code < 500, (case.method, case.path, case.body, response.text)
                assert "Traceback" not in response.text
                if response.status_code >= 400:
                    assert response.headers["content-type"][0] == "application/problem+json", response.text
                    assert response.json()["detail"]

            with suppress(Unsatisfiable):  # nothing can be wrong where nothing is taken
                one()
    return seen


def test_nothing_that_is_sent_is_a_fault_of_ours() -> None:
    pytest.importorskip("schemathesis")
    seen = fuzz(_SHORT, known())
    assert seen[200] > 10 and seen[422] > 10 and sum(seen.values()) >= _SHORT


if __name__ == "__main__":
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with ready_assistant(load_settings()) if "real" in sys.argv else nullcontext(known()) as asked:
        print(dict(fuzz(most, asked)))
