"""`python -m rollcall` is the command `rollcall`."""

from rollcall.cli import main

if __name__ == "__main__":
    main()
