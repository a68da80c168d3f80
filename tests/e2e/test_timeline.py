"""The timeline in the page: keyframes made, laid out, played, scrubbed, exported, and the file decoded."""

import math
import wave
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import assert_accessible
from tests.e2e.wend_page import PATIENCE_MS, WendPage

FPS = 24
# Three keyframes, one second from each to the next.
PICTURES = 2 * FPS

TEMPO = 100.0
BEAT_S = 60.0 / TEMPO


def drawer(page: Page) -> Locator:
    return page.get_by_role("region", name="Timeline", exact=True)


def keyframes(page: Page) -> Locator:
    return page.get_by_role("list", name="Keyframes", exact=True).get_by_role("listitem")


def add_seeds(wend: WendPage, count: int) -> list[int]:
    """Makes keyframes of the seed on the stage and of those after it; waits until the address has them."""
    seeds = [wend.seed + number for number in range(count)]
    for number in range(count):
        if number > 0:
            with wend.change():
                wend.page.keyboard.press("]")
        wend.page.keyboard.press("k")
        expect(keyframes(wend.page)).to_have_count(number + 1)
    _wait_for_seeds(wend, seeds)
    return seeds


def test_an_animation_is_made_played_and_exported(wend: WendPage, tmp_path: Path) -> None:
    page = wend.page
    page.keyboard.press("t")
    expect(drawer(page)).to_contain_text("Make it move")
    add_seeds(wend, 3)

    before = len(wend.sent)
    with wend.watch() as seen:
        page.keyboard.press("Space")
        expect(drawer(page).get_by_role("button", name="Pause")).to_be_visible()
        expect(drawer(page).get_by_role("button", name="Play")).to_be_visible()
        wend.wait_for_picture()
    played = [_blend(message) for message in wend.sent[before:] if message["type"] == "render"]
    # Live while it moves, in order, and the last keyframe in final quality at the end.
    assert len({frame.print for frame in seen if frame.quality == "live"}) > FPS / 4
    assert seen[-1].quality == "final"
    assert any(0.0 < share < 1.0 for share in played)

    ruler = page.get_by_role("slider", name="Playhead")
    _pull(page, ruler, 16.0, 16.0 + 110.0)
    wend.wait_for_picture()
    scrubbed = wend.sent[-1]["picture"]
    assert isinstance(scrubbed, dict)
    assert scrubbed["latent"]["kind"] == "blend"
    assert "between" not in str(wend.document["picture"])
    drawer(page).get_by_role("button", name="Back to the picture").click()
    wend.wait_for_picture()
    assert wend.pixels == wend.expected_pixels

    page.keyboard.press("Shift+E")
    form = drawer(page).get_by_role("form", name="Export")
    expect(form).to_contain_text(f"{PICTURES} pictures")
    assert_accessible(page, '[aria-label="Timeline"]')
    form.get_by_role("button", name="Export MP4").click()
    link = drawer(page).get_by_role("link", name="Download")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    path = tmp_path / "animation.mp4"
    download.value.save_as(path)
    with av.open(str(path)) as container:
        (stream,) = container.streams.video
        assert stream.average_rate == FPS
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
    assert len(frames) == PICTURES
    assert frames[0].shape[0] == frames[0].shape[1]
    assert abs(frames[0].astype(int) - frames[-1].astype(int)).mean() > 1.0


def test_keyframes_are_moved_removed_and_come_back(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("t")
    seeds = add_seeds(wend, 3)

    second = page.get_by_role("button", name="Keyframe 2 of 3")
    box = second.bounding_box()
    assert box is not None
    x, y = box["x"] + 30, box["y"] + 60
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 230, y, steps=8)
    page.mouse.up()
    _wait_for_seeds(wend, [seeds[1], seeds[0], seeds[2]])

    page.get_by_role("button", name="Keyframe 1 of 3").focus()
    page.keyboard.press("Shift+ArrowRight")
    _wait_for_seeds(wend, seeds)
    page.get_by_role("button", name="Keyframe 2 of 3").focus()
    page.keyboard.press("Delete")
    _wait_for_seeds(wend, [seeds[0], seeds[2]])
    page.keyboard.press("Control+z")
    _wait_for_seeds(wend, seeds)

    handle = page.get_by_role("slider", name="Duration of keyframe 1")
    box = handle.bounding_box()
    assert box is not None
    _pull(page, handle, box["width"] / 2, box["width"] / 2 + 110.0)
    expect(handle).to_have_attribute("aria-valuenow", "1.5")
    # The address is written a moment after the page: it is packed first.
    _wait_until(wend, lambda: _keyframes(wend)[0]["duration"] == 1.5)
    page.reload()
    wend.wait_for_picture()
    expect(page.get_by_role("slider", name="Duration of keyframe 1")).to_have_attribute(
        "aria-valuenow", "1.5"
    )
    assert _seeds(wend) == seeds


