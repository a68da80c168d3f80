"""Every error Wend raises on purpose, as one tree.

WendError
├── InvalidInput      something the caller sent cannot be used
│   └── InvalidMessage, InvalidPicture, InvalidFactor, FactorOutOfReach, InvalidVariant, InvalidShape,
│       InvalidSetting, MessageTooLarge, DatasetInvalid, InvalidParams, JobStateInvalid, JobElsewhere,
│       ModelChanged,
│       ModelIdInvalid, WalkInvalid, ImageInvalid, BodyTooSlow, UploadOffsetWrong, UploadsFull,
│       EncoderMissing, WalkNotLinear, DocumentChanged, DocumentsFull, WalkNotFactor, FactorsConflict,
│       DistributionInvalid, GeneratorWhole, BlendUnfit, CodeBehindMapping, NoMappingNetwork,
│       NoDiscriminator, SketchUnusable, SketchSetInvalid
├── NotFound          something named does not exist
│   └── ModelNotFound, PerceptionNotFound, WalkNotFound, WorldNotFound, AssetNotFound,
│       RecipeNotFound, JobNotFound, ImageNotFound, UploadNotFound,
│       CheckpointUnknown, CodeNotFound, DocumentNotFound, SnapshotNotFound, FactorNotFound,
│       SketchSetNotFound
├── Refused           not allowed from here
│   └── HostNotAllowed, OriginNotAllowed, TokenRequired, MethodNotAllowed, SchemaMismatch, WalkShipped,
│       ModelShipped
├── FileInvalid       a file on disk is damaged
│   └── CardInvalid, WeightsInvalid, StoredImageInvalid, CheckpointInvalid, DatabaseInvalid,
│       DatabaseTooNew, StoredSketchesInvalid
├── FormatRefused     a foreign file is not opened
│   └── FormatUnsafe, FormatDamaged, FormatReaderDied, FormatTooLarge, FormatUnknown, FormatUnsupported,
│       FormatAmbiguous: FormatSpaceUnknown, FormatAxisUnknown
├── StorageError      something cannot be kept now
│   └── DiskFull, CodesFull, DatabaseBusy, DownloadFailed
└── EngineError       the device could not do it
    └── OutOfMemory, EngineRestarting, RenderFailed, RenderTimeout, JobProcessDied, Diverged

Each class has a stable `code` (in problems, messages and the generated TypeScript), a sentence for
the user, a hint for the next action and structured `values`.
"""

from wend.errors.base import WendError
from wend.errors.device import (
    Diverged,
    EngineError,
    EngineRestarting,
    JobProcessDied,
    OutOfMemory,
    RenderFailed,
    RenderTimeout,
)
from wend.errors.documents import (
    DocumentChanged,
    DocumentNotFound,
    DocumentsFull,
    SnapshotNotFound,
)
from wend.errors.factors import DistributionInvalid, FactorNotFound, FactorsConflict, WalkNotFactor
from wend.errors.formats import (
    FormatAmbiguous,
    FormatAxisUnknown,
    FormatDamaged,
    FormatReaderDied,
    FormatRefused,
    FormatSpaceUnknown,
    FormatTooLarge,
    FormatUnknown,
    FormatUnsafe,
    FormatUnsupported,
)
from wend.errors.invalid import (
    DatasetInvalid,
    EncoderMissing,
    FactorOutOfReach,
    GeneratorWhole,
    ImageInvalid,
    InvalidFactor,
    InvalidInput,
    InvalidMessage,
    InvalidPicture,
    InvalidSetting,
    InvalidShape,
    InvalidVariant,
    ModelIdInvalid,
    RegionUnusable,
    SoundInvalid,
    WalkInvalid,
    WalkNotLinear,
)
from wend.errors.jobs import (
    InvalidParams,
    JobElsewhere,
    JobStateInvalid,
    ModelChanged,
    QueueFull,
)
from wend.errors.kinship import BlendUnfit, CodeBehindMapping
from wend.errors.missing import (
    AssetNotFound,
    CheckpointUnknown,
    CodeNotFound,
    ImageNotFound,
    JobNotFound,
    ModelNotFound,
    NotFound,
    PerceptionNotFound,
    PictureSetNotFound,
    RecipeNotFound,
    SoundNotFound,
    UploadNotFound,
    WalkNotFound,
    WorldNotFound,
)
from wend.errors.refused import (
    HostNotAllowed,
    MethodNotAllowed,
    ModelShipped,
    OriginNotAllowed,
    Refused,
    SchemaMismatch,
    TokenRequired,
    WalkShipped,
)
from wend.errors.sent import (
    BodyTooSlow,
    MessageTooLarge,
    UploadOffsetWrong,
    UploadsFull,
)
from wend.errors.sketches import (
    DrawingsInvalid,
    NoDiscriminator,
    NoMappingNetwork,
    SketchEmpty,
    SketchesTooMany,
    SketchFull,
    SketchIsPhoto,
    SketchSetChanged,
    SketchSetInvalid,
    SketchSetNotFound,
    SketchUnusable,
    StoredSketchesInvalid,
)
from wend.errors.stored import (
    CardInvalid,
    CheckpointInvalid,
    CodesFull,
    DatabaseBusy,
    DatabaseInvalid,
    DatabaseTooNew,
    DiskFull,
    DownloadFailed,
    FileInvalid,
    StorageError,
    StoredImageInvalid,
    WeightsInvalid,
)

