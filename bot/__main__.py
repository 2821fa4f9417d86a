"""`python -m bot ...` is the same as `triage ...`."""

from bot.cli import main

main(prog_name="python -m bot")
