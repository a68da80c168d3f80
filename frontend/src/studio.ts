/** The studio: everything that acts on the stores, made once and joined. */

import { createBoardRoom } from "./board_room";
import type { Clients } from "./clients";
import type { Clock } from "./protocol/clock";
import { SocketClient } from "./protocol/socket";
import { MAX_EDITS, SUBPROTOCOL } from "./protocol/wire";
import { type ImagePx, type Size, sizeOf } from "./stage/geometry";
import { MaskDesk } from "./stage/mask_desk";
import { MaskHand } from "./stage/mask_hand";
import { Scene } from "./stage/scene";
import { findModel } from "./state/catalog";
import { createCommands } from "./state/commands";
import type { Desk } from "./state/desk";
import { createDocumentRoom } from "./state/document_room";
import { Editor } from "./state/editor";
import { isFactorWalk } from "./state/factor_units";
import { Factors } from "./state/factors";
import { ForeignDesk } from "./state/foreign_desk";
import { BrowserNewsDesk, JobNews } from "./state/job_news";
import { Jobs } from "./state/jobs";
import type { BrowserStorage } from "./state/kept";
import { Masks } from "./state/masks";
import type { MidiBrowser } from "./state/midi_ports";
import { createMidiRoom } from "./state/midi_room";
import { Onion } from "./state/onion";
import { Overlaps } from "./state/overlaps";
import { PhotoInChild } from "./state/photo_in_child";
import { Photos } from "./state/photos";
import { withoutIdleMasks } from "./state/picture_masks";
import { PictureSets } from "./state/picture_sets";
import { Player } from "./state/player";
import { Regions } from "./state/regions";
import { Session } from "./state/session";
import { Sounds } from "./state/sounds";
import { Thumbnails } from "./state/thumbnails";
import { TimelineDesk } from "./state/timeline_desk";
import { playFps } from "./state/timeline_view";
import { Uploads } from "./state/uploads";
import { WalkDesk } from "./state/walk_desk";
import type { Stores } from "./stores";

/** The page has one stage so far. */
export const VIEW = 0;

export interface StudioContext {
  readonly stores: Stores;
  readonly clients: Clients;
  readonly clock: Clock;
  readonly desk: Desk;
  readonly midi: MidiBrowser;
  /** Of this tab alone; it outlives a reload. */
  readonly tabStorage: BrowserStorage;
  /** Of all windows of this browser. */
  readonly storage: BrowserStorage;
  /** Where the socket is. */
  readonly socketUrl: URL;
  /** The page's address without its fragment. */
  readonly address: string;
}

export type Studio = ReturnType<typeof createStudio>;

