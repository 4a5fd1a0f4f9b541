"""What every service source must do, asked of all of them by the same tests.

    case.py    what a source has to give to be asked (its stand-in with data, an account, how to refuse, restate ...)
    cases.py   one small adaptor a source (and platforms.py); README.md is the table of what a service has not, and why
    living.py  a source read into a real store in a temporary folder, and its staged facts
    mutants.py answers of a stand-in, changed: names, types, sizes, encodings

Belongs here: behaviour that holds for any source. Does not: a service's own figures, which its own tests hold
against the books of its stand-in.
"""
