select authority, month, part, value, value as n, method
from event_arrival
where indicator = '{indicator}'
