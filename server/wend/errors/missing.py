"""Something named does not exist."""

from collections.abc import Sequence

from wend.errors.base import WendError


class NotFound(WendError):
    """Something named does not exist."""

    code = "not_found"
    hint = "Check the name."


class ModelNotFound(NotFound):
    """No model of this id on disk."""

    code = "model_not_found"
    hint = "GET /api/models lists the models; a folder below data/models adds one."

    def __init__(self, model: str) -> None:
        super().__init__(f"There is no model called {model!r}.", model=model)


class PerceptionNotFound(NotFound):
    """No set of looking networks of this id, or none that tells what is asked; `known`: those there are."""

    code = "perception_not_found"
    hint = "`wend perception list` lists the sets; `wend train perception` makes one."

    def __init__(self, perception: str, what: str = "", known: Sequence[str] = ()) -> None:
        told = f" that tells {what}" if what else ""
        there = f" There are: {', '.join(known)}." if known else ""
        super().__init__(
            f"There is no perception set {perception!r}{told}.{there}", perception=perception, what=what
        )


class WalkNotFound(NotFound):
    """No walk of this id on the shelf."""

    code = "walk_not_found"
    hint = "GET /api/walks?model=ID lists the walks of a model."

    def __init__(self, walk: str, model: str) -> None:
        super().__init__(f"The model {model!r} has no walk called {walk!r}.", walk=walk, model=model)


class WorldNotFound(NotFound):
    """No bundled world of this name."""

    code = "world_not_found"
    hint = "`wend world list` names the bundled worlds."

    def __init__(self, world: str) -> None:
        super().__init__(f"There is no world called {world!r}.", world=world)


class SoundNotFound(NotFound):
    """No sound under this hash."""

    code = "sound_not_found"
    hint = "POST /api/audio keeps an audio file and answers with its hash."

    def __init__(self, sound: str) -> None:
        super().__init__(f"There is no sound {sound!r}.", sound=sound)


class PictureSetNotFound(NotFound):
    """No folder or zip of pictures of this name."""

    code = "picture_set_not_found"
    hint = "GET /api/pictures lists those there are; POST /api/pictures begins one."

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no set of pictures {name!r}.", name=name)


class AssetNotFound(NotFound):
    """A file of a model that the page asked for is missing."""

    code = "asset_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no file called {name!r} here.", name=name)


class ImageNotFound(NotFound):
    """No image of this hash, or not of the kind that is wanted."""

    code = "image_not_found"
    hint = "Upload it again: POST /api/images?kind=mask, photo, sketch or labels."

    def __init__(self, image: str, kind: str = "image") -> None:
        super().__init__(f"There is no {kind} {image!r} here.", image=image, kind=kind)


class CheckpointUnknown(NotFound):
    """No public checkpoint of this name in the list."""

    code = "checkpoint_unknown"
    hint = "`wend models pull --list` says which there are; any other file opens with `wend models add FILE`."

    def __init__(self, name: str, like: str) -> None:
        super().__init__(f"The list has no checkpoint {name!r}; it has {like}.", name=name, like=like)


class CodeNotFound(NotFound):
    """No latent of this hash."""

    code = "code_not_found"
    hint = "Open the photo or the file of latents again that it came from."

    def __init__(self, latent: str) -> None:
        super().__init__(f"There is no latent {latent!r} here.", latent=latent)


class UploadNotFound(NotFound):
    """No upload of this id."""

    code = "upload_not_found"
    hint = "It may have been cancelled, or have waited for more than a day: send the file again."

    def __init__(self, upload: str) -> None:
        super().__init__(f"There is no upload {upload!r}.", upload=upload)


class RecipeNotFound(NotFound):
    """No kind of job of this name."""

    code = "recipe_not_found"
    hint = "GET /api/recipes lists the kinds of jobs."

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no kind of job called {kind!r}.", kind=kind)


class JobNotFound(NotFound):
    """No job of this id."""

    code = "job_not_found"
    hint = "GET /api/jobs lists the jobs; it may have been deleted."

    def __init__(self, job: str) -> None:
        super().__init__(f"There is no job {job!r}.", job=job)
