"""Owns: the `onebook` command.

Does not own: any rule; a command reads its words, calls the door of an app and prints.
"""
