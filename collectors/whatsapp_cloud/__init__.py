"""The WhatsApp Business Platform: what it counts about a town's numbers, and messages its webhooks bring.

    WhatsAppCloud                        numbers and their quality, daily counts (pulled)
    records_of(payload, account, report) messages, statuses and identities of one webhook body (pushed)

There is no history to pull: a message exists in its webhook only. Belongs here: the Graph API's shapes and
errors, the webhook's shapes. Does not: receiving and checking webhooks, conversations (transforms.staging).
"""
