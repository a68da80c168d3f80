/** MapPanel: the plane through the picture along two sliders, with landmarks; the picture follows the dot. */

import { Select } from "@mantine/core";
import { memo, useMemo, useState } from "react";
import { useStore } from "zustand";
import { IconButton } from "../controls/IconButton";
import { Pad, type PadPoint } from "../controls/Pad";
import type { Picture, WalkSummary } from "../protocol/wire";
import { type DocumentState, undoOf } from "../state/document";
import {
  ACROSS,
  alongPath,
  axesOf,
  landmarks,
  type MapAxes,
  type MapPoint,
  mappable,
  toPoint,
} from "../state/latent_map";
import { alphaOf } from "../state/picture";
import { recentlyUsed } from "../state/sliders";
import { notationOfWalk, sayStrength } from "../state/walk_units";
import { useApp, useCatalog, useForeignChange, useModel, usePicture, useSliderView } from "./app";
import { MapLocks } from "./MapLocks";
import styles from "./MapPanel.module.css";
import { PictureImage } from "./PictureImage";
import { Word } from "./Word";

const NO_WALKS: readonly WalkSummary[] = [];
/** Presses of an arrow key from one side to the other. */
const STEPS = 40;
/** Keyframes of a path, and how long it takes. */
const STOPS = 6;
const PATH_S = 4;

export function MapPanel() {
  const isOpen = useSliderView((state) => state.isMapOpen);
  const id = usePicture()?.model ?? "";
  return isOpen ? <OpenMap key={id} id={id} /> : null;
}

function OpenMap({ id }: { readonly id: string }) {
  const { commands, document } = useApp();
  // As it was opened: a map does not turn under the hand that moves another slider.
  const [moved] = useState(() => movedNow(document.getState()));
  const walks = useCatalog((state) => state.walks[id]?.walks) ?? NO_WALKS;
  const chosen = useSliderView((state) => state.axes[id]);
  const axes = useMemo(() => axesOf(walks, chosen, moved), [walks, chosen, moved]);
  return (
    <section className={styles.panel} aria-label="Map">
      <div className={styles.head}>
        <h3>
          <Word of="map">Map</Word>
        </h3>
        <IconButton icon="close" label="Close the map" onClick={commands["toggle-map"].run} />
      </div>
      {axes ? (
        <Plane key={`${id} ${axes.x.id} ${axes.y.id}`} model={id} walks={walks} axes={axes} />
      ) : (
        <p className={styles.word}>A map lies along two straight sliders; this model has fewer as yet.</p>
      )}
    </section>
  );
}

/** Sliders that stand elsewhere than at home, the last one that was moved first. */
function movedNow(state: DocumentState): readonly string[] {
  const { picture } = state;
  return recentlyUsed(state).filter((walk) => picture && alphaOf(picture, walk) !== 0);
}

interface PlaneProps {
  readonly model: string;
  readonly walks: readonly WalkSummary[];
  readonly axes: MapAxes;
}

function Plane({ model, walks, axes }: PlaneProps) {
  const { document, editor } = useApp();
  const resolution = useModel()?.resolution ?? null;
  const settledX = useStore(document, ({ picture }) => (picture ? alphaOf(picture, axes.x.id) : 0));
  const settledY = useStore(document, ({ picture }) => (picture ? alphaOf(picture, axes.y.id) : 0));
  const [draft, setDraft] = useState<MapPoint | null>(null);
  const [path, setPath] = useState<readonly MapPoint[]>([]);
  const onForeignChange = useForeignChange();
  const point: MapPoint = draft ?? [settledX, settledY];
  const say = (walk: WalkSummary, value: number) =>
    `${walk.title} ${sayStrength(value, notationOfWalk(walk, resolution))}`;
  const axis = (walk: WalkSummary, value: number) => ({
    name: walk.title,
    low: walk.low,
    high: walk.high,
    value,
    home: 0,
    step: (walk.high - walk.low) / STEPS,
  });
  const preview = (next: PadPoint) => {
    // A drag begins a path of its own, where the dot was.
    setPath(draft === null ? [point, next] : [...path, next]);
    setDraft(next);
    editor.preview(toPoint(axes, next));
  };
  return (
    <div className={styles.plane}>
      <div className={styles.choice}>
        <Axis side="x" model={model} walks={walks} axes={axes} />
        <Axis side="y" model={model} walks={walks} axes={axes} />
      </div>
      <div className={styles.pad}>
        <Pad
          label="Place on the map"
          x={axis(axes.x, point[0])}
          y={axis(axes.y, point[1])}
          valueText={`${say(axes.x, point[0])}, ${say(axes.y, point[1])}`}
          isNamed={false}
          description="Arrow keys move the dot, with Shift further; a double-click brings it home."
          onPreview={preview}
          onCommit={(next, act) => {
            setDraft(null);
            editor.commit("On the map", toPoint(axes, next), act);
          }}
          onCancel={() => {
            setDraft(null);
            setPath([]);
            editor.cancel();
          }}
          onForeignChange={onForeignChange}
        >
          <Mosaic axes={axes} />
          <Trail axes={axes} path={path} />
        </Pad>
      </div>
      <p className={styles.foot}>
        <span className={styles.said}>
          {[axes.x, axes.y].map((walk, place) => (
            <span key={walk.id}>
              <span aria-hidden="true">{place === 0 ? "→ " : "↑ "}</span>
              {sayStrength(point[place] ?? 0, notationOfWalk(walk, resolution))}
            </span>
          ))}
        </span>
        <PathButton axes={axes} path={path} />
      </p>
      <MapLocks walks={walks} axes={axes} />
    </div>
  );
}

