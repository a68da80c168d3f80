/** The command table: every action of the page as a value, read by buttons, keys and the list of keys. */

import type { MapKind } from "../protocol/frame";
import type { HttpClient } from "../protocol/http";
import { MAX_SEED } from "../protocol/wire";
import { type CatalogStore, findModel } from "./catalog";
import type { Desk } from "./desk";
import { type DocumentStore, redo, undo } from "./document";
import type { DrawerStore } from "./drawer";
import type { Editor } from "./editor";
import { jobCommands } from "./job_commands";
import type { Jobs } from "./jobs";
import type { JobsViewStore } from "./jobs_view";
import type { Live } from "./live";
import { type MaskActs, type MaskChange, maskCommands } from "./mask_commands";
import type { MaskTool, MaskViewStore } from "./mask_view";
import type { Masks } from "./masks";
import { seedOf, withNoise, withoutEdits, withSeed } from "./picture";
import type { Player } from "./player";
import { shareCommands } from "./share_commands";
import { timelineCommands } from "./timeline_commands";
import type { TimelineDesk } from "./timeline_desk";
import type { TimelineViewStore } from "./timeline_view";
import type { Scheme, ViewStore } from "./view";

export type CommandId =
  | `mask-${MaskTool | MaskChange | "smaller" | "larger" | "harder" | "softer"}`
  | "toggle-masking"
  | "new-mask"
  | "show-whole"
  | "undo"
  | "redo"
  | "reset"
  | "compare"
  | "random-seed"
  | "next-seed"
  | "previous-seed"
  | "toggle-noise"
  | "new-noise"
  | "toggle-measured"
  | "choose-measured"
  | "overlay-none"
  | "overlay-labels"
  | "overlay-lines"
  | "overlay-difference"
  | "copy-link"
  | "download"
  | "toggle-smooth"
  | "toggle-scheme"
  | "help"
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
  | "limits"
  | "go-models"
  | "go-seed"
  | "go-sliders";

export const COMMAND_GROUPS = [
  "Edit",
  "Picture",
  "Look closer",
  "Masks",
  "Timeline",
  "Jobs",
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
  /** While this holds the command's keys mean it, whatever else they mean; without it they always may. */
  readonly isMeant?: () => boolean;
}

