"""Reads a newsletter's audience and campaigns from Mailchimp's Marketing API 3.0.

Belongs here: Mailchimp's calls, paging, error documents and fields; which of them are personal. Does
not: months, denominators, distinct people over campaigns (transforms.staging.newsletter), nor other
mailing services. Left out are automations and customer journeys (a welcome series, for instance): the service does not
list them among sent campaigns, so what they send counts nowhere, and a notice says so.

| call | stream | scope |
|---|---|---|
| `lists/LIST/growth-history` | `mailchimp_month` | an API key, which has all rights |
| `lists/LIST` | `mailchimp_list` | the same |
| `campaigns`, `reports/ID` | `mailchimp_campaign`, `mailchimp_pull` | the same |
| `reports/ID/click-details/LINK/members` | `mailchimp_clicker` | the same |
| `reports/ID/click-details` | `mailchimp_link` | the same |
| `reports/ID/unsubscribed` | `mailchimp_unsubscribe` | the same |
"""
