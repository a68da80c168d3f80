"""Sounds: audio files that people brought, each under the hash of its bytes, with what is heard in it."""

import hashlib
import re
from pathlib import Path

from pydantic import ValidationError

from wend.documents.sound import LOUDNESS_RATE, MAX_SOUND_S, Sound
from wend.errors import SoundInvalid, SoundNotFound
from wend.imaging.audio import RATE, find_rhythm, loudness, read_sound
from wend.library.beside import write_beside

SOUNDS_FOLDER = "audio"

_ID = re.compile(r"[0-9a-f]{64}")
_DIGITS = 4  # of loudness; of times in seconds


class SoundStore:
    """One folder: `<id>.sound` is a file as it came, `<id>.json` what is heard in it. Thread-safe.

    Unlike an image a sound is kept as it came: nothing but a muxer's decoder ever reads it again, and to
    write it anew would lose quality.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> Sound:
        """Keep an audio file and listen to it. Raises: SoundInvalid, DiskFull."""
        sound_id = hashlib.sha256(data).hexdigest()
        path = self._path(sound_id)
        is_new = not path.is_file()
        if is_new:
            write_beside(path, data)
        try:
            return self.get(sound_id)
        except BaseException as error:
            # Whatever broke, nobody was given its name; one that was kept before is refused only for itself.
            if is_new or isinstance(error, SoundInvalid):
                path.unlink(missing_ok=True)
            raise

    def get(self, sound_id: str) -> Sound:
        """What is heard in a kept sound. Raises: SoundNotFound, DiskFull; SoundInvalid for a damaged file."""
        path = self.path(sound_id)
        notes = path.with_suffix(".json")
        try:
            return Sound.model_validate_json(notes.read_bytes())
        except (FileNotFoundError, ValidationError):
            # Killed while it listened, or of an older version.
            sound = _heard(path, sound_id)
            write_beside(notes, sound.model_dump_json().encode())
            return sound

    def path(self, sound_id: str) -> Path:
        """The file as it came. Raises: SoundNotFound."""
        path = self._path(sound_id)
        if path.is_symlink() or not path.is_file():
            raise SoundNotFound(sound_id)
        return path

    def delete(self, sound_id: str) -> None:
        """Raises: SoundNotFound."""
        path = self.path(sound_id)
        path.with_suffix(".json").unlink(missing_ok=True)
        path.unlink(missing_ok=True)

    def _path(self, sound_id: str) -> Path:
        # Nothing a client sent is ever joined to a path unless it is a hash and nothing else.
        if _ID.fullmatch(sound_id) is None:
            raise SoundNotFound(sound_id[:80])
        return self._folder / f"{sound_id}.sound"


def _heard(path: Path, sound_id: str) -> Sound:
    samples = read_sound(path, MAX_SOUND_S)
    rhythm = find_rhythm(samples)
    return Sound(
        id=sound_id,
        seconds=min(len(samples) / RATE, MAX_SOUND_S),
        tempo=round(rhythm.tempo, 3),
        beats=tuple(round(beat, _DIGITS) for beat in rhythm.beats),
        loudness=tuple(round(float(level), _DIGITS) for level in loudness(samples, LOUDNESS_RATE)),
    )
