"""What a layer written by hand is checked for, on every page that checks one."""
