/** Explore commands: ways through the latent space beside seeds and single sliders. */

import { findModel } from "./catalog";
import type { Command, CommandContext } from "./commands";

export function exploreCommands({ document, catalog, view }: CommandContext): Command[] {
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
  ];
}
