"""Something the caller sent cannot be used."""

from wend.errors.base import WendError


class InvalidInput(WendError):
    """Something the caller sent cannot be used."""

    code = "invalid_input"
    hint = "Correct the value and send it again."


class InvalidMessage(InvalidInput):
    """Malformed JSON, a wrong type or a number out of range."""

    code = "invalid_message"
    hint = "The schema is at /docs; nothing was changed."

    def __init__(self, why: str, where: str = "") -> None:
        at = f" at {where}" if where else ""
        super().__init__(f"This message cannot be read{at}: {why}.", where=where, why=why)


class InvalidPicture(InvalidInput):
    """A picture that does not fit its model."""

    code = "invalid_picture"
    hint = "The model's card (GET /api/models/{id}) lists its layers, classes and latent size."

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"The picture's {field} {why}.", field=field, why=why)


class InvalidFactor(InvalidInput):
    """A factor or law that a world does not have."""

    code = "invalid_factor"
    hint = "`wend world show NAME` lists a world's factors, units and laws."

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The factor {name} {why}.", name=name, why=why)


class FactorOutOfReach(InvalidInput):
    """A value that a factor cannot be put at."""

    code = "factor_out_of_reach"
    hint = "Choose a value within the range that is named."

    def __init__(self, value: float, low: float, high: float, unit: str = "") -> None:
        of = f" {unit}" if unit else ""
        super().__init__(
            f"This factor reaches from {low:.3g} to {high:.3g}{of}, not {value:.3g}.",
            value=value,
            low=low,
            high=high,
            unit=unit,
        )


class InvalidVariant(InvalidInput):
    """A variant of a world that cannot be read."""

    code = "invalid_variant"
    hint = "A variant is WORLD:CHANGE,..., e.g. portraits:glasses=none,head_x.sd=2x,hat.beanie=0.3."

    def __init__(self, change: str, why: str) -> None:
        super().__init__(f"The change {change!r} {why}.", change=change, why=why)


class InvalidShape(InvalidInput):
    """A tensor of another shape than asked for."""

    code = "invalid_shape"
    hint = "The docstring of the call names the axes it wants."

    def __init__(self, name: str, expected: str, actual: str) -> None:
        super().__init__(
            f"{name} must have shape {expected}, not {actual}.", expected=expected, actual=actual
        )


class InvalidSetting(InvalidInput):
    """An option or environment variable that cannot be used."""

    code = "invalid_setting"
    hint = "`wend serve --help` lists the options and the variables that set them."

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The setting {name} cannot be used: {why}.", name=name, why=why)


class MessageTooLarge(InvalidInput):
    """Over the limit of one message or upload."""

    code = "message_too_large"
    hint = "Send less at once; masks and latents are uploaded as assets, never inside messages."

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"This message is larger than {limit_bytes} bytes.", limit_bytes=limit_bytes)


class WalkNotLinear(InvalidInput):
    """A walk that no single array says, for a program that adds arrays."""

    code = "walk_not_linear"
    hint = "Download it as a file of Wend's own, which any Wend opens."

    def __init__(self, walk: str) -> None:
        super().__init__(
            f"The walk {walk!r} is no straight line, and other programs know no other.", walk=walk
        )


class EncoderMissing(InvalidInput):
    """A photo for a model that has nothing to find its latent with at once."""

    code = "encoder_missing"
    hint = "Choose a model with one, such as a VAE, or train one: wend train encoder MODEL."

    def __init__(self, model: str) -> None:
        super().__init__(f"The model {model!r} has no encoder.", model=model)


class GeneratorWhole(InvalidInput):
    """A generator that cannot be cut where it was asked to be, or nowhere."""

    code = "generator_whole"
    hint = "Look in z or w instead; chains, style-based generators and convolutional VAEs can be cut."

    def __init__(self, why: str) -> None:
        super().__init__(f"It cannot be inverted layer by layer: {why}.")


class BodyTooSlow(InvalidInput):
    """The body of a request that does not come to its end."""

    code = "body_too_slow"
    hint = "Send it again; a large checkpoint goes on where it stopped."

    def __init__(self, received_bytes: int) -> None:
        super().__init__(
            f"Nothing more came of this request after {received_bytes} bytes.", received_bytes=received_bytes
        )


class UploadOffsetWrong(InvalidInput):
    """A part of an upload that does not begin where the last one ended, or another has taken its place."""

    code = "upload_offset_wrong"
    hint = "Ask how much is here (HEAD, `Upload-Offset`) and go on from there."

    def __init__(self, upload: str, received_bytes: int) -> None:
        super().__init__(
            f"The upload {upload} goes on at byte {received_bytes}.",
            upload=upload,
            received_bytes=received_bytes,
        )


