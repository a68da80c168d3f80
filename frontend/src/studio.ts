/** The studio: everything that acts on the stores, made once and joined. */

import { createBoardRoom } from "./board_room";
import type { Clients } from "./clients";
import { createMaskRoom } from "./mask_room";
import { createPhotoRoom } from "./photo_room";
import type { Clock } from "./protocol/clock";
import { SocketClient } from "./protocol/socket";
import { MAX_EDITS, SUBPROTOCOL } from "./protocol/wire";
import { Scene } from "./stage/scene";
import { createCommands } from "./state/commands";
import type { Desk } from "./state/desk";
import { createDocumentRoom } from "./state/document_room";
import { Editor } from "./state/editor";
import { isFactorWalk } from "./state/factor_units";
import { Factors } from "./state/factors";
import { BrowserNewsDesk, JobNews } from "./state/job_news";
import { Jobs } from "./state/jobs";
import type { BrowserStorage } from "./state/kept";
import type { MidiBrowser } from "./state/midi_ports";
import { createMidiRoom } from "./state/midi_room";
import { Onion } from "./state/onion";
import { Overlaps } from "./state/overlaps";
import { withoutIdleMasks } from "./state/picture_masks";
import { PictureSets } from "./state/picture_sets";
import { Player } from "./state/player";
import { Session } from "./state/session";
import { Sounds } from "./state/sounds";
import { Thumbnails } from "./state/thumbnails";
import { TimelineDesk } from "./state/timeline_desk";
import { playFps } from "./state/timeline_view";
import { Uploads } from "./state/uploads";
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
  const timelineDesk: TimelineDesk = new TimelineDesk({
    document,
    editor,
    live,
    view: timelineView,
    player,
    sound: () => sounds.sound.get(),
  });

  const jobNews = new JobNews(new BrowserNewsDesk(), () => jobsView.getState().wantsNews);
  const jobs = new Jobs(clients.jobs, (job, before) => jobNews.note(job, before));
  const photoRoom = createPhotoRoom({ stores, clients, room, editor, jobs, desk });

  const maskRoom = createMaskRoom({
    stores,
    clients,
    editor,
    desk,
    scene: () => scene,
    find: (question) => socket.findRegion(VIEW, question),
    stop: () => socket.stopRegion(VIEW),
  });
  const { masks, regions, maskDesk } = maskRoom;

  const boardRoom = createBoardRoom({
    clients,
    clock,
    document,
    catalog,
    jobs,
    view,
    live,
    storage,
    ask: (question) => socket.findNearest(VIEW, question),
    stop: () => socket.stopNearest(VIEW),
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
    ...photoRoom,
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
    ...maskRoom,
    ...photoRoom,
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
    overlaps,
    factors,
    uploads,
    pictureSets: new PictureSets(clients.pictures),
    commands,
  };
}
