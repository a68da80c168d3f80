/** Page: where every panel stands. */

import { MantineProvider } from "@mantine/core";
import { useColorScheme } from "@mantine/hooks";
import type { ReactNode } from "react";
import { cssVariables, theme } from "../theme";
import { type App, AppContext, useDrawer, useView } from "./app";
import { ControllersPanel } from "./ControllersPanel";
import { Drawer } from "./Drawer";
import { HelpPanel } from "./HelpPanel";
import { HistoryPanel } from "./HistoryPanel";
import { MeasuredPanel } from "./MeasuredPanel";
import styles from "./Page.module.css";
import { Palette } from "./Palette";
import { PhotoDialog } from "./PhotoDialog";
import { QuestionDialog } from "./QuestionDialog";
import { Rail } from "./Rail";
import { RegionPanel } from "./RegionPanel";
import { SideTabs } from "./SideTabs";
import { StagePanel } from "./StagePanel";
import { StatusLine } from "./StatusLine";
import { TopBar } from "./TopBar";
import { useDroppedFiles } from "./use_dropped_files";
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
        <Drawer />
        <StatusLine />
        <HistoryPanel />
        <ControllersPanel />
        <HelpPanel />
        <Palette />
        <QuestionDialog />
        <PhotoDialog />
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
  const { handlers } = useDroppedFiles();
  const side = useView((state) => state.side);
  return (
    <div className={styles.page} data-drawer={drawer} data-side={side} {...handlers}>
      {children}
    </div>
  );
}
