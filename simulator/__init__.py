"""A generated town for the demo and the tests: its life, the files it hands over, and its own books.

`write_town` (in `simulator.writing`) writes the files and gives the books. The product never imports
this package; only the demo command and the tests do.
"""
