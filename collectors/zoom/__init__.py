"""Zoom: meetings and webinars held, who was there and for how long, and what they did.

Belongs here: Zoom's wire contract and nothing else. Reading goes by the UUID of a meeting's instance, never
by its number, which means the latest instance only. Names serve to match acts to connections inside one
meeting and leave as keyed digests; texts of chats and questions are measured and dropped.
"""
