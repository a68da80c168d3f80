/** Explore commands: ways through the latent space beside seeds, and what is done with all sliders at once. */

import { findModel } from "./catalog";
import type { Command, CommandContext } from "./commands";
import { withEdits, withNudge } from "./sliders";
import { FOCUS } from "./view_commands";

export function exploreCommands(context: CommandContext): Command[] {
  const { document, catalog, view, sliderView, desk } = context;
  const model = () => {
    const { picture } = document.getState();
    return picture && findModel(catalog.getState(), picture.model);
  };
  return [
    {
      id: "mix-seeds",
      label: "Mix another seed in",
      group: "Picture",
      keys: ["I"],
      run: () =>
        view.setState(({ isSheetOpen, sheetRows }) =>
          isSheetOpen && sheetRows !== null
            ? { isSheetOpen: false, sheetRows: null }
            : { isSheetOpen: true, sheetRows: "coarse" },
        ),
      isEnabled: () => (model()?.num_ws ?? 1) > 1,
    },
    {
      id: "toggle-map",
      label: "Map along two sliders",
      group: "Look closer",
      keys: ["A"],
      run: () => {
        view.setState({ side: "sliders" });
        sliderView.setState(({ isMapOpen }) => ({ isMapOpen: !isMapOpen }));
      },
      isEnabled: () => document.getState().picture !== null,
    },
    ...allSliders(context),
    {
      id: "toggle-ends",
      label: "Pictures at the ends of sliders",
      group: "View",
      keys: ["O"],
      run: () => sliderView.setState(({ showsEnds }) => ({ showsEnds: !showsEnds })),
      isEnabled: () => true,
    },
    {
      id: "search-sliders",
      label: "Find a slider",
      group: "Go to",
      keys: ["F"],
      run: () => {
        view.setState({ side: "sliders" });
        desk.focus(FOCUS.search);
      },
      isEnabled: () => true,
    },
  ];
}

/** What is done with all of them at once. */
function allSliders({ document, catalog, editor, sliderView, live, random }: CommandContext): Command[] {
  const list = () => {
    const { picture } = document.getState();
    return picture && catalog.getState().walks[picture.model];
  };
  const walks = () => list()?.walks ?? [];
  const tell = (kind: "info" | "error", code: string, sentence: string, hint: string) =>
    live.notice.set({ kind, about: "file", code, sentence, hint });
  const paste = () => {
    const { copied } = sliderView.getState();
    const { picture } = document.getState();
    if (!copied || !picture) return;
    // While walks are still coming all are pasted: what is missing in the end is told over the stage.
    const isWhole = list()?.is_complete ?? false;
    const known = copied.edits.filter(({ walk }) => !isWhole || walks().some(({ id }) => id === walk));
    const lost = copied.edits.length - known.length;
    if (copied.model !== picture.model) {
      tell(
        "error",
        "other_model",
        `Those sliders are of ${copied.model}; here they would mean something else.`,
        "Choose that model first.",
      );
      return;
    }
    editor.commit("Paste sliders", withEdits(known));
    if (lost > 0) {
      tell(
        "info",
        "walks_gone",
        `${lost} of the sliders are no longer on the shelf.`,
        "The others are pasted.",
      );
    }
  };
  const hasEdits = () => (document.getState().picture?.edits.length ?? 0) > 0;
  return [
    {
      id: "nudge",
      label: "Nudge all sliders at random",
      group: "Picture",
      keys: ["W"],
      run: () =>
        editor.commit(
          "Nudge",
          withNudge(walks(), () => random(1000) / 1000),
        ),
      isEnabled: () => walks().length > 0,
    },
    {
      id: "copy-edits",
      label: "Copy the sliders of this picture",
      group: "Edit",
      keys: ["E"],
      run: () => {
        const { picture } = document.getState();
        if (!picture) return;
        const { model, edits } = picture;
        sliderView.setState({ copied: { model, edits } });
        const count = edits.length === 1 ? "1 slider" : `${edits.length} sliders`;
        tell("info", "copied", `${count} copied.`, "Paste them into another picture with U.");
      },
      isEnabled: hasEdits,
    },
    {
      id: "paste-edits",
      label: "Paste copied sliders",
      group: "Edit",
      keys: ["U"],
      run: paste,
      isEnabled: () => sliderView.getState().copied !== null && document.getState().picture !== null,
    },
  ];
}
