/** A page for the tests of one panel: every store real, no server, no stage. */

import { MantineProvider } from "@mantine/core";
import { type RenderResult, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { CodesClient } from "../protocol/codes";
import { FactorsClient } from "../protocol/factors";
import { FakeClock, PICTURE } from "../protocol/fakes";
import { type Fetch, HttpClient } from "../protocol/http";
import { ImagesClient } from "../protocol/images";
import { OverlapsClient } from "../protocol/overlaps";
import { PicturesClient } from "../protocol/pictures";
import { SketchesClient } from "../protocol/sketches";
import { UploadsClient } from "../protocol/uploads";
import { WalksClient } from "../protocol/walks";
import { BoardDesk } from "../stage/board_desk";
import { type ImagePx, sizeOf } from "../stage/geometry";
import { MaskDesk } from "../stage/mask_desk";
import { MaskHand } from "../stage/mask_hand";
import { createBoardStore } from "../state/board";
import { BoardFiles } from "../state/board_files";
import { BoardSets } from "../state/board_sets";
import { BoardTraining } from "../state/board_training";
import { createCatalogStore } from "../state/catalog";
import { createCommands } from "../state/commands";
import type { Desk } from "../state/desk";
import { createDocumentStore, openDocument } from "../state/document";
import { Editor } from "../state/editor";
import { isFactorWalk } from "../state/factor_units";
import { Factors } from "../state/factors";
import { FakeMidiBrowser } from "../state/fake_midi";
import { fakeDocuments, fakeJobs, fakeMasks, fakeTimeline } from "../state/fakes";
import { ForeignDesk } from "../state/foreign_desk";
import { KeptLatents } from "../state/kept_latents";
import { Live } from "../state/live";
import { createMidiRoom } from "../state/midi_room";
import { Nearest } from "../state/nearest";
import { Overlaps } from "../state/overlaps";
import { PhotoInChild } from "../state/photo_in_child";
import { Photos } from "../state/photos";
import { PictureSets } from "../state/picture_sets";
import { Regions } from "../state/regions";
import { Thumbnails } from "../state/thumbnails";
import { Uploads } from "../state/uploads";
import { createViewStore } from "../state/view";
import { WalkDesk } from "../state/walk_desk";
import { type App, AppContext } from "./app";

const nothing = () => undefined;

/** A desk that keeps what was laid on it. */
export class FakeDesk implements Desk {
  readonly saved: string[] = [];

  copy(): Promise<void> {
    return Promise.resolve();
  }
  save(_blob: Blob, name: string): void {
    this.saved.push(name);
  }
  focus(): void {}
  focusedWalk(): string | null {
    return null;
  }
  reload(): void {}
}

/** The app around a document of `PICTURE`; `given` takes the place of what there is. */
export function makeApp(given: Partial<App> = {}, fetch: Fetch = async () => new Response()): App {
  const document = createDocumentStore();
  openDocument(document, PICTURE);
  const view = createViewStore({ getItem: () => null, setItem: nothing });
  const live = new Live();
  const editor = new Editor(document, nothing, nothing);
  const http = new HttpClient(fetch);
  const catalog = createCatalogStore();
  const desk = new FakeDesk();
  const jobs = { ...fakeJobs(), ...given };
  const room = fakeDocuments(document, editor, live, fetch);
  const walkDesk = new WalkDesk({
    client: new WalksClient(http),
    catalog,
    document,
    editor,
    live,
    desk,
  });
  const foreignDesk = new ForeignDesk({
    codes: new CodesClient(http),
    images: new ImagesClient(http),
    walks: new WalksClient(http),
    catalog,
    document,
    beginning: room.beginning,
    live,
    desk,
  });
  const timeline = fakeTimeline(document, editor, live);
  const { masks, maskView, maskActs } = fakeMasks(document, editor, live, desk);
  const pictureSize = () => sizeOf<ImagePx>(64, 64);
  const maskDesk = new MaskDesk({ masks, live, pictureSize, showWhole: nothing });
  const regions = new Regions({
    document,
    inHand: () => editor.picture,
    ask: nothing,
    stop: nothing,
    imageOf: (id) => masks.imageOf(id),
  });
  const factors = new Factors({
    client: new FactorsClient(http),
    document,
    editor,
    walksOf: (model) =>
      (catalog.getState().walks[model]?.walks ?? []).filter(isFactorWalk).map(({ id }) => id),
  });
  const midiRoom = createMidiRoom({
    ...jobs,
    browser: new FakeMidiBrowser(),
    document,
    catalog,
    live,
    editor,
    factors,
    regions,
    clock: new FakeClock(),
  });
  const photos = new Photos({
    images: new ImagesClient(http),
    pictures: new PicturesClient(http),
    jobs: jobs.jobs,
    catalog,
    document,
    editor,
    beginning: room.beginning,
    live,
    measure: async (file) => ({ file, width: 100, height: 80, from: null }),
  });
  const photoInChild = new PhotoInChild({ photos, kin: room.kin, catalog, document, foreignDesk, http });
  const board = createBoardStore();
  const drawings = { board, images: new ImagesClient(http), client: new SketchesClient(http) };
  const boardSets = new BoardSets({
    ...drawings,
    live,
    clock: new FakeClock(),
    storage: { getItem: () => null, setItem: nothing },
    model: () => PICTURE.model,
    onKept: nothing,
  });
  const boardRoom = {
    board,
    nearest: new Nearest({ ask: nothing, stop: nothing }),
    boardDesk: new BoardDesk(board, () => null),
    boardFiles: new BoardFiles({ ...drawings, width: () => 0.04 }),
    boardSets,
    boardTraining: new BoardTraining({
      board,
      sets: boardSets,
      jobs: jobs.jobs,
      model: () => (given.catalog ?? catalog).getState().models[0] ?? null,
      taken: () => (given.catalog ?? catalog).getState().models.map(({ id }) => id),
      renderMs: () => null,
    }),
    attachBoard: () => {
      throw new Error("there is no canvas here");
    },
  };
  const context = {
    photoInChild,
    ...room,
    ...midiRoom,
    catalog,
    document,
    view,
    live,
    editor,
    http,
    desk,
    foreignDesk,
    ...jobs,
    ...timeline,
    masks,
    maskView,
    maskActs,
  };
  return {
    ...room,
    ...boardRoom,
    document,
    view,
    catalog,
    live,
    editor,
    thumbnails: new Thumbnails(http, new FakeClock()),
    commands: createCommands({ ...context, address: "", random: () => 0 }),
    walkDesk,
    uploads: new Uploads(new UploadsClient(http), new FakeClock(), nothing),
    foreignDesk,
    keptLatents: new KeptLatents({ codes: new CodesClient(http), catalog, document, foreignDesk, live }),
    pictureSets: new PictureSets(new PicturesClient(http)),
    photos,
    photoInChild,
    removeModel: async () => undefined,
    ...jobs,
    ...timeline,
    masks,
    maskView,
    maskDesk,
    overlaps: new Overlaps({ client: new OverlapsClient(http), document, clock: new FakeClock() }),
    regions,
    factors,
    ...midiRoom,
    maskHand: new MaskHand({ desk: maskDesk, view: maskView, live, pictureSize, labels: () => null }),
    isMac: false,
    attachStage: () => {
      throw new Error("there is no stage");
    },
    attachMasks: () => {
      throw new Error("there is no stage");
    },
    searchAgain: nothing,
    retryConnection: nothing,
    reload: nothing,
    saveFile: (blob, name) => desk.save(blob, name),
    keepPhoto: (file, signal) => new ImagesClient(http).keepPhoto(file, signal),
    now: () => 0,
    ...given,
  };
}

/** Draws a panel within an app; without the motion of widgets, which a test would wait for. */
export function draw(app: App, panel: ReactNode): RenderResult {
  return render(
    <MantineProvider env="test">
      <AppContext value={app}>{panel}</AppContext>
    </MantineProvider>,
  );
}
