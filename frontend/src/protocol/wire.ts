/** The words of the wire, generated from the server's schema, and the limits that types cannot carry. */

import { type JobBody, subprotocolValues } from "./messages.gen";

export type {
  Artifact,
  ChoiceChances,
  ClientMessage,
  Document as WendDocument,
  Edit,
  ErrorCode,
  FactorValue,
  Health,
  Hello,
  JobBody,
  JobDetail,
  JobFact,
  JobList,
  JobPatch,
  JobSummary,
  LayerRange,
  Loss,
  LossPoint,
  MeasuredChoice,
  MeasuredFactor,
  ModelList,
  ModelProblem,
  ModelSummary,
  NamedLabel,
  Picture,
  Problem,
  ProblemDocument,
  Progress,
  Reading,
  RecipeList,
  RecipeSummary,
  RenderBody,
  ServerMessage,
  Sight,
  WalkList,
  WalkPatch,
  WalkSummary,
  WalksBrought,
  Watch,
  Zone,
} from "./messages.gen";

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