def test_a_seed_is_dropped_onto_the_timeline(wend: WendPage) -> None:
    page = wend.page
    page.keyboard.press("t")
    seeds = add_seeds(wend, 2)
    dropped = page.get_by_role("button", name=f"Seed {wend.seed + 2}", exact=True)
    dropped.drag_to(page.get_by_role("button", name="Keyframe 1 of 2"), target_position={"x": 4, "y": 40})
    _wait_for_seeds(wend, [seeds[1] + 2, *seeds])


def test_keyframes_snap_to_the_beats_of_a_sound(open_page: Callable[[str], WendPage], tmp_path: Path) -> None:
    wend = open_page("")
    wend.wait_for_picture()
    page = wend.page
    page.keyboard.press("t")
    add_seeds(wend, 3)
    drawer(page).get_by_role("button", name="Sound", exact=True).click()
    page.get_by_label("Audio file").set_input_files(write_beats(tmp_path / "beats.wav", TEMPO))
    snap = drawer(page).get_by_role("button", name="Snap keyframes to beats")
    snap.click()
    expect(drawer(page)).to_contain_text("100 beats a minute")
    assert_accessible(page, '[aria-label="Sound"]')
    # The beats nearest to one and to two seconds are the second and the third, 0.6 s apart.
    expect(page.get_by_role("slider", name="Duration of keyframe 1")).not_to_have_attribute(
        "aria-valuenow", "1"
    )
    beats = [_seconds(page, 1) / BEAT_S, _seconds(page, 2) / BEAT_S]
    assert all(abs(count - round(count)) < 0.15 and count > 0.5 for count in beats)


def write_beats(path: Path, tempo: float) -> Path:
    """Eight seconds of short knocks, so many a minute."""
    rate, gap = 22_050, 60.0 / tempo
    knocks = array("h")
    for place in range(8 * rate):
        since = (place / rate) % gap
        knocks.append(int(26_000 * math.exp(-since * 18.0) * math.sin(2 * math.pi * 160.0 * since)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(knocks.tobytes())
    return path


def _seeds(wend: WendPage) -> list[int]:
    """Of the keyframes that the address carries."""
    return [int(each["picture"]["latent"]["seed"]) for each in _keyframes(wend)]


def _keyframes(wend: WendPage) -> list[dict[str, Any]]:
    timeline = wend.document["timeline"]
    found = timeline["keyframes"] if timeline else []
    assert isinstance(found, list)
    return found


def _seconds(page: Page, number: int) -> float:
    """How long a keyframe lasts, by the end of its stretch."""
    handle = page.get_by_role("slider", name=f"Duration of keyframe {number}")
    return float(handle.get_attribute("aria-valuenow") or "nan")


def _wait_for_seeds(wend: WendPage, seeds: list[int]) -> None:
    _wait_until(wend, lambda: _seeds(wend) == seeds)


def _wait_until(wend: WendPage, holds: Callable[[], bool]) -> None:
    """Until the address carries what is asked for."""
    for _ in range(PATIENCE_MS // 50):
        if holds():
            return
        wend.page.wait_for_timeout(50)
    raise AssertionError(f"the address carries {_keyframes(wend)}")


def _blend(message: dict[str, object]) -> float:
    """Share of the first seed of a picture that was asked for; 1 for one that blends nothing."""
    picture = message["picture"]
    assert isinstance(picture, dict)
    latent = picture["latent"]
    return float(latent["parts"][0]["weight"]) if latent["kind"] == "blend" else 1.0


def _pull(page: Page, what: Locator, start: float, end: float) -> None:
    """From one place within an element to another, in pixels from its left, then lets go."""
    box = what.bounding_box()
    assert box is not None
    y = box["y"] + min(10.0, box["height"] / 2)
    page.mouse.move(box["x"] + start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + end, y, steps=8)
    page.mouse.up()
