"""How a verdict is marked and said in a list of checks."""

MARKS = {"pass": "●", "fail": "○", "todo": "◌", "unreached": "–"}
WORDS = {"pass": "pass", "fail": "fail", "todo": "todo", "unreached": "waits"}
