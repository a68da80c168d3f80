/** The words of the wire, generated from the server's schema, and the limits that types cannot carry. */

import { type CodePart, type JobBody, type Keyframe, type Part, subprotocolValues } from "./messages.gen";

/** One seed or code of a blend, with its share. */
export type BlendPart = Part | CodePart;

export type {
  Artifact,
  BlendLatent,
  ChoiceChances,
  ClientMessage,
  CodeLatent,
  CodeList,
  CodeListed,
  CodePart,
  CodeSummary,
  CodesBrought,
  Control,
  Document as WendDocument,
  DocumentDetail,
  DocumentList,
  DocumentRemoved,
  DocumentSaved,
  DocumentSummary,
  DrawingList,
  DrawnPart,
  Drift,
  Drive,
  Edit,
  ErrorCode,
  FactorNote,
  FactorReading,
  FactorSetAnswer,
  FactorSetBody,
  FactorSummary,
  FactorTarget,
  FactorValue,
  FindNearest,
  FindRegion,
  Health,
  Hello,
  ImageSummary,
  JobBody,
  JobDetail,
  JobFact,
  JobList,
  JobPatch,
  JobSummary,
  Keyframe,
  KinList,
  KinSummary,
  LayerRange,
  Loss,
  LossPoint,
  Mask,
  MeasuredChoice,
  MeasuredFactor,
  MixedRows,
  ModelBlend,
  ModelList,
  ModelProblem,
  ModelSummary,
  NamedLabel,
  NearestFound,
  NearSample,
  NoisePart,
  OverlapBody,
  OverlapList,
  PhotoPlace,
  Picture,
  PictureSetList,
  PictureSetSummary,
  PosePoint,
  Problem,
  ProblemDocument,
  Progress,
  Reading,
  RecipeList,
  RecipeSummary,
  RegionFound,
  RegionSlider,
  RenderBody,
  ServerMessage,
  Sight,
  SketchBody,
  SketchPatch,
  SketchSetList,
  SketchSetSummary,
  SnapshotList,
  SnapshotSummary,
  Sound,
  Timeline,
  UploadBody,
  UploadList,
  UploadSummary,
  WalkList,
  WalkOverlap,
  WalkPatch,
  WalkSummary,
  WalksBrought,
  WalksTaken,
  Watch,
  Zone,
} from "./messages.gen";

export type Easing = Keyframe["easing"];

/** Parameters of a job: whatever its recipe asks for. */
export type Params = NonNullable<JobBody["params"]>;

/** What the socket asks for: it names the schema this page was built from. */
export const SUBPROTOCOL: string = subprotocolValues.join();

/** The limits of `documents/picture.py`. */
export const MAX_EDITS = 64;
export const MAX_ALPHA = 1000;
export const MAX_SEED = 2 ** 32 - 1;
export const MAX_LAYERS = 64;
export const PSI_RANGE = [-2, 2] as const;
export const MAX_MIXED = 64;
export const MAX_PARTS = 32;
export const MAX_WEIGHT = 4;
export const MAX_MASKS = 16;
export const MAX_MASK_NAME = 40;

/** The limit of `documents/controls.py`. */
export const MAX_CONTROLS = 128;

/** The limits of `documents/timeline.py`. */
export const MAX_KEYFRAMES = 256;
export const MAX_KEYFRAME_PARTS = 8;
export const MAX_KEYFRAME_WEIGHT = 2;
export const MAX_DURATION_S = 600;

/** The limits of `protocol/regions.py`. */
export const MAX_MEASURED_AGAIN = 32;
export const MAX_FAMILIES = 256;

/** Values of a loudness curve in a second, as in `documents/sound.py`. */
export const LOUDNESS_RATE = 20;
