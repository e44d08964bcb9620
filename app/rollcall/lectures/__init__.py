"""Lecture files and course.toml: the models, how they are built, and the lessons that pair them."""
