/** Clients: the server's routes, one client to a noun. */

import { AudioClient } from "./protocol/audio";
import { CodesClient } from "./protocol/codes";
import { DocumentsClient } from "./protocol/documents";
import { FactorsClient } from "./protocol/factors";
import type { HttpClient } from "./protocol/http";
import { ImagesClient } from "./protocol/images";
import { JobsClient } from "./protocol/jobs";
import { OverlapsClient } from "./protocol/overlaps";
import { PicturesClient } from "./protocol/pictures";
import { SketchesClient } from "./protocol/sketches";
import { UploadsClient } from "./protocol/uploads";
import { WalksClient } from "./protocol/walks";

export type Clients = ReturnType<typeof createClients>;

/** `browser` is the name that jobs are counted under. */
export function createClients(http: HttpClient, browser: string) {
  return {
    http,
    audio: new AudioClient(http),
    codes: new CodesClient(http),
    documents: new DocumentsClient(http),
    factors: new FactorsClient(http),
    images: new ImagesClient(http),
    jobs: new JobsClient(http, browser),
    overlaps: new OverlapsClient(http),
    pictures: new PicturesClient(http),
    sketches: new SketchesClient(http),
    uploads: new UploadsClient(http),
    walks: new WalksClient(http),
  };
}