interface AxisProps extends PlaneProps {
  readonly side: "x" | "y";
}

/** Which slider one side of the map is. */
function Axis({ side, model, walks, axes }: AxisProps) {
  const { sliderView } = useApp();
  const choose = (id: string) => {
    const isOther = id === axes[side === "x" ? "y" : "x"].id;
    // The other side's slider trades places.
    const pair: [string, string] = isOther
      ? [axes.y.id, axes.x.id]
      : side === "x"
        ? [id, axes.y.id]
        : [axes.x.id, id];
    sliderView.setState((state) => ({ axes: { ...state.axes, [model]: pair } }));
  };
  return (
    <Select
      size="xs"
      aria-label={side === "x" ? "Slider from left to right" : "Slider from bottom to top"}
      leftSection={<span aria-hidden="true">{side === "x" ? "→" : "↑"}</span>}
      leftSectionWidth={24}
      rightSectionWidth={22}
      data={labelled(mappable(walks))}
      value={axes[side].id}
      searchable
      nothingFoundMessage="No slider of that name"
      selectFirstOptionOnChange
      allowDeselect={false}
      comboboxProps={{ width: 264, position: "bottom-end" }}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(id) => id !== null && choose(id)}
    />
  );
}

/** Several sliders may have one name: their ids tell them apart. */
function labelled(walks: readonly WalkSummary[]) {
  return walks.map(({ id, title }) => {
    const isOnly = walks.every((other) => other.id === id || other.title !== title);
    return { value: id, label: isOnly ? title : `${title} · ${id}` };
  });
}

/** What lies where. It is drawn anew when anything but the two sliders has changed, never while a hand moves. */
const Mosaic = memo(function Mosaic({ axes }: { readonly axes: MapAxes }) {
  const picture = usePicture();
  const base = picture && JSON.stringify(toPoint(axes, [0, 0])(picture));
  const fields = useMemo(
    () => (base === null ? [] : landmarks(JSON.parse(base) as Picture, axes)),
    [base, axes],
  );
  return (
    <div
      className={styles.mosaic}
      style={{ gridTemplate: `repeat(${ACROSS}, 1fr) / repeat(${ACROSS}, 1fr)` }}
    >
      {fields.map(({ column, row, picture: each }) => (
        <span key={`${column} ${row}`} style={{ gridArea: `${row + 1} / ${column + 1}` }}>
          <PictureImage className={styles.field ?? ""} picture={each} />
        </span>
      ))}
    </div>
  );
});

interface PathProps {
  readonly axes: MapAxes;
  readonly path: readonly MapPoint[];
}

/** The way that the hand has drawn last. */
function Trail({ axes: { x, y }, path }: PathProps) {
  if (path.length < 2) return null;
  const across = (value: number) => ((value - x.low) / (x.high - x.low)).toFixed(4);
  const down = (value: number) => ((y.high - value) / (y.high - y.low)).toFixed(4);
  return (
    <svg className={styles.trail} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={path.map(([a, b]) => `${across(a)},${down(b)}`).join(" ")} />
    </svg>
  );
}

/** Puts the way drawn last onto the timeline. */
function PathButton({ axes, path }: PathProps) {
  const { document, drawer, live, player, timelineDesk } = useApp();
  const isPath = path.length > 2;
  const put = () => {
    const { picture } = document.getState();
    if (!picture) return;
    const stops = alongPath(path, STOPS).map((point) => toPoint(axes, point)(picture));
    if (!timelineDesk.put(stops, null, PATH_S / (stops.length - 1))) return;
    drawer.setState({ isOpen: true, tab: "timeline" });
    live.notice.set({
      kind: "info",
      about: "file",
      code: "put_on_timeline",
      sentence: `${stops.length} keyframes along the path are on the timeline.`,
      hint: `They take ${PATH_S} s.`,
      actions: [
        { label: "Play", run: () => player.play() },
        { label: "Undo", run: undoOf(document) },
      ],
    });
  };
  return (
    <IconButton
      icon="film"
      label="Put the path on the timeline"
      hint={
        isPath ? "Put the path on the timeline" : "Drag the dot along a path first; it can go on the timeline"
      }
      disabled={!isPath}
      onClick={put}
    />
  );
}
