"""Lecture files and course.toml: which models there are, how they are built, which lessons pair them."""
