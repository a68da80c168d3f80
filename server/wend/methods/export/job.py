"""Export: an animation as a file, as a job that draws and encodes one picture after the other."""

import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import BinaryIO

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.imaging.pixels import to_images
from wend.imaging.video import SUFFIXES, Pixels, open_writer
from wend.imaging.video_thread import VideoThread
from wend.library.room import room
from wend.library.sounds import SOUNDS_FOLDER, SoundStore
from wend.measure.slices import Sliced
from wend.methods.export.frames import ExportFrames
from wend.methods.export.params import ExportParams
from wend.methods.workbench import Workbench
from wend.optim.job import Outcome, SliceReport

STEM = "animation"

_PREVIEW = 256  # px of its longer side


class ExportJob:
    """A slice draws a picture, or a part of what keeps regions of it still, or gives it to the encoder, which
    has a thread of its own.

    Where that has not done with the pictures before, a slice waits some milliseconds and does nothing: an
    encoder may take a second for a large one, and nobody else should wait for it. It writes into a file
    without a name in the data folder, which nobody can take for a whole one and which is gone when its
    process is; `finish` copies it and gives it its name. So a job that was stopped or killed is drawn again
    from the first picture: half an encoded movie cannot be gone on with.
    """

    def __init__(self, params: ExportParams, bench: Workbench) -> None:
        """Raises: as `ExportFrames`; SoundNotFound for a soundtrack that is not kept."""
        self._params = params
        self._frames = ExportFrames(params, bench)
        self._scratch = bench.data_dir
        self._sound = None
        if params.audio is not None:
            self._sound = SoundStore(bench.data_dir / SOUNDS_FOLDER).path(params.audio)
        self._file: BinaryIO | None = None
        self._video: VideoThread | None = None
        self._drawing: Sliced[Pixels] | None = None
        self._drawn: Pixels | None = None
        self._shown: Pixels | None = None
        self._given = 0  # pictures, to the encoder
        self._is_done = False

    @property
    def frames(self) -> ExportFrames:
        """What it draws."""
        return self._frames

    def step(self) -> SliceReport:
        """One picture drawn, given away, or waited for; see `encoded` for which.

        Raises: DiskFull, SoundInvalid, InvalidPicture, what breaks.
        """
        with room(self._name):
            if self._video is None:
                self._begin()
            elif self._drawn is not None:
                if self._video.put(self._drawn):
                    self._shown, self._drawn = self._drawn, None
                    self._given += 1
            elif self._given < self._frames.count:
                self._draw()
            else:
                self._is_done = self._video.close()
        count, encoded = self._frames.count, self.encoded
        taken = self._given + (self._drawn is not None) + encoded
        label = f"Picture {min(encoded + 1, count)} of {count}"
        return SliceReport(1.0 if self._is_done else taken / (2 * count + 1), label, self._is_done)

    def _draw(self) -> None:
        """One slice of the next picture."""
        if self._drawing is None:
            self._drawing = self._frames.draw(self._given)
        try:
            next(self._drawing)
        except StopIteration as stop:
            self._drawn, self._drawing = stop.value, None

    @property
    def encoded(self) -> int:
        """Pictures that the encoder has taken."""
        return 0 if self._video is None else self._video.count

    @property
    def _name(self) -> str:
        return STEM + SUFFIXES[self._params.format]

    def _begin(self) -> None:
        self._scratch.mkdir(parents=True, exist_ok=True)
        # Closed by the video's thread, whatever becomes of the job.
        file = tempfile.TemporaryFile(dir=self._scratch)  # noqa: SIM115
        try:
            writer = open_writer(file, self._params.format, self._frames.size, self._params.fps, self._sound)
        except BaseException:
            file.close()
            raise
        self._file, self._video = file, VideoThread(writer, file)
        weakref.finalize(self, self._video.give_up)

    # -- state ------------------------------------------------------------------------------------

    @property
    def is_at_rest(self) -> bool:
        """Until the file is whole: from then on there is something to lose."""
        return not self._is_done

    def state_dict(self) -> dict[str, object]:
        """Nothing that could be gone on with."""
        return {"encoded": self.encoded}

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Begin again with the first picture. Raises: KeyError for a state of something else."""
        state["encoded"]

    # -- what is shown and left -------------------------------------------------------------------

    def preview(self) -> tuple[Tensor, int] | None:
        """The picture given to the encoder last, small."""
        if self._shown is None:
            return None
        images = to_images(torch.from_numpy(self._shown.copy())[None])
        shrink = max(images.shape[2:]) / _PREVIEW
        if shrink > 1.0:
            size = [max(1, round(side / shrink)) for side in images.shape[2:]]
            images = F.interpolate(images, size=size, mode="area")
        return images, 1

    def finish(self, folder: Path) -> Outcome:
        """animation.mp4, .webm, .gif, .webp or .zip."""
        folder.mkdir(parents=True, exist_ok=True)
        size_bytes = self.save(folder / self._name)
        height, width = self._frames.size
        seconds = self._frames.count / self._params.fps
        return Outcome(
            {
                "pictures": str(self._frames.count),
                "length": f"{seconds:.4g} s at {self._params.fps:g} a second",
                "size": f"{width} x {height} px",
                "file": f"{size_bytes / 1e6:.3g} MB",
            }
        )

    def save(self, path: Path) -> int:
        """Copy the whole file there, under a hidden name first; its size in bytes. Raises: DiskFull."""
        assert self._is_done, "it is drawn to its end first"
        assert self._file is not None
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            with room(path.name), partial.open("wb") as file:
                self._file.seek(0)
                shutil.copyfileobj(self._file, file, 1 << 20)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return path.stat().st_size


def build_export(params: ExportParams, workbench: Workbench) -> ExportJob:
    """Raises: SoundNotFound, InvalidPicture, WalkNotFound, ModelNotFound."""
    return ExportJob(params, workbench)
