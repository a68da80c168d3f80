/** RegionRow: one slider of a region, with what it does at both ends, where, and how much of it leaks out. */

import { UnstyledButton } from "@mantine/core";
import { IconButton } from "../controls/IconButton";
import { thumbnailUrl } from "../protocol/http";
import type { Mask, Picture } from "../protocol/wire";
import { commitContent } from "../state/document";
import { withAlpha, withoutEdit } from "../state/picture";
import type { ListedSlider } from "../state/region_shelf";
import { isOfUse, walkOf } from "../state/region_shelf";
import { useApp, useCatalog, useModel, usePicture } from "./app";
import { PictureImage } from "./PictureImage";
import styles from "./RegionRow.module.css";
import { WalkRow } from "./WalkRow";
import { Word } from "./Word";

export interface RegionRowProps {
  readonly mask: Mask;
  readonly slider: ListedSlider;
  readonly rank: number;
  /** Measured at a picture that is far from the one on the stage. */
  readonly isElsewhere: boolean;
  /** Whether the picture is the very one it was measured at. */
  readonly isAtOrigin: boolean;
}

const ENDS = {
  likeness: "beyond, the picture would be of another kind",
  parts: "beyond, parts would go missing",
  judge: "beyond, it would not look real",
  leak: "beyond, more would change outside",
  still: "beyond, nothing more happens",
  furthest: "as far as is ever looked",
} as const satisfies Record<NonNullable<ListedSlider["low_end"]>, string>;

export function RegionRow({ mask, slider, rank, isElsewhere, isAtOrigin }: RegionRowProps) {
  const { document, walkDesk, regions, editor } = useApp();
  const picture = usePicture();
  const model = useModel();
  const known = useCatalog(({ walks }) =>
    walks[picture?.model ?? ""]?.walks.find(({ id }) => id === slider.walk),
  );
  if (!picture) return null;
  const walk = walkOf(slider, picture.psi, known);
  const end = (alpha: number, how: ListedSlider["low_end"], place: "low" | "high") => (
    <End
      picture={picture}
      slider={slider}
      alpha={alpha}
      place={place}
      title={how === null ? "as far as it was found to go" : ENDS[how]}
      isAtOrigin={isAtOrigin}
      onTake={() => editor.commit(walk.title, withAlpha(walk.id, alpha))}
    />
  );
  const putAside = (isAside: boolean) => {
    if (isAside) regions.discard(mask, walk.id);
    else regions.restore(mask, walk.id);
    if (known && !known.is_pinned) void walkDesk.patch(picture.model, known, { hidden: isAside });
  };
  const discard = () => {
    putAside(true);
    const { timeline } = document.getState();
    const next = { picture: withoutEdit(walk.id)(picture), timeline };
    const deed = { undo: () => putAside(false), redo: () => putAside(true) };
    commitContent(document, `Discard ${walk.title}`, next, null, deed);
  };
  return (
    <li className={styles.row} data-elsewhere={isElsewhere} data-region-walk={walk.id}>
      <WalkRow model={picture.model} walk={walk} layers={model?.layer_names ?? []} isFirst={false} />
      <div className={styles.truth}>
        {end(slider.low, slider.low_end, "low")}
        <Leakage slider={slider} rank={rank} />
        <span className={styles.tools}>
          <IconButton
            icon="pin"
            label={walk.is_pinned ? "Kept: stands among the sliders" : "Keep among the sliders"}
            isPressed={walk.is_pinned}
            onClick={() => void walkDesk.pin(picture.model, walk, !walk.is_pinned)}
          />
          <IconButton icon="close" label="Discard" onClick={discard} />
        </span>
        {end(slider.high, slider.high_end, "high")}
      </div>
    </li>
  );
}

interface EndProps {
  readonly picture: Picture;
  readonly slider: ListedSlider;
  readonly alpha: number;
  readonly place: "low" | "high";
  readonly title: string;
  readonly isAtOrigin: boolean;
  readonly onTake: () => void;
}

/** What the slider does there. At its origin the server has drawn that already; elsewhere it is drawn anew. */
function End({ picture, slider, alpha, place, title, isAtOrigin, onTake }: EndProps) {
  const isDrawn = isAtOrigin && slider.strip !== null;
  return (
    <UnstyledButton
      className={styles.end}
      aria-label={`${slider.title}, ${place === "low" ? "low" : "high"} end`}
      title={`To this end: ${title}`}
      onClick={onTake}
    >
      {isDrawn ? (
        <span
          className={styles.strip}
          style={{
            backgroundImage: `url(${thumbnailUrl(slider.strip)})`,
            backgroundSize: `${slider.strip_frames * 100}% 100%`,
            backgroundPosition: place === "low" ? "left" : "right",
          }}
        />
      ) : (
        <PictureImage picture={withAlpha(slider.walk, alpha)(picture)} className={styles.living ?? ""} />
      )}
    </UnstyledButton>
  );
}

/** How much changes outside for what changes inside: a bar of one, and in numbers. */
function Leakage({ slider, rank }: { readonly slider: ListedSlider; readonly rank: number }) {
  const { inside, outside, leakage, heat, moves } = slider;
  const percent = Math.round(leakage * 100);
  if (!isOfUse(slider)) {
    const why = slider.high_end === null ? "" : `: ${ENDS[slider.high_end]}`;
    return (
      <p className={styles.leak} title={`However little it moves${why}`}>
        Of no use at this picture
      </p>
    );
  }
  return (
    <div
      className={styles.leak}
      title={`Place ${rank}. Changes ${inside.toFixed(1)} of 255 a pixel inside, ${outside.toFixed(1)} outside. ${moves}`.trim()}
    >
      {heat !== null && <img className={styles.heat} src={thumbnailUrl(heat)} alt="Where it changes" />}
      <span className={styles.words}>
        <span className={styles.bar} role="img" aria-label={`Leakage ${percent} percent`}>
          <span style={{ width: `${Math.min(100, percent)}%` }} />
        </span>
        <span className={styles.number}>
          <Word of="leakage">leaks</Word> {percent} %
        </span>
      </span>
    </div>
  );
}
