"""Landed records become facts through the gate, and facts become the indicator months they touch."""
