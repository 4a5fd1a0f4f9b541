"""Reads a newsletter's list and campaigns from Brevo's API v3. Low fidelity.

What is known of the service here is a third party's transcription of its documentation; no answer of a
real account was seen. Belongs here: Brevo's calls, paging, limits and fields. Does not: other services.

| call | stream | scope |
|---|---|---|
| `contacts/lists/LIST` | `brevo_list` | a v3 API key |
| `emailCampaigns`, and `emailCampaigns/ID` of old ones | `brevo_campaign`, `brevo_pull` | the same |
"""
