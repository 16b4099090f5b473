"""The pages' common ground: scope of a request, tables of reports, exports, charts, problems."""
