"""Owns: tasks that wait for a person, and approvals by a second person.

Does not own: what is approved; the app that asked acts on the decision.
"""
