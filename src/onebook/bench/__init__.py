"""Owns: benchmarks, each with its floor measured in the same run.

Does not own: any rule of the product; what it loads goes in by batch doors.
"""
