"""Every sentence a person reads, in Hebrew, Arabic and English; plurals, numbers and dates by Babel.

Belongs here: texts, and how counts, figures, days and names are written in a language. Only cli, operations, publishers
and flows render; everybody below raises a code with arguments. Does not belong here: where a text is shown, layout, or
anything of ours above: this is the lowest floor and imports none of the other packages.
"""

from texts.catalogue import group, text, texts_of, word
from texts.errors import error, error_texts, kept_error
from texts.writing import LANGUAGES, Language

__all__ = ["LANGUAGES", "Language", "error", "error_texts", "group", "kept_error", "text", "texts_of", "word"]
