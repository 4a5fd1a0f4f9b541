"""The WhatsApp Business Platform: what it counts about a town's numbers, and messages its webhooks bring.

There is no history to pull: a message exists in its webhook only. Belongs here: the Graph API's shapes and
errors, the webhook's shapes. Does not: receiving and checking webhooks, conversations (transforms.staging).

| call | stream | scope |
|---|---|---|
| `ACCOUNT/phone_numbers` | `whatsapp_cloud_number` | whatsapp_business_management |
| `ACCOUNT`, fields `analytics`, `template_analytics` | `whatsapp_cloud_metric` | the same |
| webhook, field `messages` | `whatsapp_cloud_message` | the app subscribed to the account |
| the same | `whatsapp_cloud_status`, `whatsapp_cloud_identity` | the same |
"""
