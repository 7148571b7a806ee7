"""The command line `samvirke` and the processes that it starts."""
