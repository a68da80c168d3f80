/** Pictures over HTTP: sets of real pictures, and where a photo is placed like a model's own. */

import type { HttpClient } from "./http";
import type { PhotoPlace, PictureSetList, PictureSetSummary } from "./wire";

const BYTES = { "Content-Type": "application/octet-stream" };

export class PicturesClient {
  constructor(private readonly http: HttpClient) {}

  sets(): Promise<PictureSetList> {
    return this.http.json("/api/pictures");
  }

  /** A new set: empty, or the pictures of a zip. Its name may be another one than was asked for. */
  open(name: string, zip?: Blob, signal?: AbortSignal): Promise<PictureSetSummary> {
    const init: RequestInit = {
      method: "POST",
      ...(zip && { headers: BYTES, body: zip }),
      ...(signal && { signal }),
    };
    return this.http.json(`/api/pictures?name=${encodeURIComponent(name)}`, init);
  }

  async add(set: string, file: File): Promise<void> {
    const path = `/api/pictures/${encodeURIComponent(set)}?file=${encodeURIComponent(file.name)}`;
    await this.http.ask(path, { method: "POST", headers: BYTES, body: file });
  }

  async remove(set: string): Promise<void> {
    await this.http.ask(`/api/pictures/${encodeURIComponent(set)}`, { method: "DELETE" });
  }

  /** Where a kept photo is placed like a model's own pictures. */
  place(photo: string, model: string): Promise<PhotoPlace> {
    const path = `/api/images/${encodeURIComponent(photo)}/place?model=${encodeURIComponent(model)}`;
    return this.http.json(path, { method: "POST" });
  }
}
