"""Field names Zoom's documents list and we leave aside; any other name in a record is drift."""

MEETING = (
    "type",
    "host_display_name",
    "topic",
    "total_participant_minutes",
    "department",
    "group",
    "source",
    "unique_viewers",
    "max_concurrent_views",
    "create_time",
    "custom_fields",
    "tracking_fields",
    "feature_used",
)

PARTICIPANT = ("id", "name", "user_id", "failover", "customer_key", "participant_user_id")

REGISTRANT = (
    "address",
    "city",
    "comments",
    "country",
    "custom_questions",
    "first_name",
    "industry",
    "job_title",
    "last_name",
    "no_of_employees",
    "org",
    "phone",
    "purchasing_time_frame",
    "role_in_purchase_process",
    "state",
    "status",
    "zip",
    "create_time",
    "join_url",
    "participant_pin_code",
)

ANSWER = ("name", "first_name", "last_name", "question_details")

JOINED = (
    "custom_keys",
    "duration",
    "id",
    "participants_count",
    "session_key",
    "source",
    "topic",
    "total_minutes",
    "type",
    "user_email",
    "user_name",
    "schedule_time",
    "join_waiting_room_time",
    "join_time",
    "leave_time",
    "host_organization",
    "host_name",
    "has_screen_share",
    "has_recording",
    "has_chat",
    "meeting_encryption_status",
    "participants_count_my_account",
)
