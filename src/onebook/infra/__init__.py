"""Owns: the database's plumbing (embedded server, named SQL, COPY, identifiers, runs, locks),
the business clock, the report object, files, and the base web page.

Does not own: any word of the business.
"""
