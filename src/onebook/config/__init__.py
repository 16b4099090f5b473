"""Owns: Django's settings, the address table, the migration of the database at a start.

Does not own: any rule of an app.
"""
