select authority, month, part, value, n, quality, as_of
from event_arrival
where indicator = '{indicator}'