class UploadsFull(InvalidInput):
    """More files are on their way than are of any use."""

    code = "uploads_full"
    hint = "Wait until some have come, or cancel some."

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} files are on their way already.", limit=limit)


class DatasetInvalid(InvalidInput):
    """Training pictures that cannot be read."""

    code = "dataset_invalid"
    hint = "Give a folder or zip of PNG, JPEG or WebP pictures, IDX files, the sprites' npz, or a world."

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}.", name=name, why=why)


class InvalidParams(InvalidInput):
    """Parameters that a job's recipe does not take."""

    code = "invalid_params"
    hint = "GET /api/recipes lists every job's parameters with their bounds and units."

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"The parameter {field} cannot be used: {why}.", field=field, why=why)


class JobStateInvalid(InvalidInput):
    """Something asked of a job that it cannot do in the state it is in."""

    code = "job_state_invalid"
    hint = (
        "What waits or runs can be paused or cancelled, what is paused or failed resumed, and what has ended "
        "restarted; nothing was changed."
    )

    def __init__(self, job: str, state: str, wanted: str) -> None:
        why = "already" if wanted == state else f"and cannot be {wanted}"
        super().__init__(f"This job is {state} {why}.", job=job, state=state, wanted=wanted)


class JobElsewhere(InvalidInput):
    """A job that another server or command on the same data folder runs."""

    code = "job_elsewhere"
    hint = "Ask the server or command that runs it, or wait until it has ended."

    def __init__(self, job: str, host: str, pid: int) -> None:
        super().__init__(
            f"Another process (number {pid} on {host}) runs this job.", job=job, host=host, pid=pid
        )


class ModelChanged(InvalidInput):
    """A model whose weights are not those a job began with."""

    code = "model_changed"
    hint = "Restart the job: it then begins again with the weights of now."

    def __init__(self, model: str) -> None:
        super().__init__(f"The weights of {model!r} have changed since this job began.", model=model)


class ModelIdInvalid(InvalidInput):
    """A name that a new model cannot have, or one that another model has."""

    code = "model_id_invalid"
    hint = "Give another --id, of letters, digits, dots, dashes and underscores, or remove what has this one."

    def __init__(self, model: str, why: str) -> None:
        super().__init__(f"No new model can be called {model!r}: {why}.", model=model, why=why)


class WalkInvalid(InvalidInput):
    """A file of walks that cannot be put on a model's shelf."""

    code = "walk_invalid"
    hint = "Send a file that Wend wrote for a generator with the same latent size and layers."

    def __init__(self, why: str) -> None:
        super().__init__(f"This walk cannot be used here: {why}.", why=why)


class ImageInvalid(InvalidInput):
    """Bytes that were sent as an image and cannot be read as one."""

    code = "image_invalid"
    hint = "Send a PNG, JPEG or WebP file of at most 4096 pixels a side."

    def __init__(self, why: str) -> None:
        super().__init__(f"This image cannot be read: {why}.", why=why)


class SoundInvalid(InvalidInput):
    """Bytes that were sent as sound and cannot be heard as such."""

    code = "sound_invalid"
    hint = "Send an audio file - WAV, MP3, Ogg, FLAC, M4A - of at most half an hour and 64 MiB."

    def __init__(self, why: str) -> None:
        super().__init__(f"This sound cannot be used: {why}.", why=why)


class RegionUnusable(InvalidInput):
    """A mask in which nothing can be looked for."""

    code = "region_unusable"
    hint = "Paint over what is to change, and leave the rest of the picture free."

    def __init__(self, why: str) -> None:
        super().__init__(why)


class QueueFull(InvalidInput):
    """More jobs wait than are of any use."""

    code = "queue_full"
    hint = "Wait until some have run, or cancel or delete some."

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} jobs wait already.", limit=limit)


class NoMappingNetwork(InvalidInput):
    """Drawings for a generator that has no way from z to w of its own to learn them with."""

    code = "no_mapping_network"
    hint = "Choose a style-based model without classes: sketching trains its mapping network alone."

    def __init__(self, model: str, why: str) -> None:
        super().__init__(f"The model {model!r} cannot be taught by drawings: {why}.", model=model, why=why)


class NoDiscriminator(InvalidInput):
    """A generator that was published without what judged it."""

    code = "no_discriminator"
    hint = 'Set discriminator to "fresh": the judges then begin anew, which takes longer and does far worse.'

    def __init__(self, model: str) -> None:
        super().__init__(f"The model {model!r} has no discriminator to begin with.", model=model)


class SketchUnusable(InvalidInput):
    """A drawing that nothing can be learned from."""

    code = "sketch_unusable"
    hint = "Draw dark lines on white paper, or take this drawing out of the set."

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Drawing {number} cannot be used: {why}.", number=number, why=why)
