select authority, month, part, value, numerator, denominator, n, method
from process_sharing
where indicator = '{indicator}'
