"""Owns: org units, people, roles and the rights they carry.

Does not own: what a right is used for (each app checks its own), approvals (work).
"""
