select authority, month, part, value, numerator, denominator, n, quality, as_of
from process_sharing
where indicator = '{indicator}'
