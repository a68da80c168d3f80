/** Page: where every panel stands. */

import { MantineProvider } from "@mantine/core";
import { useColorScheme } from "@mantine/hooks";
import { cssVariables, theme } from "../theme";
import { type App, AppContext, useDrawer, useView } from "./app";
import { Drawer } from "./Drawer";
import { HelpPanel } from "./HelpPanel";
import { MeasuredPanel } from "./MeasuredPanel";
import styles from "./Page.module.css";
import { Rail } from "./Rail";
import { RegionPanel } from "./RegionPanel";
import { StagePanel } from "./StagePanel";
import { StatusLine } from "./StatusLine";
import { TopBar } from "./TopBar";
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
      <div className={styles.page} data-drawer={drawer}>
        <TopBar />
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
        <HelpPanel />
      </div>
    </MantineProvider>
  );
}
