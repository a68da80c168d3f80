/** StagePanel: the live picture, and what has to be said about it. */

import { useEffect, useRef } from "react";
import { IconButton } from "../controls/IconButton";
import { sizeOf } from "../stage/geometry";
import type { Stage } from "../stage/stage";
import { useApp, useModel, useObservable, usePicture, useView } from "./app";
import styles from "./StagePanel.module.css";

export function StagePanel() {
  const { attachStage, view } = useApp();
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const isComparing = useView((state) => state.isComparing);
  const description = useDescription();

  useEffect(() => {
    if (!room.current || !canvas.current) return;
    const stage: Stage = attachStage(canvas.current);
    stage.setSmooth(view.getState().isSmooth);
    const stopView = view.subscribe(({ isSmooth }) => stage.setSmooth(isSmooth));
    const observer = new ResizeObserver(([entry]) => {
      if (entry) stage.resize(sizeOf(entry.contentRect.height, entry.contentRect.width));
    });
    observer.observe(room.current);
    return () => {
      observer.disconnect();
      stopView();
      stage.dispose();
    };
  }, [attachStage, view]);

  return (
    <main className={styles.stage} aria-label="Picture">
      <div ref={room} className={styles.room}>
        <canvas
          ref={canvas}
          className={styles.canvas}
          width={0}
          height={0}
          role="img"
          aria-label={description}
        />
      </div>
      <Waiting />
      {isComparing && <p className={styles.chip}>Start, without edits</p>}
      <NoticeBar />
    </main>
  );
}

/** Said only until the first picture comes: after that the last one stays while anything is waited for. */
function Waiting() {
  const { live } = useApp();
  const hasPicture = useObservable(live.hasPicture);
  const connection = useObservable(live.connection);
  if (hasPicture) return null;
  return (
    <p className={styles.waiting}>
      {connection.state === "open" ? "Drawing the first picture…" : "Waiting for the server…"}
    </p>
  );
}

function NoticeBar() {
  const { live } = useApp();
  const notice = useObservable(live.notice);
  useEffect(() => {
    if (notice?.kind !== "info") return;
    const timer = setTimeout(() => live.notice.set(null), 4000);
    return () => clearTimeout(timer);
  }, [notice, live]);
  // The region stands before its text comes, or screen readers would not say it.
  return (
    <div className={styles.notices} role={notice?.kind === "error" ? "alert" : "status"}>
      {notice && (
        <div className={styles.notice} data-kind={notice.kind} data-code={notice.code}>
          <p>
            <strong>{notice.sentence}</strong> {notice.hint}
          </p>
          <IconButton icon="close" label="Dismiss" onClick={() => live.notice.set(null)} />
        </div>
      )}
    </div>
  );
}

/** The picture in words, as far as the page knows it. */
function useDescription(): string {
  const picture = usePicture();
  const model = useModel();
  if (!picture) return "No picture yet";
  const moved = picture.edits.filter((edit) => edit.alpha !== 0).length;
  const sliders = moved === 0 ? "no slider moved" : `${moved} slider${moved === 1 ? "" : "s"} moved`;
  return `${model?.title ?? picture.model}, seed ${picture.latent.seed}, ${sliders}`;
}
