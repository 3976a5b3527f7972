"""Closed words of what phones tell of a visit."""

from enum import StrEnum


class PhotoSource(StrEnum):
    """Where a photo came from: only the camera of the page leaves no way through the gallery."""

    CAMERA = "camera"
    PICKER = "picker"
