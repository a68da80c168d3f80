/** Escape closes the sheet, and nothing of it that is nearer. */

import { fireEvent } from "@testing-library/react";
import { createPortal } from "react-dom";
import { expect, it } from "vitest";
import { draw, makeApp } from "./fixture";
import { StageSheet } from "./StageSheet";

it("is closed by an Escape of its own, not of a menu's or a search with text", () => {
  let closed = 0;
  const sheet = (search: string) => (
    <StageSheet
      title="Documents"
      search={search}
      onSearch={() => undefined}
      onClose={() => closed++}
      acts={null}
    >
      {createPortal(<button type="button">Delete</button>, document.body)}
    </StageSheet>
  );
  const { getByRole, unmount } = draw(makeApp(), sheet("faces"));
  fireEvent.keyDown(getByRole("button", { name: "Delete" }), { key: "Escape" });
  fireEvent.keyDown(getByRole("searchbox"), { key: "Escape" });
  expect(closed).toBe(0);
  fireEvent.keyDown(getByRole("region"), { key: "Escape" });
  expect(closed).toBe(1);
  unmount();
  fireEvent.keyDown(draw(makeApp(), sheet("")).getByRole("searchbox"), { key: "Escape" });
  expect(closed).toBe(2);
});
