"""What was asked for cannot be done, in words of ours."""


class Refused(Exception):
    """The message names the remedy and quotes nobody. With `is_passing` trying again may help."""

    is_passing = False
