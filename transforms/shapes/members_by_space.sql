select authority, month, space, members as value, members as n, quality, day as as_of, method
from known_members
where indicator = '{indicator}'
