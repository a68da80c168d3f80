/** A walk laid along the timeline: its ends, its keyframes, how long it takes. */

import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { alphaOf } from "../state/picture";
import { secondsOf } from "../state/timeline_sampling";
import { AppContext } from "./app";
import { makeApp } from "./fixture";
import { FRAMES, useTakeAlong } from "./use_take_along";

afterEach(cleanup);

it.each([
  [{ id: "manifold-abc123/1", title: "Mouth", low: 0, high: 36, unit: FRAMES }, [0, 9, 18, 27, 36], 3],
  [{ id: "pca-w/3", title: "Smile", low: -2, high: 3, unit: "sd" }, [-2, 0.5, 3], 3],
])("lays %j along", (walk, alphas, seconds) => {
  const app = makeApp();
  const { result } = renderHook(() => useTakeAlong(), {
    wrapper: ({ children }) => <AppContext value={app}>{children}</AppContext>,
  });
  act(() => result.current(PICTURE.model, walk));
  const { timeline } = app.document.getState();
  expect(timeline?.keyframes.map(({ picture }) => alphaOf(picture, walk.id))).toEqual(alphas);
  expect(timeline && secondsOf(timeline)).toBeCloseTo(seconds, 9);
  const notice = app.live.notice.get();
  expect(notice?.sentence).toBe(`${alphas.length} keyframes along “${walk.title}” are on the timeline.`);
  expect(app.drawer.getState()).toMatchObject({ isOpen: true, tab: "timeline" });
  act(() => notice?.actions?.find(({ label }) => label === "Undo")?.run());
  expect(app.document.getState().timeline).toBeNull();
});