__all__ = [
    "AssetNotFound",
    "BlendUnfit",
    "BodyTooSlow",
    "CardInvalid",
    "CheckpointInvalid",
    "CheckpointUnknown",
    "CodeBehindMapping",
    "CodeNotFound",
    "CodesFull",
    "DatabaseBusy",
    "DatabaseInvalid",
    "DatabaseTooNew",
    "DatasetInvalid",
    "DiskFull",
    "DistributionInvalid",
    "Diverged",
    "DocumentChanged",
    "DocumentNotFound",
    "DocumentsFull",
    "DownloadFailed",
    "DrawingsInvalid",
    "EncoderMissing",
    "EngineError",
    "EngineRestarting",
    "FactorNotFound",
    "FactorOutOfReach",
    "FactorsConflict",
    "FileInvalid",
    "FormatAmbiguous",
    "FormatAxisUnknown",
    "FormatDamaged",
    "FormatReaderDied",
    "FormatRefused",
    "FormatSpaceUnknown",
    "FormatTooLarge",
    "FormatUnknown",
    "FormatUnsafe",
    "FormatUnsupported",
    "GeneratorWhole",
    "HostNotAllowed",
    "ImageInvalid",
    "ImageNotFound",
    "InvalidFactor",
    "InvalidInput",
    "InvalidMessage",
    "InvalidParams",
    "InvalidPicture",
    "InvalidSetting",
    "InvalidShape",
    "InvalidVariant",
    "JobElsewhere",
    "JobNotFound",
    "JobProcessDied",
    "JobStateInvalid",
    "MessageTooLarge",
    "MethodNotAllowed",
    "ModelChanged",
    "ModelIdInvalid",
    "ModelNotFound",
    "ModelShipped",
    "NoDiscriminator",
    "NoMappingNetwork",
    "NotFound",
    "OriginNotAllowed",
    "OutOfMemory",
    "PerceptionNotFound",
    "PictureSetNotFound",
    "QueueFull",
    "RecipeNotFound",
    "Refused",
    "RegionUnusable",
    "RenderFailed",
    "RenderTimeout",
    "SchemaMismatch",
    "SketchEmpty",
    "SketchFull",
    "SketchIsPhoto",
    "SketchSetChanged",
    "SketchSetInvalid",
    "SketchSetNotFound",
    "SketchUnusable",
    "SketchesTooMany",
    "SnapshotNotFound",
    "SoundInvalid",
    "SoundNotFound",
    "StorageError",
    "StoredImageInvalid",
    "StoredSketchesInvalid",
    "TokenRequired",
    "UploadNotFound",
    "UploadOffsetWrong",
    "UploadsFull",
    "WalkInvalid",
    "WalkNotFactor",
    "WalkNotFound",
    "WalkNotLinear",
    "WalkShipped",
    "WeightsInvalid",
    "WendError",
    "WorldNotFound",
    "all_errors",
]


def all_errors(base: type[WendError] = WendError) -> tuple[type[WendError], ...]:
    """Every class of the tree, the base first."""
    return (base, *(cls for sub in base.__subclasses__() for cls in all_errors(sub)))
