/** The composition root: makes the one of everything, and joins it. */

import "@mantine/core/styles.css";
import "./theme.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Page } from "./panels/Page";
import { AudioClient } from "./protocol/audio";
import { BrowserClock } from "./protocol/clock";
import { CodesClient } from "./protocol/codes";
import { HttpClient } from "./protocol/http";
import { ImagesClient } from "./protocol/images";
import { browserName, JobsClient } from "./protocol/jobs";
import { SocketClient } from "./protocol/socket";
import { UploadsClient } from "./protocol/uploads";
import { WalksClient } from "./protocol/walks";
import { MAX_EDITS, SUBPROTOCOL } from "./protocol/wire";
import { type ImagePx, type Size, sizeOf } from "./stage/geometry";
import { MaskDesk } from "./stage/mask_desk";
import { MaskHand } from "./stage/mask_hand";
import { Scene } from "./stage/scene";
import { keepInAddress } from "./state/address";
import { createCatalogStore, findModel } from "./state/catalog";
import { copyText } from "./state/clipboard";
import { createCommands } from "./state/commands";
import { BrowserDesk } from "./state/desk";
import { createDocumentStore } from "./state/document";
import { createDrawerStore } from "./state/drawer";
import { Editor } from "./state/editor";
import { ForeignDesk } from "./state/foreign_desk";
import { BrowserNewsDesk, JobNews } from "./state/job_news";
import { Jobs } from "./state/jobs";
import { createJobsViewStore } from "./state/jobs_view";
import { listenToKeys } from "./state/keys";
import { Live } from "./state/live";
import { keepLabelsWhileFilling } from "./state/mask_labels";
import { createMaskViewStore } from "./state/mask_view";
import { Masks } from "./state/masks";
import { Onion } from "./state/onion";
import { withoutIdleMasks } from "./state/picture_masks";
import { Player } from "./state/player";
import { Regions } from "./state/regions";
import { Session } from "./state/session";
import { Sounds } from "./state/sounds";
import { BrowserSpeaker, keepSounding } from "./state/speaker";
import { Thumbnails } from "./state/thumbnails";
import { TimelineDesk } from "./state/timeline_desk";
import { createTimelineViewStore, playFps } from "./state/timeline_view";
import { Uploads } from "./state/uploads";
import { createViewStore } from "./state/view";
import { WalkDesk } from "./state/walk_desk";
import { keepWatching } from "./state/watching";

/** The page has one stage so far. */
const VIEW = 0;

const clock = new BrowserClock();
const http = new HttpClient((path, init) => fetch(path, init));
const desk = new BrowserDesk();
const documents = createDocumentStore();
const view = createViewStore(localStorage);
const catalog = createCatalogStore();
const live = new Live();

const socketUrl = new URL("/ws", window.location.href);
socketUrl.protocol = socketUrl.protocol === "https:" ? "wss:" : "ws:";

const socket = new SocketClient(() => new WebSocket(socketUrl, SUBPROTOCOL), clock, {
  onConnection: (connection) => {
    session.handleConnection(connection);
    if (connection.state !== "open") return;
    thumbnails.resume();
    masks.resume();
    regions.resume();
  },
  onMessage: (message) => session.handleMessage(message),
  onFrame: (frame) => scene.receive(frame),
  onMap: (frame) => scene.receiveMap(frame),
  onRenderSent: (_view, revision) => live.frames.noteSent(revision, clock.now()),
});

const thumbnails = new Thumbnails(http, clock);