export function createStudio({
  stores,
  clients,
  clock,
  desk,
  midi,
  tabStorage,
  storage,
  socketUrl,
  address,
}: StudioContext) {
  const { document, view, catalog, live, timelineView, drawer, factorView, jobsView, maskView, sliderView } =
    stores;
  const { http } = clients;

  const socket = new SocketClient(() => new WebSocket(socketUrl, SUBPROTOCOL), clock, {
    onConnection: (connection) => {
      session.handleConnection(connection);
      if (connection.state !== "open") return;
      thumbnails.resume();
      masks.resume();
      regions.resume();
      boardRoom.nearest.resume();
      boardRoom.boardSets.resume();
      room.saved.resume();
      room.opening.resume();
      void room.lastWords.deliver();
    },
    onMessage: (message) => {
      session.handleMessage(message);
      if (message.type === "progress") jobNews.noteProgress(message);
    },
    onFrame: (frame) => scene.receive(frame),
    onMap: (frame) => scene.receiveMap(frame),
    onRenderSent: (_view, revision) => {
      live.frames.noteSent(revision, clock.now());
      factors.noteSent(revision);
    },
  });

  const thumbnails = new Thumbnails(http, clock);

  const editor = new Editor(
    document,
    (picture, quality) => {
      thumbnails.giveWay();
      factors.noteShown(picture, quality === "live");
      socket.show(VIEW, withoutIdleMasks(picture), quality);
    },
    () =>
      live.notice.set({
        kind: "error",
        about: "file",
        code: "too_many_edits",
        sentence: `A picture has at most ${MAX_EDITS} moved sliders.`,
        hint: "Bring another one back to zero first.",
      }),
  );

  const room = createDocumentRoom({
    ...stores,
    client: clients.documents,
    http,
    editor,
    isAtWork: () => timelineDesk.draft.get() !== null || maskDesk.isStroking,
    clock,
    tabStorage,
    storage,
  });

  const factors: Factors = new Factors({
    client: clients.factors,
    document,
    editor,
    walksOf: (model) =>
      (catalog.getState().walks[model]?.walks ?? []).filter(isFactorWalk).map(({ id }) => id),
  });

  const overlaps = new Overlaps({ client: clients.overlaps, document, clock });

  const sounds = new Sounds(clients.audio, document, live);
  const player: Player = new Player(
    editor,
    () => timelineDesk.timeline,
    () => sounds.sound.get(),
    () => playFps(timelineView.getState()),
    clock,
  );
  const timelineDesk: TimelineDesk = new TimelineDesk({ document, editor, live, view: timelineView, player });

  const jobNews = new JobNews(new BrowserNewsDesk(), () => jobsView.getState().wantsNews);
  const jobs = new Jobs(clients.jobs, (job, before) => jobNews.note(job, before));
  const photos: Photos = new Photos({
    images: clients.images,
    pictures: clients.pictures,
    jobs,
    catalog,
    document,
    editor,
    beginning: room.beginning,
    live,
    measure: async (file) => {
      const bitmap = await createImageBitmap(file);
      const { width, height } = bitmap;
      bitmap.close();
      return { width, height };
    },
  });

  const masks: Masks = new Masks(
    { client: clients.images, document, editor, view: maskView, live, desk },
    (mask) => regions.find(mask),
  );
  const regions: Regions = new Regions({
    document,
    inHand: () => editor.picture,
    ask: (question) => socket.findRegion(VIEW, question),
    stop: () => socket.stopRegion(VIEW),
    imageOf: (id) => masks.imageOf(id),
  });

  const boardRoom = createBoardRoom({
    clients,
    clock,
    document,
    view,
    live,
    storage,
    ask: (question) => socket.findNearest(VIEW, question),
  });

  const midiRoom = createMidiRoom({ ...stores, browser: midi, editor, factors, regions, clock });

  const scene: Scene = new Scene({
    live,
    view,
    editor,
    clock,
    masks,
    maskView,
    maskDesk: () => maskDesk,
    onShown: () => {
      session.handleShown();
      player.noteShown();
    },
  });

  const session = new Session({
    openAddress: (fragment, isReload) => room.opening.openAddress(fragment, isReload),
    hearDocument: room.hearDocument,
    handleNearest: (found) => boardRoom.nearest.handle(found),
    jobs,
    regions,
    factors,
    document,
    catalog,
    live,
    editor,
    http,
    discover: (model) => socket.discover(model),
    refuse: () => socket.refuse(),
  });

  const uploads = new Uploads(clients.uploads, clock, () => session.fetchModels());
  let uploadsBefore = uploads.all.get();
  uploads.all.subscribe(() => {
    jobNews.noteUploads(uploads.all.get(), uploadsBefore);
    uploadsBefore = uploads.all.get();
  });

  const shelfContext = { catalog, document, editor, live, desk, beginning: room.beginning };
  const foreignDesk = new ForeignDesk({
    ...shelfContext,
    walks: clients.walks,
    codes: clients.codes,
    images: clients.images,
  });
  const photoInChild = new PhotoInChild({ photos, kin: room.kin, catalog, document, foreignDesk, http });
  const walkDesk = new WalkDesk({ ...shelfContext, client: clients.walks });

  /** All models draw squares; the frame would tell less, for one may be a smaller preview. */
  function pictureSize(): Size<ImagePx> | null {
    const { picture } = document.getState();
    const model = picture && findModel(catalog.getState(), picture.model);
    return model ? sizeOf(model.resolution, model.resolution) : null;
  }

  const maskDesk: MaskDesk = new MaskDesk({
    masks,
    live,
    pictureSize,
    showWhole: () => scene.stage?.showWhole(),
  });
  const maskHand = new MaskHand({
    desk: maskDesk,
    view: maskView,
    live,
    pictureSize,
    labels: () => {
      const map = scene.stage?.map.current;
      return map?.kind === "labels" ? { ...map.size, samples: map.samples } : null;
    },
  });

  const commands = createCommands({
    ...room,
    sheet: stores.sheet,
    jobs,
    jobsView,
    drawer,
    factorView,
    sliderView,
    timelineDesk,
    timelineView,
    player,
    catalog,
    document,
    view,
    live,
    editor,
    http,
    desk,
    foreignDesk,
    photoInChild,
    ...midiRoom,
    address,
    masks,
    maskView,
    maskActs: maskDesk,
    random: (limit) => Math.floor(Math.random() * (limit + 1)),
  });

  new Onion({
    document,
    drawer,
    editor,
    player,
    view: timelineView,
    desk: timelineDesk,
    thumbnails,
    lay: (images) => void scene.layGhosts(images),
  });

  return {
    ...room,
    ...midiRoom,
    ...boardRoom,
    socket,
    session,
    scene,
    thumbnails,
    editor,
    sounds,
    player,
    timelineDesk,
    jobNews,
    jobs,
    masks,
    overlaps,
    regions,
    factors,
    uploads,
    foreignDesk,
    photos,
    photoInChild,
    pictureSets: new PictureSets(clients.pictures),
    walkDesk,
    maskDesk,
    maskHand,
    commands,
  };
}
