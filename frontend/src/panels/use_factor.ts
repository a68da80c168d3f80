/** A factor of the picture on the stage: its value, what the hand and the field do to it, and what came of that. */

import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { type FactorWalk, isInReach, notationOfFactor, sayFactor } from "../state/factor_units";
import type { OwnValue, Setting } from "../state/factors";
import { alphaOf } from "../state/picture";
import { useApp, useFactorView, useForeignChange, useObservable, usePicture } from "./app";
import { useDraft } from "./use_draft";

export function useFactor(walk: FactorWalk) {
  const { editor, document, factors } = useApp();
  const { factor } = walk;
  const alpha = useStore(document, ({ picture }) => (picture ? alphaOf(picture, walk.id) : 0));
  const own = useObservable(factors.own).get(walk.id) ?? null;
  const isOwn = useIsOwn(own);
  const isClosed = useFactorView((state) => state.isClosed) && factor.attribute !== null;
  const setting = useSettingOf(walk.id);
  const isBusy = setting?.state === "busy";
  const settled = own === null ? null : own.value + alpha;
  // What was asked for stands there while it is being found.
  const asked = isBusy ? (setting.targets.find((target) => target.walk === walk.id)?.value ?? null) : null;
  const draft = useDraft(asked ?? settled ?? 0, walk.id);
  const [refused, setRefused] = useRefused();
  const onForeignChange = useForeignChange();
  const isHeld = draft.value !== settled;

  const label = (value: number) => `${walk.title} ${sayFactor(value, notationOfFactor(factor.unit))}`;
  const target = (value: number) => [{ walk: walk.id, value }];
  // The tick is where the picture was before any factor moved; its way back is without this one's edit.
  const goal = (value: number) => (own !== null && value === own.start ? own.value : value);

  const type = (value: number) => {
    draft.set(null);
    if (!isInReach(value, factor)) {
      factors.stop();
      setRefused(value);
      return;
    }
    setRefused(null);
    const loop = factor.attribute === null ? "open" : "closed";
    void factors.set(label(value), target(value), { loop, isKnown: isOwn });
  };
  const letGo = (value: number, act: symbol) => {
    draft.set(null);
    // Home is the picture's own value, whatever a network sees there; nothing is set off the prior.
    const isHome = value === own?.start;
    // From a value of another picture nothing can be predicted: the server is asked.
    if (!isHome && (!isOwn || (isClosed && isInReach(value, factor))))
      void factors.set(label(value), target(value), {
        loop: isClosed ? "closed" : "open",
        isKnown: isOwn,
        act,
      });
    else factors.commit(isHome ? walk.title : label(value), target(goal(value)), act);
  };
  return {
    alpha,
    own,
    isOwn,
    setting,
    /** What the hand is trying or has asked for, or else where the picture is. */
    value: draft.value,
    knob: draft.knob,
    isHeld,
    predicted: own === null ? null : own.predicted + alpha,
    /** A value that was typed and is out of reach. */
    refused,
    /** What is to be said of the last setting: nothing once the hand has gone on. */
    told: isHeld && !isBusy ? null : setting,
    type,
    letGo,
    preview: (value: number) => {
      setRefused(null);
      draft.set(value);
      editor.preview(factors.moveTo(target(goal(value))));
    },
    cancel: () => {
      draft.set(null);
      editor.cancel();
    },
    giveUp: () => setRefused(null),
    onForeignChange,
  };
}

/** The last setting, if this factor was among those that were set. */
function useSettingOf(walk: string): Setting | null {
  const setting = useObservable(useApp().factors.setting);
  return setting?.targets.some((target) => target.walk === walk) ? setting : null;
}

/** Whether the value that is known is of the picture on the stage. */
function useIsOwn(own: OwnValue | null): boolean {
  const { factors } = useApp();
  const picture = usePicture();
  return own !== null && picture !== null && factors.isOf(own, picture);
}

/** A value out of reach stands in the field until the picture changes or another is typed. */
function useRefused() {
  const picture = usePicture();
  const refusal = useState<number | null>(null);
  const [, set] = refusal;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever the picture becomes, it is asked no more
  useEffect(() => set(null), [picture, set]);
  return refusal;
}
