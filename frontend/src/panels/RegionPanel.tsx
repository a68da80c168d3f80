/** RegionPanel: the picture's painted regions, and the sliders that were found for the one in hand. */

import { Progress as Bar, Button } from "@mantine/core";
import { useEffect } from "react";
import { IconButton } from "../controls/IconButton";
import { duration } from "../controls/numbers";
import type { Mask, Picture, WalkSummary } from "../protocol/wire";
import { openJobs } from "../state/jobs_view";
import { lackOf } from "../state/mask_image";
import { withoutIdleMasks } from "../state/picture_masks";
import { isElsewhere, isSearching, keepsStill, type Region, slidersOf, unmeasured } from "../state/regions";
import { useApp, useCatalog, useJobs, useMaskView, useObservable, usePicture } from "./app";
import { CommandButton } from "./CommandButton";
import { BringMask, MaskList } from "./MaskList";
import styles from "./RegionPanel.module.css";
import { RegionRow } from "./RegionRow";
import { isMeasuredAgain, useMeasuredAgain } from "./use_measured_again";
import { Word } from "./Word";

export function RegionPanel() {
  const { masks, maskDesk, maskView } = useApp();
  const isMasking = useMaskView((state) => state.isMasking);
  const picture = usePicture();
  useMaskView((state) => state.active);
  useObservable(maskDesk.changes);
  if (!picture || (!isMasking && picture.masks.length === 0)) return null;
  const { active } = masks;
  return (
    <section className={styles.panel} aria-label="Regions">
      <div className={styles.head}>
        <h2>
          <Word of="region">Regions</Word>
        </h2>
        <span className={styles.tools}>
          <BringMask />
          <CommandButton id="new-mask" icon="plus" />
          {!isMasking && (
            <IconButton
              icon="brush"
              label="Paint"
              keys="M"
              onClick={() => maskView.setState({ isMasking: true })}
            />
          )}
        </span>
      </div>
      <MaskList />
      {maskDesk.isFitted && (
        <p className={styles.word}>This region came in another size; it is fitted to the picture's pixels.</p>
      )}
      {keepsStill(picture) && <Kept />}
      {active ? (
        <Found mask={active} picture={picture} />
      ) : (
        <p className={styles.word}>Paint where it lies.</p>
      )}
    </section>
  );
}

/** What 'keep still' keeps of the picture. */
function Kept() {
  const { regions } = useApp();
  const drift = useObservable(regions.drift);
  if (!drift) {
    return (
      <p className={styles.word}>
        <Word of="keepStill">Keep still</Word>: worked out once your hand rests.
      </p>
    );
  }
  const { still, still_without, moved, moved_without, is_busy } = drift;
  const left = still / Math.max(still_without, 1e-6);
  const numbers =
    `Mean change of a pixel from the picture without edits, of 255. In the region: ${still.toFixed(1)}, ` +
    `unlocked ${still_without.toFixed(1)}. Elsewhere: ${moved.toFixed(1)}, unlocked ${moved_without.toFixed(1)}.`;
  return (
    <p className={styles.word} title={numbers}>
      <Word of="keepStill">{sayHeld(left, is_busy)}</Word>
      {is_busy
        ? ": being worked out…"
        : left <= HELD
          ? `: ${asPercent(left)} of the change is left in it.`
          : `: ${asPercent(left)} of the change is left in it. Smaller edits, or fewer, hold better.`}
    </p>
  );
}

/** Of what a region would change by, this much may be left where it counts as kept still. */
const HELD = 0.25;

function sayHeld(left: number, isBusy: boolean): string {
  if (isBusy) return "Keep still";
  return left <= HELD ? "Kept still" : "Not kept still";
}

function asPercent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

const NO_WALKS: readonly WalkSummary[] = [];

interface FoundProps {
  readonly mask: Mask;
  readonly picture: Picture;
}

