"""Asks the assistant the cases, judges the replies and says how good they are. Uses the assistant, never the
reverse."""
