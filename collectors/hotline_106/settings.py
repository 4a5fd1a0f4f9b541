"""What a town says of registers of its 106 line."""

from collectors.settings import FormatSettings, TableSettings


class HotlineSettings(TableSettings, FormatSettings):
    """`[hotline_106]`."""

    section = "hotline_106"