function Found({ mask, picture }: FoundProps) {
  const { regions, masks } = useApp();
  useObservable(regions.all);
  const walks = useCatalog((state) => state.walks[picture.model]?.walks) ?? NO_WALKS;
  const image = masks.imageOf(mask.image);
  const lack = image && lackOf(image);
  useEffect(() => regions.recall(mask, walks), [regions, mask, walks]);
  const region = regions.of(mask);
  const isFar = region !== null && isElsewhere(region, picture, walks);
  useMeasuredAgain(mask, picture, region, isFar);
  if (lack) return <p className={styles.word}>{lack}</p>;
  if (!region) return <Actions mask={mask} picture={picture} region={null} isFar={false} />;
  const isAtOrigin = JSON.stringify(region.origin) === JSON.stringify(withoutIdleMasks(picture));
  return (
    <>
      <Search region={region} isFar={isFar} />
      {/* Above the list, which is long. */}
      <Actions mask={mask} picture={picture} region={region} isFar={isFar} />
      <ul className={styles.sliders} aria-label={`Sliders of ${mask.name}`}>
        {slidersOf(region).map((slider, place) => (
          <RegionRow
            key={slider.walk}
            mask={mask}
            slider={slider}
            rank={place + 1}
            isElsewhere={isFar || !region.measured.includes(slider.walk)}
            isAtOrigin={isAtOrigin && region.measured.includes(slider.walk)}
          />
        ))}
      </ul>
    </>
  );
}

/** How far the search has come, or why it found little. */
function Search({ region, isFar }: { readonly region: Region; readonly isFar: boolean }) {
  const { regions } = useApp();
  const { found } = region;
  const isBusy = isSearching(region);
  if (!isBusy && found?.lack) {
    return (
      <p className={styles.word}>
        {found.lack.sentence} {found.lack.hint}
      </p>
    );
  }
  const share = found?.fraction ?? 0;
  // Always of one height: nothing below it moves under the hand when the search ends.
  return (
    <div className={styles.search}>
      <p>
        <span>
          {isBusy
            ? `${found?.label ?? "Looking for sliders"}${sayLeft(found)}`
            : isFar
              ? "Measured far from this picture"
              : sayCount(region)}
        </span>
        {isBusy && (
          <Button variant="subtle" onClick={() => regions.stop()}>
            Stop
          </Button>
        )}
      </p>
      <div className={styles.progress}>
        {isBusy && share < 1 && (
          <Bar value={share * 100} size={4} color="var(--accent)" aria-label="Looking for sliders" />
        )}
      </div>
    </div>
  );
}

function sayCount(region: Region): string {
  const count = slidersOf(region).length;
  const left = unmeasured(region).length;
  if (left > 0) return `${count - left} of ${count} sliders measured here`;
  return `${count === 1 ? "One slider" : `${count} sliders`} ${region.isFoundThere ? "found" : "measured here"}`;
}

/** ` · 12 s left`, from how far it came in its time; nothing until that says something. */
function sayLeft(found: Region["found"]): string {
  if (!found || found.fraction < 0.1 || found.fraction >= 1) return "";
  return ` · ${duration((found.seconds / found.fraction) * (1 - found.fraction))} left`;
}

/** The masks that matter to a chain: those that keep something still, and its own. */
function masksFor({ masks }: Picture, own: Mask): readonly Mask[] {
  return masks.filter((mask) => mask.is_still || mask.name === own.name);
}

interface ActionsProps extends FoundProps {
  readonly region: Region | null;
  readonly isFar: boolean;
}

function Actions({ mask, picture, region, isFar }: ActionsProps) {
  const { regions, drawer, jobsView } = useApp();
  const canAnimate = useJobs((state) => state.recipes?.some(({ kind }) => kind === "manifold") ?? false);
  const hasSliders = region !== null && slidersOf(region).length > 0;
  const isBusy = region !== null && isSearching(region);
  // Stays while they are measured again: nothing below it moves then.
  const mayFind = region === null || isFar || !region.isFoundThere || (!hasSliders && !isBusy);
  const animate = () =>
    openJobs(drawer, jobsView, {
      kind: "form",
      recipe: "manifold",
      // With its name, which the job and its slider are called after.
      params: { picture: { ...picture, masks: masksFor(picture, mask) }, mask: mask.image },
    });
  return (
    <div className={styles.actions}>
      {isFar && hasSliders && !isBusy && !isMeasuredAgain(region) && (
        <Button onClick={() => regions.measureAgain(mask)}>Measure again</Button>
      )}
      {region !== null && !isFar && !isBusy && unmeasured(region).length > 0 && (
        <Button onClick={() => regions.measureRest(mask)}>Measure the others</Button>
      )}
      {mayFind && (
        <Button
          title="Looks for sliders that move this region of the picture as it is now"
          onClick={() => regions.find(mask)}
        >
          {hasSliders ? "Find others here" : "Find sliders here"}
        </Button>
      )}
      {canAnimate && (
        <Button onClick={animate} title="A job of minutes: how this region can change, as frames to play">
          Animate this region…
        </Button>
      )}
      {canAnimate && (
        <span className={styles.note}>
          finds a <Word of="chain">chain of frames</Word>
        </span>
      )}
    </div>
  );
}
