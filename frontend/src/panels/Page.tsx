/** Page: where every panel stands. */

import { MantineProvider } from "@mantine/core";
import { useColorScheme } from "@mantine/hooks";
import type { CSSProperties, ReactNode } from "react";
import { useStore } from "zustand";
import { cssVariables, theme } from "../theme";
import { type App, AppContext, useApp, useDrawer, useView } from "./app";
import { BoardSheet } from "./BoardSheet";
import { ControllersPanel } from "./ControllersPanel";
import { Drawer } from "./Drawer";
import { DropHopes } from "./DropHopes";
import { HelpPanel } from "./HelpPanel";
import { HistoryPanel } from "./HistoryPanel";
import { MeasuredPanel } from "./MeasuredPanel";
import styles from "./Page.module.css";
import { Palette } from "./Palette";
import { PhotoDialog } from "./PhotoDialog";
import { PhotoInChildDialog } from "./PhotoInChildDialog";
import { QuestionDialog } from "./QuestionDialog";
import { Rail } from "./Rail";
import { RegionPanel } from "./RegionPanel";
import { SideTabs } from "./SideTabs";
import { SkipLinks } from "./SkipLinks";
import { StagePanel } from "./StagePanel";
import { StatusLine } from "./StatusLine";
import { TopBar } from "./TopBar";
import { useDroppedFiles } from "./use_dropped_files";
import { VanishedDialog } from "./VanishedDialog";
import { WalkPanel } from "./WalkPanel";

export function Page({ app }: { readonly app: App }) {
  return (
    <AppContext value={app}>
      <Panels />
    </AppContext>
  );
}

function Panels() {
  const scheme = useView((state) => state.scheme);
  const drawer = useDrawer(({ isOpen, tab }) => (isOpen ? tab : "none"));
  const system = useColorScheme("dark", { getInitialValueInEffect: false });
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      forceColorScheme={scheme === "system" ? system : scheme}
    >
      <Room drawer={drawer}>
        <SkipLinks />
        <TopBar />
        <SideTabs />
        <Rail />
        <StagePanel />
        <div className={styles.side}>
          <div className={styles.sliders}>
            <RegionPanel />
            <WalkPanel />
          </div>
          <MeasuredPanel />
        </div>
        <BoardSheet />
        <Drawer />
        <StatusLine />
        <HistoryPanel />
        <ControllersPanel />
        <HelpPanel />
        <Palette />
        <QuestionDialog />
        <PhotoDialog />
        <VanishedDialog />
        <PhotoInChildDialog />
      </Room>
    </MantineProvider>
  );
}

interface RoomProps {
  readonly drawer: string;
  readonly children: ReactNode;
}

/** All of the window: files may be dropped anywhere in it. */
function Room({ drawer, children }: RoomProps) {
  const { isOver, hopes, handlers } = useDroppedFiles();
  const side = useView((state) => state.side);
  const layout = useStore(useApp().layout);
  const sizes = {
    ...(layout.rail && { "--rail": `${layout.rail}px` }),
    ...(layout.side && { "--side": `${layout.side}px` }),
  };
  return (
    <div
      className={styles.page}
      style={sizes as CSSProperties}
      data-drawer={drawer}
      data-side={side}
      {...handlers}
    >
      {children}
      {isOver && <DropHopes hopes={hopes} />}
    </div>
  );
}
