/** The command table: every action of the page as a value, read by buttons, keys and the list of keys. */

import type { HttpClient } from "../protocol/http";
import type { CatalogStore } from "./catalog";
import type { Desk } from "./desk";
import type { DocumentStore } from "./document";
import { documentCommands } from "./document_commands";
import type { DocumentDesk } from "./document_desk";
import type { DrawerStore } from "./drawer";
import type { Editor } from "./editor";
import { exploreCommands } from "./explore_commands";
import { factorCommands } from "./factor_commands";
import type { FactorViewStore } from "./factor_view";
import type { ForeignDesk } from "./foreign_desk";
import type { Gallery } from "./gallery";
import { jobCommands } from "./job_commands";
import type { Jobs } from "./jobs";
import type { JobsViewStore } from "./jobs_view";
import type { Kin } from "./kin";
import { knobCommands } from "./knob_commands";
import type { KnobLearning } from "./knob_learning";
import type { Live } from "./live";
import { type MaskActs, type MaskChange, maskCommands } from "./mask_commands";
import type { MaskTool, MaskViewStore } from "./mask_view";
import type { Masks } from "./masks";
import { modelCommands } from "./model_commands";
import type { PhotoInChild } from "./photo_in_child";
import { editCommands, pictureCommands } from "./picture_commands";
import type { Player } from "./player";
import type { Saved } from "./saved";
import { shareCommands } from "./share_commands";
import type { SheetStore } from "./sheet";
import type { SliderViewStore } from "./slider_view";
import { timelineCommands } from "./timeline_commands";
import type { TimelineDesk } from "./timeline_desk";
import type { TimelineViewStore } from "./timeline_view";
import type { ViewStore } from "./view";
import { lookCommands, viewCommands } from "./view_commands";

export type CommandId =
  | `mask-${MaskTool | MaskChange | "smaller" | "larger" | "harder" | "softer"}`
  | "toggle-masking"
  | "new-mask"
  | "show-whole"
  | "undo"
  | "redo"
  | "history"
  | "reset"
  | "compare"
  | "random-seed"
  | "next-seed"
  | "previous-seed"
  | "seed-sheet"
  | "latents"
  | "mix-seeds"
  | "toggle-map"
  | "nudge"
  | "copy-edits"
  | "paste-edits"
  | "toggle-ends"
  | "search-sliders"
  | "toggle-noise"
  | "new-noise"
  | "toggle-measured"
  | "choose-measured"
  | "overlay-none"
  | "overlay-labels"
  | "overlay-lines"
  | "overlay-difference"
  | "save"
  | "documents"
  | "leave-document"
  | "snapshot"
  | "snapshots"
  | "copy-link"
  | "download"
  | "download-latent"
  | "toggle-smooth"
  | "toggle-scheme"
  | "help"
  | "palette"
  | "toggle-timeline"
  | "add-keyframe"
  | "replace-keyframe"
  | "play"
  | "previous-keyframe"
  | "next-keyframe"
  | "toggle-onion"
  | "export"
  | "toggle-jobs"
  | "new-job"
  | "find-factor"
  | "factor-pad"
  | "set-closed"
  | "distribution"
  | "toggle-models"
  | "survey"
  | "nearness"
  | "drawing-board"
  | "photo-in-child"
  | "vanished"
  | "limits"
  | "controllers"
  | "learn-control"
  | "go-models"
  | "go-blend"
  | "go-seed"
  | "go-sliders";

export const COMMAND_GROUPS = [
  "Edit",
  "Picture",
  "Look closer",
  "Regions",
  "Factors",
  "Timeline",
  "Jobs",
  "Models",
  "Documents",
  "Share",
  "View",
  "Go to",
] as const;

/** `keys` as in `Mod+Shift+Z`, Mod being Ctrl, or Cmd on a Mac. With `release` the command lasts while held. */
export interface Command {
  readonly id: CommandId;
  readonly label: string;
  readonly group: (typeof COMMAND_GROUPS)[number];
  readonly keys: readonly string[];
  readonly run: () => void;
  readonly release?: () => void;
  readonly isEnabled: () => boolean;
  /** What running it would do now, where that says more than the label. */
  readonly title?: () => string;
  /** While this holds the command's keys mean it, whatever else they mean; without it they always may. */
  readonly isMeant?: () => boolean;
}

export interface CommandContext {
  readonly document: DocumentStore;
  readonly documentDesk: DocumentDesk;
  readonly saved: Saved;
  readonly gallery: Gallery;
  readonly sheet: SheetStore;
  readonly catalog: CatalogStore;
  readonly view: ViewStore;
  readonly live: Live;
  readonly editor: Editor;
  readonly http: HttpClient;
  readonly desk: Desk;
  readonly foreignDesk: Pick<ForeignDesk, "download">;
  readonly jobs: Jobs;
  readonly kin: Kin;
  readonly photoInChild: Pick<PhotoInChild, "asked">;
  readonly jobsView: JobsViewStore;
  readonly drawer: DrawerStore;
  readonly factorView: FactorViewStore;
  readonly knobLearning: Pick<KnobLearning, "learn">;
  readonly sliderView: SliderViewStore;
  readonly timelineDesk: TimelineDesk;
  readonly timelineView: TimelineViewStore;
  readonly player: Player;
  readonly masks: Masks;
  readonly maskView: MaskViewStore;
  readonly maskActs: MaskActs;
  /** The page's address without its fragment. */
  readonly address: string;
  /** A whole number from 0 to `limit`, at random. */
  readonly random: (limit: number) => number;
}

export type CommandTable = Readonly<Record<CommandId, Command>>;

export function createCommands(context: CommandContext): CommandTable {
  const commands = [
    ...editCommands(context),
    ...pictureCommands(context),
    ...exploreCommands(context),
    ...lookCommands(context),
    ...maskCommands(context),
    ...factorCommands(context),
    ...timelineCommands(context),
    ...jobCommands(context),
    ...modelCommands(context),
    ...documentCommands(context),
    ...shareCommands(context),
    ...knobCommands(context),
    ...viewCommands(context),
  ];
  return Object.fromEntries(commands.map((command) => [command.id, command])) as CommandTable;
}
