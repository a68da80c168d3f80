"""`wend schema`: the one OpenAPI document of routes and socket, from which the page's types are generated."""

import json
import sys

from wend.settings import Settings


def schema() -> None:
    """Print the OpenAPI document of routes and socket."""
    from wend.api.openapi import describe
    from wend.app import create_app

    json.dump(describe(create_app(Settings())), sys.stdout, indent=1)
    sys.stdout.write("\n")
