/** The board room: the drawing board's parts, made once and joined. */

import type { Clients } from "./clients";
import type { Clock } from "./protocol/clock";
import { BoardDesk } from "./stage/board_desk";
import { BoardLayer } from "./stage/board_layer";
import { activeOf, createBoardStore, FIRST_WIDTH, networkOf } from "./state/board";
import { BoardFiles } from "./state/board_files";
import { BoardSets } from "./state/board_sets";
import { BoardTraining } from "./state/board_training";
import { type CatalogStore, findModel } from "./state/catalog";
import type { DocumentStore } from "./state/document";
import type { Jobs } from "./state/jobs";
import type { KeyValueStorage } from "./state/kept";
import type { Live } from "./state/live";
import { Nearest, type NearestQuestion } from "./state/nearest";
import type { ViewStore } from "./state/view";

/** Samples shown beside a drawing. */
const SHOWN = 6;

export interface BoardRoomContext {
  readonly clients: Pick<Clients, "images" | "sketches">;
  readonly clock: Clock;
  readonly document: DocumentStore;
  readonly catalog: CatalogStore;
  readonly jobs: Jobs;
  readonly view: ViewStore;
  readonly live: Live;
  readonly storage: KeyValueStorage;
  readonly ask: (question: NearestQuestion) => void;
  readonly stop: () => void;
}

export function createBoardRoom(context: BoardRoomContext) {
  const { clients, clock, document, catalog, jobs, view, live, storage, ask, stop } = context;
  const board = createBoardStore();
  const nearest = new Nearest({ ask, stop });
  const width = () => nearest.found.get()?.width ?? null;
  const boardDesk = new BoardDesk(board, width);
  let drawing: string | null = null;

  /** Asked for while the board is open alone: the device has other things to do. */
  const askNearest = () => {
    const model = document.getState().picture?.model;
    if (!view.getState().isBoardOpen || model === undefined) return;
    const state = board.getState();
    const { kind } = state;
    const pose = kind === "pose" ? activeOf(state).pose : null;
    nearest.ask({
      model,
      kind,
      extractor: networkOf(state),
      drawing: pose ? null : drawing,
      pose,
      count: SHOWN,
    });
  };
  const boardSets = new BoardSets({
    board,
    images: clients.images,
    client: clients.sketches,
    live,
    clock,
    storage,
    model: () => document.getState().picture?.model ?? null,
    onKept: (kept) => {
      drawing = kept;
      askNearest();
    },
  });
  const boardFiles = new BoardFiles({
    board,
    images: clients.images,
    client: clients.sketches,
    width: () => width() ?? FIRST_WIDTH,
  });
  const boardTraining = new BoardTraining({
    board,
    sets: boardSets,
    jobs,
    model: () => findModel(catalog.getState(), document.getState().picture?.model ?? "") ?? null,
    taken: () => {
      const { models, refused } = catalog.getState();
      return [...models, ...refused].map(({ id }) => id);
    },
    renderMs: () => live.frames.read(clock.now()).shown?.renderMs ?? null,
  });
  view.subscribe(({ isBoardOpen }, before) => {
    if (!isBoardOpen && before.isBoardOpen) nearest.stop();
    if (!isBoardOpen || before.isBoardOpen) return;
    askNearest();
    void boardSets.begin();
  });
  document.subscribe(({ picture }, before) => {
    if (picture?.model === before.picture?.model) return;
    askNearest();
    boardTraining.renew();
  });
  board.subscribe(({ kind, network }, before) => {
    if (kind === before.kind && network === before.network) return;
    drawing = null;
    askNearest();
  });

  return {
    board,
    nearest,
    boardDesk,
    boardSets,
    boardFiles,
    boardTraining,
    attachBoard: (canvas: HTMLCanvasElement): BoardLayer => {
      const layer = new BoardLayer(canvas, {
        desk: boardDesk,
        onColors: nearest.found.subscribe,
        onAnimationFrame: (callback) => clock.onAnimationFrame(callback),
        colors: () =>
          board.getState().kind === "labels"
            ? (nearest.found.get()?.parts.map(({ color }) => color) ?? [])
            : [],
      });
      return layer;
    },
  };
}
