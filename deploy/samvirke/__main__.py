"""`python -m deploy.samvirke` is the same as `samvirke`."""

from deploy.samvirke.cli import main

main(prog_name="samvirke")
