/** The document room: what handles saved documents and snapshots, made once and joined. */

import type { Clock } from "../protocol/clock";
import type { DocumentsClient } from "../protocol/documents";
import type { HttpClient } from "../protocol/http";
import { KinClient } from "../protocol/kin";
import type { DocumentRemoved, DocumentSaved } from "../protocol/wire";
import { Beginning } from "./beginning";
import type { CatalogStore } from "./catalog";
import type { DocumentStore } from "./document";
import { DocumentDesk } from "./document_desk";
import type { Editor } from "./editor";
import { Gallery } from "./gallery";
import type { BrowserStorage } from "./kept";
import { KeptHistory } from "./kept_history";
import { Kin } from "./kin";
import { LastWords } from "./last_words";
import type { Live } from "./live";
import { ModelDesk } from "./model_desk";
import { Opening } from "./opening";
import { Saved } from "./saved";
import { Unsent } from "./unsent";

export interface DocumentRoomContext {
  readonly client: DocumentsClient;
  readonly http: HttpClient;
  readonly document: DocumentStore;
  readonly catalog: CatalogStore;
  readonly live: Live;
  readonly editor: Editor;
  /** Whether a hand draws or drags elsewhere than at the editor: on the timeline, in a mask. */
  readonly isAtWork?: () => boolean;
  readonly clock: Clock;
  /** Of this tab alone; it outlives a reload. */
  readonly tabStorage: BrowserStorage;
  /** Of all windows of this browser. */
  readonly storage: BrowserStorage;
}

export type DocumentRoom = ReturnType<typeof createDocumentRoom>;

export function createDocumentRoom(context: DocumentRoomContext) {
  const { client, document, catalog, live, editor } = context;
  const unsent = new Unsent(context.tabStorage);
  const saved: Saved = new Saved({
    ...context,
    isInHand: () => editor.isInHand || (context.isAtWork?.() ?? false),
    onRemoved: ({ id, name }) => documentDesk.tellRemoved(id, name, true),
    onDamaged: ({ name }, salvaged) => documentDesk.tellDamaged(name, salvaged),
    onOwed: (summary, problem) => documentDesk.tellOwed(summary, problem),
    onBroken: (error) => reportError(error),
  });
  const documentDesk = new DocumentDesk({ client, saved, document, catalog, live });
  const beginning = new Beginning({
    saved,
    document,
    live,
    secure: () => documentDesk.secure(),
    open: (id) => documentDesk.open(id),
  });
  const kin = new Kin(new KinClient(context.http), catalog);
  const modelDesk = new ModelDesk({ beginning, document, catalog, live, kin, http: context.http });
  const { moorings } = saved;
  const history = new KeptHistory({ document, moorings, storage: context.tabStorage });
  const opening = new Opening({ ...context, saved, unsent, beginning, history });
  const gallery = new Gallery({ client, saved, documentDesk, document, editor, catalog, live });
  const hearDocument = (message: DocumentSaved | DocumentRemoved) => {
    if (message.type === "document_removed") {
      saved.noteRemoved(message.id);
      documentDesk.hearRemoved(message.id);
    } else {
      saved.hear(message.document);
      documentDesk.hear(message.document);
      void lastWords.hear(message.document);
    }
  };
  const lastWords = new LastWords({ client, saved, document, live, storage: context.storage });
  return {
    history,
    lastWords,
    unsent,
    saved,
    documentDesk,
    beginning,
    kin,
    modelDesk,
    opening,
    gallery,
    hearDocument,
  };
}
