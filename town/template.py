"""The `kehila.toml` that `kehila init` writes."""

TEMPLATE = """\
# Kehila: what this town configured; all keys: docs/configuration.md. Secrets by reference: file:PATH or env:NAME.
[[authority]]
code = "{code}"            # {whose}; in quotes: "0031" and 31 are two places
timezone = "{timezone}"
languages = ["he", "ar", "en"]
# [authority.population]    # newer figures than the reference table: year = residents at its end
# 2025 = 30000
# [authority.calendar]      # what is left out: Sunday to Thursday 08:00-16:00, short days until 12:00, Jewish holidays
# thursday = "08:00-13:00"  # "" on a day nobody works
# holidays = ["muslim", "christian_east"]   # whose days close it: jewish, muslim, christian_west, christian_east, druze

[store]
lake = "lake"               # Parquet files, pseudonymised
warehouse = "sqlite:///warehouse.db"   # or postgresql+psycopg://user@host/database
output = "output"

[keys]
root = "file:keys/root.key" # keep a copy outside this machine; without it nothing can be joined again

[drop]
folder = "drop"             # `kehila serve` imports what is put here

# [retention]               # how long sealed originals and files of drop/imported and drop/refused are kept
# days = 90

# [schedule]                # when `kehila serve` runs what: minute hour day month weekday; left out, as here
# import_and_refresh = "30 4 * * *"
# month = "0 6 * * 0"

# [check]                   # from when on `kehila check` warns or fails; left out, as here
# service_days = 3
# days = {{ "mailchimp.main" = 14 }}

# [notify]                  # told there: what was refused, is in doubt, failed or fell silent
# webhook = "env:KEHILA_NOTIFY"   # holds an address

# [whatsapp.topics]         # classes of the town's own keyword list
# safety = ["פנס", "תאורה", "מצלמה"]

# [source.mailchimp.main]    # a service and the town's own name of the account; `kehila doctor` tries it
# list = "a1b2c3"
# space = "newsletter"
# secrets = {{ key = "env:MAILCHIMP_KEY" }}

# [push.archive]
# kind = "folder"
# path = "/srv/kehila/published"
"""
