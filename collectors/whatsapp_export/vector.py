"""The vector path."""

from collectors.whatsapp_export.plain import PlainPath


class VectorPath(PlainPath):
    """Same as the plain path for now."""
