select authority, month, space, part, value, n, quality, as_of, method
from society_users
where indicator = '{indicator}'
