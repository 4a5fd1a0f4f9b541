"""Erasing a person: what names her, where that may be, and the order in which it goes."""
