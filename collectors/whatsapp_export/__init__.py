"""WhatsApp chat exports (.txt and .zip; Android, iOS, web copy; any language of the grammar).

Belongs here: the grammar of the export, typed events, membership deltas. Message text is measured
(length, question, topic class) and dropped in the reader; it never reaches a page. Does not belong
here: merging of overlapping exports, reply inference, roles: that is meaning (`transforms.staging`).
"""