const editor = new Editor(
  documents,
  (picture, quality) => {
    thumbnails.giveWay();
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

const timelineView = createTimelineViewStore(localStorage);
const sounds = new Sounds(new AudioClient(http), documents, live);
const player: Player = new Player(
  editor,
  () => timelineDesk.timeline,
  () => sounds.sound.get(),
  () => playFps(timelineView.getState()),
  clock,
);
const timelineDesk: TimelineDesk = new TimelineDesk({
  document: documents,
  editor,
  live,
  view: timelineView,
  player,
});

const drawer = createDrawerStore(localStorage);
const jobsView = createJobsViewStore(localStorage);
const jobNews = new JobNews(new BrowserNewsDesk(), () => jobsView.getState().wantsNews);
const jobs = new Jobs(new JobsClient(http, browserName(localStorage)), (job, before) =>
  jobNews.note(job, before),
);
document.addEventListener("visibilitychange", () => document.hidden || jobNews.seen());

const maskView = createMaskViewStore(localStorage);
const masks: Masks = new Masks(
  { client: new ImagesClient(http), document: documents, editor, view: maskView, live, desk },
  (mask) => regions.find(mask),
);
const regions: Regions = new Regions({
  document: documents,
  inHand: () => editor.picture,
  ask: (question) => socket.findRegion(VIEW, question),
  stop: () => socket.stopRegion(VIEW),
  imageOf: (id) => masks.imageOf(id),
});

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
  jobs,
  regions,
  document: documents,
  catalog,
  live,
  editor,
  http,
  discover: (model) => socket.discover(model),
  refuse: () => socket.refuse(),
});

const uploadsClient = new UploadsClient(http);
const uploads = new Uploads(uploadsClient, clock, () => session.fetchModels());

const shelfContext = { catalog, document: documents, editor, live, desk };
const walksClient = new WalksClient(http);
const foreignDesk = new ForeignDesk({
  ...shelfContext,
  walks: walksClient,
  codes: new CodesClient(http),
  images: new ImagesClient(http),
});
const walkDesk = new WalkDesk({ ...shelfContext, client: walksClient });

/** All models draw squares; the frame would tell less, for one may be a smaller preview. */
function pictureSize(): Size<ImagePx> | null {
  const { picture } = documents.getState();
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
keepLabelsWhileFilling(maskView, view);

const commands = createCommands({
  jobs,
  jobsView,
  drawer,
  timelineDesk,
  timelineView,
  player,
  catalog,
  document: documents,
  view,
  live,
  editor,
  http,
  desk,
  foreignDesk,
  address: window.location.origin + window.location.pathname,
  masks,
  maskView,
  maskActs: maskDesk,
  random: (limit) => Math.floor(Math.random() * (limit + 1)),
});

new Onion({
  document: documents,
  drawer,
  editor,
  player,
  view: timelineView,
  desk: timelineDesk,
  thumbnails,
  lay: (images) => void scene.layGhosts(images),
});
keepSounding(player, sounds, documents, new BrowserSpeaker(), () => clock.now());
listenToKeys(window, commands);
keepWatching({
  view,
  document: documents,
  live,
  watch: (watching) => socket.watch(VIEW, watching),
  showFinal: () => editor.showFinal(),
  clearMap: () => scene.clearMap(),
});
keepInAddress(
  documents,
  (fragment) => window.history.replaceState(null, "", fragment),
  ({ code, sentence, hint }) => live.notice.set({ kind: "error", about: "link", code, sentence, hint }),
);
window.addEventListener("hashchange", () => void session.openLink(window.location.hash));
window.addEventListener("online", () => socket.retryNow());

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Page
      app={{
        document: documents,
        view,
        catalog,
        live,
        editor,
        thumbnails,
        commands,
        jobs,
        jobsView,
        drawer,
        timelineDesk,
        timelineView,
        player,
        sounds,
        jobNews,
        uploads,
        foreignDesk,
        removeModel: (model) => session.removeModel(() => uploadsClient.removeModel(model)),
        walkDesk,
        masks,
        maskView,
        regions,
        maskDesk,
        maskHand,
        isMac: navigator.platform.startsWith("Mac"),
        attachStage: scene.attachStage,
        attachMasks: scene.attachMasks,
        searchAgain: (model) => session.searchAgain(model),
        copyText: (text, sentence) => copyText(desk, live, text, sentence),
        fetchWalks: (model) => session.fetchWalks(model),
        retryConnection: () => socket.retryNow(),
        reload: () => desk.reload(),
        saveFile: (blob, name) => desk.save(blob, name),
        now: () => clock.now(),
      }}
    />
  </StrictMode>,
);

socket.connect();
void session.start(window.location.hash);
session.attend(uploads.refresh());
