/** View commands: what lies over the picture, how the page looks, and where the keyboard goes. */

import type { MapKind } from "../protocol/frame";
import type { Command, CommandContext, CommandId } from "./commands";
import type { Scheme, Side } from "./view";

/** Ids of the elements that the `Go to` commands reach. */
export const FOCUS = {
  models: "models",
  blend: "blend",
  seed: "seed",
  sliders: "first-slider",
  search: "find-slider",
} as const;

const NEXT_SCHEME: Readonly<Record<Scheme, Scheme>> = { system: "light", light: "dark", dark: "system" };

const always = () => true;

export function lookCommands({ view }: CommandContext): Command[] {
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

export function viewCommands({ view, desk }: CommandContext): Command[] {
  const goTo = (id: CommandId, label: string, key: string, element: string, side: Side): Command => ({
    id,
    label,
    group: "Go to",
    keys: [key],
    run: () => {
      view.setState({ side });
      desk.focus(element);
    },
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
      id: "palette",
      label: "Find a command",
      group: "View",
      keys: ["Mod+K"],
      run: () => view.setState(({ isPaletteOpen }) => ({ isPaletteOpen: !isPaletteOpen })),
      isEnabled: always,
    },
    {
      id: "help",
      label: "Help: keys and words",
      group: "View",
      keys: ["?"],
      run: () => view.setState(({ isHelpOpen }) => ({ isHelpOpen: !isHelpOpen, helpTerm: null })),
      isEnabled: always,
    },
    goTo("go-models", "Model in use", "Shift+G", FOCUS.models, "picture"),
    goTo("go-seed", "Seed", "S", FOCUS.seed, "picture"),
    goTo("go-sliders", "Sliders", "/", FOCUS.sliders, "sliders"),
  ];
}
