"""What a practitioner takes away: a briefing, a table of sources by theme, a record of an answer, a conversation on paper.

Everything said in them is a verified claim, word for word; see README.md in this folder.
"""