export interface CommandContext {
  readonly document: DocumentStore;
  readonly catalog: CatalogStore;
  readonly view: ViewStore;
  readonly live: Live;
  readonly editor: Editor;
  readonly http: HttpClient;
  readonly desk: Desk;
  readonly jobs: Jobs;
  readonly jobsView: JobsViewStore;
  readonly drawer: DrawerStore;
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

/** Ids of the elements that the `Go to` commands reach. */
export const FOCUS = { models: "models", seed: "seed", sliders: "first-slider" } as const;

/** Small enough to remember and to type. */
const RANDOM_SEEDS = 999_999;

const NEXT_SCHEME: Readonly<Record<Scheme, Scheme>> = { system: "light", light: "dark", dark: "system" };

export type CommandTable = Readonly<Record<CommandId, Command>>;

export function createCommands(context: CommandContext): CommandTable {
  const commands = [
    ...editCommands(context),
    ...pictureCommands(context),
    ...lookCommands(context),
    ...maskCommands(context),
    ...timelineCommands(context),
    ...jobCommands(context),
    ...shareCommands(context),
    ...viewCommands(context),
  ];
  return Object.fromEntries(commands.map((command) => [command.id, command])) as CommandTable;
}

const always = () => true;

function editCommands({ document, view, editor, masks }: CommandContext): Command[] {
  const hasEdits = () => (document.getState().picture?.edits.length ?? 0) > 0;
  const compare = (isComparing: boolean) => {
    view.setState({ isComparing });
    editor.compare(isComparing);
  };
  return [
    {
      id: "undo",
      label: "Undo",
      group: "Edit",
      keys: ["Mod+Z"],
      // A stroke on its way to the server is the last step, and comes first.
      run: () => (masks.isKeeping.get() ? void masks.settled().then(() => undo(document)) : undo(document)),
      isEnabled: () => document.getState().past.length > 0,
    },
    {
      id: "redo",
      label: "Redo",
      group: "Edit",
      keys: ["Mod+Shift+Z", "Mod+Y"],
      run: () => redo(document),
      isEnabled: () => document.getState().future.length > 0,
    },
    {
      id: "reset",
      label: "Reset all sliders",
      group: "Edit",
      keys: ["X"],
      run: () => editor.commit("Reset all sliders", withoutEdits),
      isEnabled: hasEdits,
    },
    {
      id: "compare",
      label: "Compare with start (hold)",
      group: "Edit",
      keys: ["C"],
      run: () => compare(true),
      release: () => compare(false),
      isEnabled: hasEdits,
    },
  ];
}

function pictureCommands({ document, catalog, editor, random }: CommandContext): Command[] {
  const hasPicture = () => document.getState().picture !== null;
  /** A model that is not known may have it. */
  const hasNoise = () => {
    const { picture } = document.getState();
    return picture !== null && (findModel(catalog.getState(), picture.model)?.has_noise ?? true);
  };
  const seed = () => {
    const { picture } = document.getState();
    return picture ? seedOf(picture) : 0;
  };
  const isNoisy = () => document.getState().picture?.noise_seed !== null;
  return [
    {
      id: "random-seed",
      label: "Random seed",
      group: "Picture",
      keys: ["R"],
      run: () => editor.commit("Random seed", withSeed(random(RANDOM_SEEDS))),
      isEnabled: hasPicture,
    },
    {
      id: "next-seed",
      label: "Next seed",
      group: "Picture",
      keys: ["]"],
      run: () => editor.commit("Next seed", withSeed(seed() + 1)),
      isEnabled: hasPicture,
    },
    {
      id: "previous-seed",
      label: "Previous seed",
      group: "Picture",
      keys: ["["],
      run: () => editor.commit("Previous seed", withSeed(seed() - 1)),
      isEnabled: hasPicture,
    },
    {
      id: "toggle-noise",
      label: "Noise on or off",
      group: "Picture",
      keys: ["N"],
      run: () => editor.commit(isNoisy() ? "Noise off" : "Noise on", withNoise(isNoisy() ? null : 0)),
      isEnabled: hasNoise,
    },
    {
      id: "new-noise",
      label: "New noise",
      group: "Picture",
      keys: ["Shift+N"],
      run: () => editor.commit("New noise", withNoise(random(MAX_SEED))),
      isEnabled: () => hasNoise() && isNoisy(),
    },
  ];
}

function lookCommands({ view }: CommandContext): Command[] {
  const lay = (id: CommandId, label: string, key: string, overlay: MapKind | null): Command => ({
    id,
    label,
    group: "Look closer",
    keys: [key],
    // The same key again takes it off.
    run: () => view.setState((state) => ({ overlay: state.overlay === overlay ? null : overlay })),
    isEnabled: always,
  });
  return [
    {
      id: "toggle-measured",
      label: "Measured values",
      group: "Look closer",
      keys: ["V"],
      run: () => view.setState(({ isMeasuring }) => ({ isMeasuring: !isMeasuring, isChoosingPins: false })),
      isEnabled: always,
    },
    {
      id: "choose-measured",
      label: "Choose measured values",
      group: "Look closer",
      keys: ["Shift+V"],
      run: () =>
        view.setState(({ isChoosingPins }) => ({ isMeasuring: true, isChoosingPins: !isChoosingPins })),
      isEnabled: always,
    },
    lay("overlay-none", "Picture alone", "1", null),
    lay("overlay-labels", "Labels over it", "2", "labels"),
    lay("overlay-lines", "Line drawing over it", "3", "lines"),
    lay("overlay-difference", "Difference from start over it", "4", "difference"),
  ];
}

function viewCommands({ view, desk }: CommandContext): Command[] {
  const goTo = (id: CommandId, label: string, key: string, element: string): Command => ({
    id,
    label,
    group: "Go to",
    keys: [key],
    run: () => desk.focus(element),
    isEnabled: always,
  });
  return [
    {
      id: "toggle-smooth",
      label: "Smooth or exact pixels",
      group: "View",
      keys: ["P"],
      run: () => view.setState(({ isSmooth }) => ({ isSmooth: !isSmooth })),
      isEnabled: always,
    },
    {
      id: "toggle-scheme",
      label: "System, light or dark",
      group: "View",
      keys: ["Shift+T"],
      run: () => view.setState(({ scheme }) => ({ scheme: NEXT_SCHEME[scheme] })),
      isEnabled: always,
    },
    {
      id: "help",
      label: "All keys",
      group: "View",
      keys: ["?"],
      run: () => view.setState(({ isHelpOpen }) => ({ isHelpOpen: !isHelpOpen })),
      isEnabled: always,
    },
    goTo("go-models", "Models", "G", FOCUS.models),
    goTo("go-seed", "Seed", "S", FOCUS.seed),
    goTo("go-sliders", "Sliders", "/", FOCUS.sliders),
  ];
}
