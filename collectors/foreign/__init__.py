"""Files people hand over that are none of ours: told by what they are, so that the refusal can say the way out.

    foreign_file(path) -> str | None      the code of the refusal; None where nobody knows the file

Asked only after no reader has recognised a file: a reader's own mark always wins. The marks stand in marks.yaml, what
is said of each kind in texts/errors_foreign.yaml. Nothing of such a file is read beyond its marks, and nothing kept.

Belongs here: marks. Does not: reading, and files of ours that are damaged or locked.
"""
