"""A generated town for the demo and the tests: its life, the files it hands over, and its own books.

Belongs here: residents, staff and places that live by a calendar; writers of the very formats a town
hands over; the books that tests compare with every computed value. Does not: anything the product
needs. The product never imports this package; only the demo command and the tests do.
"""
