"""The town's own site as it lists itself: sitemaps (indexes and compressed ones too), RSS and Atom.

Belongs here: which pages there are, since when, on what, in which language. Does not: the pages'
text, which is never fetched; which day a page counts for, which is staging's.

| call | stream | scope |
|---|---|---|
| the paths under `sitemaps` and `feeds`, and those an index names | `site_page` | nothing: they are public |
"""
