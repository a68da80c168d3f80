"""A file on disk is damaged, or something cannot be kept now."""

from wend.errors.base import WendError


class FileInvalid(WendError):
    """A file on disk is damaged."""

    code = "file_invalid"
    hint = "Restore the file, or remove it and import it again."


class CardInvalid(FileInvalid):
    """A card that cannot be read."""

    code = "card_invalid"
    hint = "Put the card right, or restore it."

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The card {path} cannot be read: {why}.", path=path, why=why)


class WeightsInvalid(FileInvalid):
    """Weights that do not fit their card."""

    code = "weights_invalid"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The weights {path} cannot be used: {why}.", path=path, why=why)


class StoredImageInvalid(FileInvalid):
    """A kept image whose bytes are not those of its name."""

    code = "stored_image_invalid"
    hint = "Upload the image again: it then takes the damaged one's place."

    def __init__(self, image: str) -> None:
        super().__init__(f"The image {image!r} is damaged on disk.", image=image)


class CheckpointInvalid(FileInvalid):
    """A checkpoint that cannot be read."""

    code = "checkpoint_invalid"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The checkpoint {path} cannot be read: {why}.", path=path, why=why)


class DatabaseInvalid(FileInvalid):
    """A database that cannot be read."""

    code = "database_invalid"
    hint = "Move the file away to begin with an empty one, or restore a copy; job folders are untouched."

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The database {path} cannot be used: {why}.", path=path, why=why)


class DatabaseTooNew(FileInvalid):
    """A database that a newer version of this program has written."""

    code = "database_too_new"
    hint = "Start the newer version, or name another data folder; nothing was changed."

    def __init__(self, path: str, revision: str) -> None:
        super().__init__(
            f"The database {path} was written by a newer version of Wend (its revision is {revision!r}).",
            path=path,
            revision=revision,
        )


class StorageError(WendError):
    """Something cannot be kept now."""

    code = "storage_error"


class DiskFull(StorageError):
    """No room for a file that should be written; what was there before is whole."""

    code = "disk_full"
    hint = "Make room on the disk of the data folder, then go on: nothing written before was lost."

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} could not be written: {why}.", path=path, why=why)


class CodesFull(StorageError):
    """As many latents as are kept are there; none is let go of by itself, for saved pictures name them."""

    code = "codes_full"
    hint = (
        "Delete some: GET /api/codes or `wend models codes` lists them, DELETE /api/codes/{id} lets one go."
    )

    def __init__(self, count: int, mebibytes: int) -> None:
        super().__init__(
            f"{count} latents are kept already, {mebibytes} MiB of them, and no more are.",
            count=count,
            mebibytes=mebibytes,
        )


class DownloadFailed(StorageError):
    """A file that does not come from the network."""

    code = "download_failed"
    hint = (
        "Try again: what has come is kept. Or download it with a browser and put it into data/models/inbox."
    )

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url} could not be downloaded: {why}.", url=url, why=why)


class DatabaseBusy(StorageError):
    """Another process holds the database."""

    code = "database_busy"
    hint = "Try again; if it stays so, look for another program that has the database open."

    def __init__(self, timeout_s: float) -> None:
        super().__init__(
            f"Another process has kept the database busy for {timeout_s:g} seconds.", timeout_s=timeout_s
        )
