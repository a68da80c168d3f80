/** WipeView: two pictures in one place, with a line between them that the hand moves. */

import { Button } from "@mantine/core";
import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useRef,
  useState,
} from "react";
import { useStore } from "zustand";
import { IconButton } from "../controls/IconButton";
import { comparedPictures } from "../state/gallery";
import { useApp, useObservable, usePicture, useView } from "./app";
import { sayLeft } from "./Busy";
import { PictureImage } from "./PictureImage";
import styles from "./WipeView.module.css";

/** Shares of the width that an arrow key moves the line by; with shift more. */
const STEP = 0.02;
const LEAP = 0.1;

export function WipeView() {
  const { sheet } = useApp();
  const isWiping = useStore(sheet, (state) => state.isWiping);
  return isWiping ? <Wipe /> : null;
}

function Wipe() {
  const { gallery, sheet } = useApp();
  const present = usePicture();
  const isSmooth = useView((state) => state.isSmooth);
  const pair = comparedPictures(useStore(gallery.store), present);
  const waits = sayLeft(useObservable(useApp().thumbnails.left));
  const [share, setShare] = useState(0.5);
  const box = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => line.current?.focus(), []);
  const close = () => sheet.setState({ isWiping: false });
  // What is compared may go: deleted, or of a document that was closed.
  const isEmpty = pair.length < 2;
  useEffect(() => {
    if (isEmpty) sheet.setState({ isWiping: false });
  }, [isEmpty, sheet]);
  const move = (next: number) => setShare(Math.min(1, Math.max(0, next)));
  const follow = (event: PointerEvent) => {
    const room = box.current?.getBoundingClientRect();
    if (room && event.buttons === 1) move((event.clientX - room.left) / room.width);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? LEAP : STEP;
    const next = { ArrowLeft: share - step, ArrowRight: share + step, Home: 0, End: 1 }[event.key];
    if (event.key === "Escape") close();
    if (next === undefined) return;
    // The same keys are commands of the page.
    event.preventDefault();
    event.stopPropagation();
    move(next);
  };
  const [left, right] = pair;
  if (!left || !right) return null;
  const percent = Math.round(share * 100);
  return (
    <section
      className={styles.wipe}
      aria-label="Compare"
      style={{ "--share": `${share * 100}%` } as CSSProperties}
    >
      <div className={styles.room}>
        <div
          ref={box}
          className={styles.box}
          data-smooth={isSmooth}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            follow(event);
            line.current?.focus();
          }}
          onPointerMove={follow}
        >
          <PictureImage className={styles.right ?? ""} picture={right.picture} />
          <PictureImage className={styles.left ?? ""} picture={left.picture} />
          <div
            ref={line}
            className={styles.line}
            role="slider"
            tabIndex={0}
            aria-label="Line between the two"
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percent}
            aria-valuetext={`${percent} % ${left.title}, ${100 - percent} % ${right.title}`}
            onKeyDown={onKeyDown}
          />
        </div>
      </div>
      {waits !== null && <p className={styles.waits}>{waits}</p>}
      <div className={styles.foot}>
        <span className={styles.title} title={left.title}>
          {left.title}
        </span>
        <Button onClick={() => sheet.setState({ sheet: "snapshots", isWiping: false })}>
          Back to snapshots
        </Button>
        <IconButton icon="close" label="Close comparison" onClick={close} />
        <span className={styles.title} title={right.title}>
          {right.title}
        </span>
      </div>
    </section>
  );
}
