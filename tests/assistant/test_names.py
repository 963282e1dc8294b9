"""What the five documents know of the names in a question."""

from __future__ import annotations

import pytest

from assistant.assistant import Assistant


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("what does aik saath do in slough", ("Aik Saath", "Slough")),
        ("which animals do they keep at stepney", ("Stepney",)),
        ("what does the home office charge", ()),
        ("how do we help refugees find work", ()),
        ("What does aik saath do in Slough?", ()),  # whoever writes capitals writes them for names
    ],
)
def test_names_typed_without_capitals(assistant: Assistant, question: str, names: tuple[str, ...]) -> None:
    assert assistant.names.typed_small(question) == names


def test_two_names_that_no_document_holds_together(assistant: Assistant) -> None:
    assert assistant.names.strangers(["Alexander Downer", "British Library"]) == ("Alexander Downer",)
    assert assistant.names.strangers(["Rushmoor", "Facebook"]) == ()
    assert assistant.names.strangers(["Alexander Downer"]) == ()


def test_a_name_of_which_only_half_is_known_is_nobody(assistant: Assistant) -> None:
    assert assistant.names.nobody("Sadiq Khan")
    assert not assistant.names.nobody("Chuka Umuna")  # a slip of the pen
    assert not assistant.names.nobody("City Hall")
    assert not assistant.names.nobody("the Aussie")


def test_a_person_who_spoke_elsewhere_is_not_given_words(assistant: Assistant) -> None:
    reply = assistant.json(assistant.ask("What did Alexander Downer tell the British Library audience?"))
    assert (reply["outcome"], reply["reason"]) == ("not_in_documents", "name_not_in_documents")
    assert "Alexander Downer" in reply["text"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What's the phone number for the Rushmoor team?", "how to reach them"),
        ("What time do the Stepney sessions start?", "at what time"),
        ("How much federal money went into Welcoming Communities?", "the Canadian federal government spends"),
    ],
)
def test_an_attribute_that_is_not_given_is_named(assistant: Assistant, question: str, said: str) -> None:
    reply = assistant.json(assistant.ask(question))
    assert reply["reason"] == "attribute_missing"
    assert said in reply["text"]
