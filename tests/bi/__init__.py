"""BI tools as people run them, each in an environment of its own and never in the lock file."""
