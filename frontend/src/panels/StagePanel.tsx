/** StagePanel: the live picture, and what has to be said about it. */

import { type RefObject, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import type { MapKind } from "../protocol/frame";
import type { Sight } from "../protocol/wire";
import { type ScreenPx, sizeOf } from "../stage/geometry";
import type { Stage } from "../stage/stage";
import { StageHand } from "../stage/stage_hand";
import { seedOf } from "../state/picture";
import { useApp, useMaskView, useModel, useObservable, usePicture, useView } from "./app";
import { Busy } from "./Busy";
import { DocumentSheet } from "./DocumentSheet";
import { KnobListening } from "./KnobListening";
import { LatentSheet } from "./LatentSheet";
import { MaskBar } from "./MaskBar";
import { MissingBar } from "./MissingBar";
import { NoticeBar } from "./NoticeBar";
import { OverlayBar } from "./OverlayBar";
import { PanelEdge } from "./PanelEdge";
import { SeedSheet } from "./SeedSheet";
import { SnapshotSheet } from "./SnapshotSheet";
import styles from "./StagePanel.module.css";
import { WipeView } from "./WipeView";

export function StagePanel() {
  const { attachStage, attachMasks, view, maskView, maskHand, sheet: sheets } = useApp();
  const sheet = useStore(sheets, (state) => state.sheet);
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const stage = useRef<Stage>(null);
  const isComparing = useView((state) => state.isComparing);
  const isMasking = useMaskView((state) => state.isMasking);
  const description = useDescription();

  useEffect(() => {
    if (!room.current || !canvas.current || !overlay.current) return;
    const attached = attachStage(canvas.current);
    const layer = attachMasks(overlay.current);
    const hand = new StageHand(room.current, { stage: attached, layer, hand: maskHand, view: maskView });
    const stopHand = hand.listen();
    stage.current = attached;
    attached.setSmooth(view.getState().isSmooth);
    const stopView = view.subscribe(({ isSmooth }) => attached.setSmooth(isSmooth));
    const observer = new ResizeObserver(([entry]) => {
      if (entry) attached.resize(sizeOf(entry.contentRect.height, entry.contentRect.width));
    });
    observer.observe(room.current);
    return () => {
      stopHand();
      layer.dispose();
      observer.disconnect();
      stopView();
      stage.current = null;
      attached.dispose();
    };
  }, [attachStage, attachMasks, view, maskView, maskHand]);

  return (
    <main className={styles.stage} aria-label="Picture" data-masking={isMasking}>
      <span className={styles.edges}>
        <PanelEdge panel="rail" label="Width of model and seed" edge="left" />
      </span>
      <PanelEdge panel="side" label="Width of the sliders" edge="right" />
      <MaskBar />
      <div ref={room} className={styles.room} data-masking={isMasking}>
        <canvas
          ref={canvas}
          className={styles.canvas}
          width={0}
          height={0}
          role="img"
          aria-label={description}
        />
        <canvas ref={overlay} className={styles.masks} width={0} height={0} />
      </div>
      <MapTag room={room} stage={stage} />
      <OverlayBar />
      <Waiting />
      {isComparing && <p className={styles.chip}>Start, without edits</p>}
      <SeedSheet />
      <WipeView />
      <MissingBar />
      {sheet === "documents" && <DocumentSheet />}
      {sheet === "snapshots" && <SnapshotSheet />}
      {sheet === "latents" && <LatentSheet />}
      <KnobListening />
      <Busy />
      <NoticeBar />
    </main>
  );
}

interface MapTagProps {
  readonly room: RefObject<HTMLElement | null>;
  readonly stage: RefObject<Stage | null>;
}

/** Names what the map says of the pixel under the pointer. */
function MapTag({ room, stage }: MapTagProps) {
  const { live } = useApp();
  const overlay = useView((state) => state.overlay);
  const sight = useObservable(live.sight);
  const [tag, setTag] = useState<{ x: number; y: number; text: string } | null>(null);
  useEffect(() => {
    const element = room.current;
    setTag(null);
    if (!element || overlay === null) return;
    const name = (event: PointerEvent) => {
      const box = element.getBoundingClientRect();
      const spot = { x: (event.clientX - box.left) as ScreenPx, y: (event.clientY - box.top) as ScreenPx };
      const point = stage.current?.pointAt(spot);
      const found = point && stage.current?.map.sampleAt(point.x, point.y);
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
  }, [room, stage, overlay, sight]);
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

/** The picture in words, as far as the page knows it. */
function useDescription(): string {
  const picture = usePicture();
  const model = useModel();
  if (!picture) return "No picture yet";
  const moved = picture.edits.filter((edit) => edit.alpha !== 0).length;
  const sliders = moved === 0 ? "no slider moved" : `${moved} slider${moved === 1 ? "" : "s"} moved`;
  const between = picture.latent.kind === "blend" ? "between seeds, nearest " : "";
  const start = picture.latent.kind === "code" ? "a found latent" : `${between}seed ${seedOf(picture)}`;
  return `${model?.title ?? picture.model}, ${start}, ${sliders}`;
}
