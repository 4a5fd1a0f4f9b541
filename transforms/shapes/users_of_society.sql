select authority, month, space, part, value, n, n_effective, quality, as_of, method
from society_users
where indicator = '{indicator}'
