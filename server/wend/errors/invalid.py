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


class DatasetInvalid(InvalidInput):
    """Training pictures that cannot be read."""

    code = "dataset_invalid"
    hint = "Give a folder or zip of PNG, JPEG or WebP pictures, IDX files, the sprites' npz, or a world."

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}.", name=name, why=why)


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
    hint = "PNG, JPEG and WebP files of at most 4096 pixels a side can."

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
