/** Drawer: what stands at the foot of the page: its frame, its tabs, and where the keyboard goes with it. */

import { type CSSProperties, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { IconButton } from "../controls/IconButton";
import type { DrawerTab } from "../state/drawer";
import { useApp, useDrawer } from "./app";
import styles from "./Drawer.module.css";
import { JOBS_BUTTON } from "./JobsButton";
import { JobsPanel, JobsTools } from "./JobsPanel";
import { MODELS_BUTTON } from "./ModelsButton";
import { ModelsPanel, ModelsTools } from "./ModelsPanel";
import { PanelEdge } from "./PanelEdge";
import { TIMELINE_BUTTON } from "./TimelineButton";
import { TimelinePanel } from "./TimelinePanel";
import { TimelineTools } from "./TimelineTools";
import { useEscape } from "./use_escape";

interface Tab {
  readonly title: string;
  /** Id of the button in the status line that opens it. */
  readonly opener: string;
  /** Whether it has use for most of the page. */
  readonly mayBeTall: boolean;
  /** What stands beside the tabs. */
  readonly tools: ReactNode;
  readonly panel: ReactNode;
}

const TABS: Readonly<Record<DrawerTab, Tab>> = {
  timeline: {
    title: "Timeline",
    opener: TIMELINE_BUTTON,
    mayBeTall: false,
    tools: <TimelineTools />,
    panel: <TimelinePanel />,
  },
  models: {
    title: "Models",
    opener: MODELS_BUTTON,
    mayBeTall: true,
    tools: <ModelsTools />,
    panel: <ModelsPanel />,
  },
  jobs: { title: "Jobs", opener: JOBS_BUTTON, mayBeTall: true, tools: <JobsTools />, panel: <JobsPanel /> },
};

export function Drawer() {
  const isOpen = useDrawer((state) => state.isOpen);
  // A page that comes with the drawer open leaves the keyboard where it is.
  const [mayTakeFocus, setMayTakeFocus] = useState(!isOpen);
  useEffect(() => {
    if (!isOpen) setMayTakeFocus(true);
  }, [isOpen]);
  return isOpen ? <OpenDrawer takesFocus={mayTakeFocus} /> : null;
}

function OpenDrawer({ takesFocus }: { readonly takesFocus: boolean }) {
  const section = useRef<HTMLElement>(null);
  const { drawer, layout } = useApp();
  const isTall = useDrawer((state) => state.isTall);
  const shown = useDrawer((state) => state.tab);
  const height = useStore(layout, (state) => state[shown]);
  const { title, mayBeTall, tools, panel } = TABS[shown];
  const close = () => drawer.setState({ isOpen: false });
  useEscape(close);
  // The keyboard goes in with the drawer, unless a form within has it, and comes out with it.
  useLayoutEffect(() => {
    const element = section.current;
    const hasFocus = () => element?.contains(document.activeElement) ?? false;
    if (takesFocus && !hasFocus()) element?.focus();
    return () => {
      if (hasFocus()) document.getElementById(TABS[drawer.getState().tab].opener)?.focus();
    };
  }, [takesFocus, drawer]);
  return (
    <section
      ref={section}
      className={styles.drawer}
      aria-label={title}
      data-tab={shown}
      data-tall={isTall && mayBeTall}
      data-sized={height !== undefined}
      style={{ "--height": `${height}px` } as CSSProperties}
      tabIndex={-1}
    >
      <PanelEdge
        panel={shown}
        label={`Height of ${title.toLowerCase()}`}
        edge="top"
        // A height that a hand sets takes the place of “Larger”.
        onResize={() => drawer.setState({ isTall: false })}
      />
      <div className={styles.head}>
        <h2>{title}</h2>
        {tools}
        {mayBeTall && (
          <IconButton
            icon={isTall ? "low" : "tall"}
            label={isTall ? "Smaller" : "Larger"}
            onClick={() => drawer.setState({ isTall: !isTall })}
          />
        )}
        <IconButton icon="close" label={`Close ${title.toLowerCase()}`} onClick={close} />
      </div>
      {panel}
    </section>
  );
}
