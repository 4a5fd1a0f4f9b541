"""Reads a newsletter's audience and campaigns from Mailchimp's Marketing API 3.0.

Belongs here: Mailchimp's calls, paging, error documents and fields; which of them are personal. Does
not: months, denominators, distinct people over campaigns (transforms.staging.newsletter), nor other
mailing services.
"""
