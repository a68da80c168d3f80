/** The composition root: makes the one of everything, joins it to the window, and puts the page into it. */

import "@mantine/core/styles.css";
import "./theme.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createClients } from "./clients";
import { Page } from "./panels/Page";
import { addressOf } from "./protocol/address";
import { BrowserClock } from "./protocol/clock";
import { HttpClient } from "./protocol/http";
import { browserName } from "./protocol/jobs";
import { copyText } from "./state/clipboard";
import { BrowserDesk } from "./state/desk";
import { keepSafely } from "./state/kept";
import { RealMidiBrowser } from "./state/midi_ports";
import { createStores } from "./stores";
import { createStudio } from "./studio";
import { joinWindow } from "./window";

const socketUrl = new URL(addressOf("/ws"), window.location.href);
socketUrl.protocol = socketUrl.protocol === "https:" ? "wss:" : "ws:";

const clock = new BrowserClock();
const desk = new BrowserDesk();
/** Documents are kept in the address and on the server: what a browser will not keep is how its window stood. */
const tellRefused = () =>
  stores.live.notice.set({
    kind: "error",
    about: "file",
    code: "browser_storage",
    sentence: "This browser keeps nothing more for Wend: its storage is full, or forbidden for this site.",
    hint: "Your picture is safe in the address, and saved documents on the server; panels will not stand as you left them.",
  });
const storage = keepSafely(() => localStorage, tellRefused);
const tabStorage = keepSafely(() => sessionStorage, tellRefused);
const stores = createStores(storage);
const clients = createClients(
  new HttpClient((path, init) => fetch(addressOf(path), init)),
  browserName(storage),
);
const studio = createStudio({
  stores,
  clients,
  clock,
  desk,
  midi: new RealMidiBrowser(),
  tabStorage,
  storage,
  socketUrl,
  address: window.location.origin + window.location.pathname,
});
joinWindow(stores, studio, clock);

const { session, scene, socket, uploads } = studio;
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Page
      app={{
        ...stores,
        ...studio,
        removeModel: (model) => session.removeModel(() => clients.uploads.removeModel(model)),
        isMac: navigator.platform.startsWith("Mac"),
        attachStage: scene.attachStage,
        attachMasks: scene.attachMasks,
        searchAgain: (model) => session.searchAgain(model),
        copyText: (text, sentence) => copyText(desk, stores.live, text, sentence),
        fetchWalks: (model) => session.fetchWalks(model),
        retryConnection: () => socket.retryNow(),
        reload: () => desk.reload(),
        saveFile: (blob, name) => desk.save(blob, name),
        keepPhoto: (file, signal) => clients.images.keepPhoto(file, signal),
        now: () => clock.now(),
      }}
    />
  </StrictMode>,
);

socket.connect();
const isReload = performance
  .getEntriesByType("navigation")
  .some((entry) => entry instanceof PerformanceNavigationTiming && entry.type === "reload");
void session.start(window.location.hash, isReload);
session.attend(uploads.refresh());
