"""Exercises, from their query to their report: code that is to be written or repaired."""
