/** WalkTitle: a walk's name, what is special about it, and the menu of all that can be done with it. */

import { Menu, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { Icon } from "../controls/icons";
import type { WalkSummary } from "../protocol/wire";
import { couldMove, isLearned, isOfOtherClass, ownGroups } from "../state/catalog";
import { isFactorWalk, sayFound } from "../state/factor_units";
import { openJobs } from "../state/jobs_view";
import { canLock, leftOf, sayOverlap } from "../state/overlaps";
import { sayZones, type WalkNotation } from "../state/walk_units";
import { useApp, useCatalog, useModel, useObservable, usePicture } from "./app";
import { KnobBadge, KnobItems } from "./KnobItems";
import { NameField } from "./NameField";
import { useTakeAlong } from "./use_take_along";
import { NO_LOCK, useIsLocked, useToggleLock } from "./WalkLock";
import styles from "./WalkTitle.module.css";

const MAX_TITLE = 120;
const MAX_GROUP = 60;

export interface WalkTitleProps {
  readonly model: string;
  readonly walk: WalkSummary;
  readonly notation: WalkNotation;
}

export function WalkTitle({ model, walk, notation }: WalkTitleProps) {
  const { walkDesk } = useApp();
  const [naming, setNaming] = useState<"walk" | "group" | null>(null);
  if (naming === "walk") {
    const finish = (title: string | null) => {
      setNaming(null);
      if (title !== null && title.trim() !== walk.title) void walkDesk.rename(model, walk, title.trim());
    };
    return <NameField className={styles.name} maxLength={MAX_TITLE} name={walk.title} onFinish={finish} />;
  }
  if (naming === "group") {
    const finish = (name: string | null) => {
      setNaming(null);
      if (name !== null && name.trim() !== "") void walkDesk.group(model, walk, name.trim());
    };
    const label = `Group for ${walk.title}`;
    return (
      <NameField className={styles.name} maxLength={MAX_GROUP} name="" label={label} onFinish={finish} />
    );
  }
  return (
    <span className={styles.title}>
      <WalkMenu model={model} walk={walk} notation={notation} onName={setNaming} />
      <Badges walk={walk} />
      <KnobBadge slider={walk.id} />
    </span>
  );
}

function Badges({ walk }: { readonly walk: WalkSummary }) {
  const { overlaps } = useApp();
  const left = leftOf(useObservable(overlaps.found).get(walk.id));
  const classes = useModel()?.classes ?? [];
  const classIndex = usePicture()?.class_index ?? null;
  const name = walk.class_index === null ? undefined : classes[walk.class_index];
  return (
    <>
      {left !== null && (
        <span className={styles.badge} title={sayLeft(left)}>
          {Math.round(left * 100)} %
        </span>
      )}
      {isLearned(walk) && walk.is_pinned && <span className={styles.badge}>learned</span>}
      {walk.is_foreign && (
        <span
          className={styles.badge}
          data-kind="warning"
          title="Learned on another generator: it moves this one, but how far and how well is not known."
        >
          other generator
        </span>
      )}
      {isOfOtherClass(walk, classIndex) && name !== undefined && (
        <span className={styles.badge} data-kind="warning" title="Learned on this class alone.">
          of {name}
        </span>
      )}
    </>
  );
}

interface WalkMenuProps extends WalkTitleProps {
  readonly onName: (what: "walk" | "group") => void;
}

function WalkMenu({ model, walk, notation, onName }: WalkMenuProps) {
  const { walkDesk, drawer, jobsView, overlaps } = useApp();
  const own = useModel();
  const others = useCatalog((state) => state.models).filter((other) => own && couldMove(walk, own, other));
  const askLimits = () => openJobs(drawer, jobsView, { kind: "limits", model, walk: walk.id, isAsked: true });
  const takeAlong = useTakeAlong();
  const isLocked = useIsLocked(walk.id);
  const toggleLock = useToggleLock(walk);
  const overlap = useObservable(overlaps.found).get(walk.id);
  const walks = useCatalog((state) => state.walks[model]?.walks);
  return (
    <Menu position="bottom-start" width={248} shadow="md">
      <Menu.Target>
        <UnstyledButton
          className={styles.open}
          title={`${walk.title}. ${describe(walk, notation)}`}
          onKeyDown={(event) => event.key === "F2" && onName("walk")}
        >
          <span className={styles.words}>{walk.title}</span>
          <span className={styles.more} aria-hidden="true">
            ⋯
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown aria-label={`What to do with ${walk.title}`}>
        <Menu.Label className={styles.facts}>
          {[describe(walk, notation), ...sayOverlap(overlap, walks ?? [])].join(" ")}
        </Menu.Label>
        <Menu.Item rightSection="F2" onClick={() => onName("walk")}>
          Rename
        </Menu.Item>
        <Menu.Item
          disabled={!canLock(walk)}
          title={canLock(walk) ? "Other straight sliders no longer move along it" : NO_LOCK}
          onClick={toggleLock}
        >
          {isLocked ? "Unlock" : "Lock"}
        </Menu.Item>
        <Menu.Item onClick={() => void walkDesk.pin(model, walk, !walk.is_pinned)}>
          {walk.is_pinned ? "Unpin" : "Pin on top"}
        </Menu.Item>
        <Menu.Item onClick={() => void walkDesk.hide(model, walk, !walk.is_hidden)}>
          {walk.is_hidden ? "Show again" : "Hide"}
        </Menu.Item>
        <Groups model={model} walk={walk} walks={walks ?? []} onNew={() => onName("group")} />
        <Menu.Item onClick={() => takeAlong(model, walk)}>Put on the timeline</Menu.Item>
        <KnobItems slider={walk.id} />
        <Menu.Item onClick={askLimits}>How far can it go?</Menu.Item>
        <Menu.Item onClick={() => void walkDesk.download(model, walk)}>Download as a file</Menu.Item>
        {walk.is_linear && <ForOthers model={model} walk={walk} />}
        {others.length > 0 && (
          <Menu.Sub>
            <Menu.Sub.Target>
              <Menu.Sub.Item>Copy to another generator</Menu.Sub.Item>
            </Menu.Sub.Target>
            <Menu.Sub.Dropdown>
              {others.map(({ id, title }) => (
                <Menu.Item key={id} onClick={() => void walkDesk.copyTo(model, walk, id)}>
                  {title}
                </Menu.Item>
              ))}
            </Menu.Sub.Dropdown>
          </Menu.Sub>
        )}
        {!walk.is_shipped && (
          <Menu.Item
            color="var(--error)"
            leftSection={<Icon name="trash" />}
            onClick={() => void walkDesk.remove(model, walk)}
          >
            Delete
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

interface GroupsProps extends Pick<WalkTitleProps, "model" | "walk"> {
  readonly walks: readonly WalkSummary[];
  readonly onNew: () => void;
}

/** Under which heading it stands: one that somebody has made, or that of its kind. */
function Groups({ model, walk, walks, onNew }: GroupsProps) {
  const { walkDesk } = useApp();
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item>Put in a group</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        {ownGroups(walks)
          .filter((name) => name !== walk.group)
          .map((name) => (
            <Menu.Item key={name} onClick={() => void walkDesk.group(model, walk, name)}>
              {name}
            </Menu.Item>
          ))}
        <Menu.Item onClick={onNew}>A new group…</Menu.Item>
        {walk.group !== null && (
          <Menu.Item onClick={() => void walkDesk.group(model, walk, "")}>
            Take out of “{walk.group}”
          </Menu.Item>
        )}
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  );
}

/** A straight walk as the array that other programs add. */
function ForOthers({ model, walk }: Pick<WalkTitleProps, "model" | "walk">) {
  const { walkDesk } = useApp();
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item>Download for other programs</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        <Menu.Item onClick={() => void walkDesk.download(model, walk, "npy")}>Plain array (.npy)</Menu.Item>
        <Menu.Item onClick={() => void walkDesk.download(model, walk, "safetensors")}>
          With its space and range (.safetensors)
        </Menu.Item>
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  );
}

function sayLeft(left: number): string {
  return left === 0
    ? "Nothing of it is left beside what is locked: it goes the very same way."
    : `Beside what is locked ${Math.round(left * 100)} % of its strength is left.`;
}

/** How a walk came to be, up to where it lies. */
function origin(walk: WalkSummary): string {
  if (walk.method === "coordinate") return "One latent of the network,";
  if (walk.method === "region") return "Found for a region,";
  if (walk.method === "manifold") return "A chain of frames found in a region,";
  if (isLearned(walk)) return walk.is_linear ? "Learned" : "Learned, in steps";
  return `Found by ${walk.method.toUpperCase()}`;
}

/** What is known of a walk, in a few words. */
function describe(walk: WalkSummary, notation: WalkNotation): string {
  if (isFactorWalk(walk)) return sayFound(walk);
  const { space, psi, settings } = walk;
  const { moves, lead } = settings;
  return [
    `${origin(walk)} in ${space === "w" ? "w, after truncation" : "z, before the mapping"}; measured at ψ ${psi}.`,
    typeof moves === "string" ? `Moves ${moves}.` : "",
    typeof lead === "number"
      ? `The first is ${Math.round(100 * lead)} % of all that was measured to change.`
      : "",
    sayZones(walk, notation),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}
