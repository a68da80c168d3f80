/** What a model loses of many pictures: classes, key, and each picture with what is gone, as a job left it. */

import { cleanup, configure, fireEvent } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { ALBUM_FILE } from "../state/album";
import { ALBUM } from "../state/fake_album";
import { FakeJobsServer, fakeJobs, JOB } from "../state/fakes";
import { AlbumResult } from "./AlbumResult";
import { draw, makeApp } from "./fixture";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });
afterEach(cleanup);

it("shows classes, one key and every picture, what is outside labelled so", async () => {
  const server = new FakeJobsServer();
  server.artifacts[`${JOB.id}/${ALBUM_FILE}`] = ALBUM;
  const report = { name: "report.html", media_type: "text/html", bytes: 5 };
  const page = draw(makeApp(fakeJobs(server)), <AlbumResult job={JOB} artifacts={[report]} />);
  const table = await page.findByRole("table");
  expect(table.textContent).toContain("−75 %");
  expect(page.getByRole("list", { name: "Key of the label maps" }).textContent).toBe("hat");
  const told = page.getAllByRole("figure").map(({ textContent }) => textContent ?? "");
  expect(told[0]).toContain("a.png differs by 5.0 of 255 a pixel; labels agree on 90 %. No class is gone.");
  expect(told[1]).toContain("Gone: hat. Unlike anything the model draws");
  expect(told[2]).toBe("c.png differs by 9.0 of 255 a pixel.");
  expect(page.getAllByRole("img")).toHaveLength(2);
  expect(page.getByText("1 file was passed over")).toBeTruthy();
  expect(page.getByRole("link", { name: /Open the report/ }).getAttribute("href")).toContain("report.html");
  fireEvent.click(page.getByRole("radio", { name: "Most lost first" }));
  expect(page.getAllByRole("figure")[0]?.textContent).toContain("b.png");
});
