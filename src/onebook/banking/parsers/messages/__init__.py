"""Bytes of a statement in an international format to statements; pure.

`read_messages` recognises MT940/942, camt.052/053/054, OFX, BAI2 and QIF by their content, never
by the file's name. Each format is a module that gives one `Message` for each statement in the
file; `statements` puts those of one account together.
"""

from onebook.banking.parsers.messages.gather import statements
from onebook.banking.parsers.messages.message import Message
from onebook.banking.parsers.messages.recognise import read_messages

__all__ = ["Message", "read_messages", "statements"]
