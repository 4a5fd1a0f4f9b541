"""Zoom: meetings and webinars held, who was there and for how long, and what they did.

Belongs here: Zoom's wire contract and nothing else. Reading goes by the UUID of a meeting's instance, never
by its number, which means the latest instance only. Names serve to match acts to connections inside one
meeting and leave as keyed digests; texts of chats and questions are measured and dropped.

| call | stream | scope |
|---|---|---|
| `report/history_meetings` | `zoom_meeting` | report:read:list_history_meetings:admin |
| `users` | `zoom_meeting` older than six months | user:read:list_users:admin |
| `users/ID/meetings` | the same | meeting:read:list_meetings:admin |
| `past_meetings/ID/instances` | the same | meeting:read:list_past_instances:admin |
| `report/meetings/UUID/participants` | `zoom_connection` | report:read:list_meeting_participants:admin |
| `meetings/ID/registrants` | `zoom_registrant` | meeting:read:list_registrants:admin |
| `report/meetings/UUID/polls` | `zoom_act` | report:read:list_meeting_polls:admin |
| `report/meetings/UUID/qa` | `zoom_act` | report:read:meeting_qna:admin |
| `meetings/UUID/recordings` | `zoom_chat_message` | cloud_recording:read:list_recording_files:admin |
| `report/users/ID/meetings` | `zoom_joined` | report:read:user:admin |
| webhooks | `zoom_event` | events of meetings, webinars, recordings |
"""
