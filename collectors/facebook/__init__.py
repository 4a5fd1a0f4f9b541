"""Reads a municipality's Facebook Page through the Graph API: posts, comments, followers, insights.

Belongs here: everything that knows Graph, one file of it (`sdk`) knowing facebook-sdk. Does not: roles of
staff, months, indicators; and no name or word anybody wrote, which are measured here and dropped.
"""
