"""A month's life: run, publish, close, push, show."""
