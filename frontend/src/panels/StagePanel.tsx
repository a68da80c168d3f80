/** StagePanel: the live picture, and what has to be said about it. */

import { type RefObject, useEffect, useRef, useState } from "react";
import { IconButton } from "../controls/IconButton";
import type { MapKind } from "../protocol/frame";
import type { Sight } from "../protocol/wire";
import { sizeOf } from "../stage/geometry";
import type { Stage } from "../stage/stage";
import { useApp, useModel, useObservable, usePicture, useView } from "./app";
import { OverlayBar } from "./OverlayBar";
import styles from "./StagePanel.module.css";

export function StagePanel() {
  const { attachStage, view } = useApp();
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<Stage>(null);
  const isComparing = useView((state) => state.isComparing);
  const description = useDescription();

  useEffect(() => {
    if (!room.current || !canvas.current) return;
    const attached = attachStage(canvas.current);
    stage.current = attached;
    attached.setSmooth(view.getState().isSmooth);
    const stopView = view.subscribe(({ isSmooth }) => attached.setSmooth(isSmooth));
    const observer = new ResizeObserver(([entry]) => {
      if (entry) attached.resize(sizeOf(entry.contentRect.height, entry.contentRect.width));
    });
    observer.observe(room.current);
    return () => {
      observer.disconnect();
      stopView();
      stage.current = null;
      attached.dispose();
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
      <MapTag canvas={canvas} stage={stage} />
      <OverlayBar />
      <Waiting />
      {isComparing && <p className={styles.chip}>Start, without edits</p>}
      <NoticeBar />
    </main>
  );
}

interface MapTagProps {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly stage: RefObject<Stage | null>;
}

/** Names what the map says of the pixel under the pointer. */
function MapTag({ canvas, stage }: MapTagProps) {
  const { live } = useApp();
  const overlay = useView((state) => state.overlay);
  const sight = useObservable(live.sight);
  const [tag, setTag] = useState<{ x: number; y: number; text: string } | null>(null);
  useEffect(() => {
    const element = canvas.current;
    setTag(null);
    if (!element || overlay === null) return;
    const name = (event: PointerEvent) => {
      const box = element.getBoundingClientRect();
      const found = stage.current?.map.sampleAt(
        (event.clientX - box.left) / box.width,
        (event.clientY - box.top) / box.height,
      );
      const text = found && describeSample(found.kind, found.sample, sight);
      setTag(text ? { x: event.clientX, y: event.clientY, text } : null);
    };
    const leave = () => setTag(null);
    element.addEventListener("pointermove", name);
    element.addEventListener("pointerleave", leave);
    return () => {
      element.removeEventListener("pointermove", name);
      element.removeEventListener("pointerleave", leave);
    };
  }, [canvas, stage, overlay, sight]);
  if (!tag) return null;
  return (
    <p className={styles.tag} style={{ left: tag.x + 12, top: tag.y + 12 }} data-tag={tag.text}>
      {tag.text}
    </p>
  );
}

function describeSample(kind: MapKind, sample: number, sight: Sight | null): string | null {
  switch (kind) {
    case "labels":
      return sight?.labels[sample]?.name.replaceAll("_", " ") ?? null;
    case "lines":
      return null;
    case "difference":
      return `${sample} steps`;
  }
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
