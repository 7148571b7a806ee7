"""What languages are called on Norwegian pages."""

from __future__ import annotations

from collections.abc import Mapping

from services.notifications.contract import Language

LANGUAGES: Mapping[Language, str] = {"nb": "bokmål", "nn": "nynorsk", "en": "engelsk"}
