"""What a page says and in which order, decided before a template lays it out."""
