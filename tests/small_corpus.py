"""Five short documents, made up for tests. Bradley, Harbour Town and Westmoor are on no map."""

from __future__ import annotations

import json
import signal
from pathlib import Path

BRADLEY = """The welcome desk opened in Bradley in May 2009. It stands in the entrance of the town library, where people come
anyway. Two members of staff and eleven volunteers look after it. In its first year 640 newcomers asked for advice there.

Most of them wanted to know how to see a doctor. Others asked about school places, or about the rules of the council for
rubbish and parking. Staff noted every question, and the council changed its leaflets after reading the notes.

The desk costs £38,000 a year. The library gives the room and the heating free of charge. A survey found that nine out of ten
visitors would send a friend there.

The organisers learned three lessons:

• a desk needs a person who stays for years;
• a leaflet is read only when somebody explains it;
• neighbours should be invited as well as newcomers.
"""

HARBOUR = """# Language cafés in Harbour Town

## How they began

The first language café was started by a baker, Ewan Ross, who had Polish customers and no Polish. Ten people came to the first
evening. By the following winter there were four cafés in the town, each run by its guests.

Nobody teaches at a language café. People sit at small tables with a topic, and change tables after twenty minutes. Tea is
free; the cake is not.

## What they cost

Each evening costs about £25, most of it for tea. The hall is lent by the harbour trust. No public money is used.

## What went wrong

Two cafés closed because the bus stopped running after eight in the evening. Older residents said that they did not feel
invited, since the posters were only in Polish.
"""

WESTMOOR = """Westmoor is a town of 30,000 people on the edge of the moor. Between 2012 and 2014 about 2,100 workers moved there for
the new vegetable packing plant. House prices rose by 14 per cent in those two years.

The council had no plan for their arrival. It learned of the plant from a newspaper. Doctors' surgeries filled up, and two
primary schools had to teach in cabins.

In 2015 the council appointed an integration officer. She set up a forum of employers, landlords and schools that meets every
six weeks. The forum agreed that employers tell the council three months before they recruit abroad.

Complaints about overcrowded houses fell from 210 in 2014 to 65 in 2017. The council credits the forum, not the fines.
"""

KITCHEN = """The Long Kitchen is a community kitchen for refugees and their neighbours. It began in 2018 in a church hall with one
cooker. Every Thursday about forty people cook and eat together.

Refugees lead the cooking, and neighbours wash up. "I was a guest for three years. Here I am a host," says Selam, who came from
Eritrea. The kitchen has trained 26 people for a certificate in food hygiene, and eleven of them have found paid work.

The kitchen is paid for by a lottery grant that ends in 2021. Its organisers do not know what comes after.
"""

UNDATED = """Football brings people together when the teams are mixed on purpose. Leagues in which every team is from one country
keep people apart.

Mixed teams need a coach who knows how to pair players who share no language. A whistle and a few gestures go a long way.
"""

CATALOGUE = """
[[document]]
id = "bradley-2010"
file = "bradley.txt"
title = "A welcome desk in Bradley"
publisher = "Bradley Council"
published = "2010-06"
kind = "report"
nations = ["England"]
places = ["Bradley"]

[[document]]
id = "harbour-2013"
file = "harbour.md"
title = "Language cafés in Harbour Town"
publisher = "Harbour Trust"
published = "2013"
kind = "essay"
nations = ["Scotland"]
places = ["Harbour Town"]

[[document]]
id = "westmoor-2018"
file = "westmoor.txt"
title = "Westmoor and its new workers"
publisher = "Westmoor Council"
published = "2018-02"
kind = "report"
nations = ["England"]
places = ["Westmoor"]

[[document]]
id = "kitchen-2020"
file = "kitchen.txt"
title = "The Long Kitchen"
published = "2020"
kind = "case study"
nations = ["England"]
"""

QUESTIONS = [
    {
        "source": "bradley-2010",
        "quote": "Most of them wanted to know how to see a doctor.",
        "questions": [
            "What is the commonest worry of people who have just arrived?",
            "finding a GP",
            "Where does the welcome desk stand?",
        ],
    },
    {
        "source": "harbour-2013",
        "quote": "Two cafés closed because the bus stopped running",
        "questions": ["Why did some conversation groups fail?"],
    },
    {
        "source": "harbour-2013",
        "quote": "The first language café was started by a baker",
        "questions": ["Who started the first language café?", "Where did the idea of language cafés come from?"],
    },
]


QUESTIONS_IN_ALL = 6


def write_small_corpus(folder: Path) -> Path:
    folder.mkdir(parents=True)
    texts = {
        "bradley.txt": BRADLEY,
        "harbour.md": HARBOUR,
        "westmoor.txt": WESTMOOR,
        "kitchen.txt": KITCHEN,
        "football.txt": UNDATED,
        "catalogue.toml": CATALOGUE,
        "questions.jsonl": "".join(json.dumps(line) + "\n" for line in QUESTIONS),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def hear_ctrl_c() -> None:
    """Run in a child before its program (`preexec_fn`): a shell makes what it starts in the background deaf to Ctrl-C, and
    the deafness is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
