"""What axe finds in a part of the page, dark and light.

axe-core (https://github.com/dequelabs/axe-core) is injected from the page's own development packages.
"""

import json

from playwright.sync_api import Page

from wend.settings import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PAGE = "body"

# Each complaint in a line: rule, what it is about, why.
_RUN = """async ([scopes, only]) => {
  const scope = { include: scopes.map((scope) => [scope]) };
  const options = { resultTypes: ['violations'], runOnly: only ?? undefined, preload: false };
  const found = await axe.run(scope, options);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}"""


def complaints(page: Page, *scopes: str) -> list[str]:
    """What axe finds within selectors, or on the whole page, which is left light and without motion."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[str] = []
    page.emulate_media(reduced_motion="reduce")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.wait_for_selector(f'html[data-mantine-color-scheme="{scheme}"]', state="attached")
        # Colours on their way from one to the other are neither's.
        page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")
        # Nothing but colours differs between the two.
        only = None if scheme == "dark" else ["color-contrast"]
        lines: list[str] = page.evaluate(_RUN, [scopes or [PAGE], only])
        found += [f"{scheme}: {line}" for line in lines]
    return found


def assert_accessible(page: Page, *scopes: str) -> None:
    """In the middle of a journey, where a panel is as full as it gets."""
    found = complaints(page, *scopes)
    assert not found, json.dumps(found, indent=1)
