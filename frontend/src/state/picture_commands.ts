/** Picture commands: steps back and forth, and which picture it is: seeds and noise. */

import { MAX_SEED } from "../protocol/wire";
import { findModel } from "./catalog";
import type { Command, CommandContext } from "./commands";
import { type Moment, redo, redoable, undo, undoable } from "./document";
import { isEdited, seedOf, withNoise, withoutEdits, withSeed } from "./picture";

/** Small enough to remember and to type. */
const RANDOM_SEEDS = 999_999;

export function editCommands({ document, view, editor, masks }: CommandContext): Command[] {
  const hasEdits = () => (document.getState().picture?.edits.length ?? 0) > 0;
  const compare = (isComparing: boolean) => {
    view.setState({ isComparing });
    editor.compare(isComparing);
  };
  const name = (verb: string, step: Moment | null) => (step ? `${verb}: ${step.label}` : verb);
  return [
    {
      id: "undo",
      label: "Undo",
      group: "Edit",
      keys: ["Mod+Z"],
      // A stroke on its way to the server is the last step, and comes first.
      run: () => (masks.isKeeping.get() ? void masks.settled().then(() => undo(document)) : undo(document)),
      isEnabled: () => undoable(document.getState()) !== null,
      title: () => name("Undo", undoable(document.getState())),
    },
    {
      id: "redo",
      label: "Redo",
      group: "Edit",
      keys: ["Mod+Shift+Z", "Mod+Y"],
      run: () => redo(document),
      isEnabled: () => redoable(document.getState()) !== null,
      title: () => name("Redo", redoable(document.getState())),
    },
    {
      id: "history",
      label: "History",
      group: "Edit",
      keys: ["Shift+H"],
      run: () => view.setState(({ isHistoryOpen }) => ({ isHistoryOpen: !isHistoryOpen })),
      isEnabled: () => true,
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
      isEnabled: () => {
        const { picture } = document.getState();
        return picture !== null && isEdited(picture);
      },
    },
  ];
}

export function pictureCommands({ document, catalog, editor, view, random }: CommandContext): Command[] {
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
      id: "seed-sheet",
      label: "Many seeds to choose from",
      group: "Picture",
      keys: ["Shift+S"],
      run: () => view.setState(({ isSheetOpen }) => ({ isSheetOpen: !isSheetOpen, sheetRows: null })),
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
