"""What is found about a model, as a record for people: in a terminal, on a page, in a file."""
