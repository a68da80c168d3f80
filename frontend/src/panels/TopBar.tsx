/** TopBar: the product's name, and the commands that concern the whole picture. */

import { useStore } from "zustand";
import type { IconName } from "../controls/icons";
import { hasW } from "../state/model_abilities";
import { useApp, useMaskView, useModel, useView } from "./app";
import { CommandButton } from "./CommandButton";
import { CompareButton } from "./CompareButton";
import { DocumentButton } from "./DocumentButton";
import styles from "./TopBar.module.css";
import { TopMenu } from "./TopMenu";

const SCHEME_ICON = { system: "system", light: "light", dark: "dark" } as const satisfies Record<
  string,
  IconName
>;

export function TopBar() {
  const scheme = useView((state) => state.scheme);
  const isSmooth = useView((state) => state.isSmooth);
  const isHistoryOpen = useView((state) => state.isHistoryOpen);
  const isGalleryOpen = useStore(useApp().sheet, (state) => state.sheet === "snapshots");
  const isMasking = useMaskView((state) => state.isMasking);
  const model = useModel();
  const mayPaint = isMasking || model === null || hasW(model);
  return (
    <header className={styles.bar}>
      <h1 className={styles.name}>
        <svg width="20" height="20" viewBox="0 0 16 16" aria-hidden="true">
          <path
            d="M2 5c2 8 4 8 6 2 2 6 4 6 6-2"
            fill="none"
            stroke="var(--accent)"
            strokeWidth="2"
            strokeLinecap="round"
          />
        </svg>
        <span>Wend</span>
      </h1>
      <DocumentButton />
      <div className={styles.group}>
        <CommandButton id="undo" icon="undo" />
        <CommandButton id="redo" icon="redo" />
        <CommandButton id="history" icon="history" isPressed={isHistoryOpen} />
        <CommandButton id="snapshot" icon="camera" />
        <CommandButton id="snapshots" icon="gallery" isPressed={isGalleryOpen} />
      </div>
      <div className={styles.paint}>
        {mayPaint && (
          <CommandButton id="toggle-masking" icon="brush" text="Paint a region" isPressed={isMasking} />
        )}
      </div>
      <div className={styles.space} />
      <CompareButton />
      <div className={styles.wide}>
        <CommandButton
          id="toggle-smooth"
          icon={isSmooth ? "smooth" : "pixels"}
          text="Smooth"
          isPressed={isSmooth}
        />
        <CommandButton id="copy-link" icon="link" text="Copy link" />
      </div>
      <CommandButton id="download" icon="download" text="Download" isMain />
      <div className={styles.wide}>
        <div className={styles.group}>
          <CommandButton id="toggle-scheme" icon={SCHEME_ICON[scheme]} />
          <CommandButton id="help" icon="help" />
        </div>
      </div>
      <div className={styles.narrow}>
        <TopMenu />
      </div>
    </header>
  );
}
