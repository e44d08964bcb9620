"""Random numbers: the state of every generator, and who draws."""
