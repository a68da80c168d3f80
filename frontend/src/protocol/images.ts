/** Images over HTTP: masks and photos, kept by the server under the hash of their pixels. */

import type { HttpClient } from "./http";
import type { ImageSummary } from "./wire";

export class ImagesClient {
  constructor(private readonly http: HttpClient) {}

  /** Keeps a mask; any PNG, JPEG or WebP will do, the server makes it plain. */
  keepMask(file: Blob): Promise<ImageSummary> {
    return this.http.json("/api/images?kind=mask", {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
  }

  /** Keeps a photo. */
  keepPhoto(file: Blob, signal?: AbortSignal): Promise<ImageSummary> {
    return this.http.json("/api/images?kind=photo", {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
      ...(signal && { signal }),
    });
  }

  /** Keeps a drawing: one of people's own is cleaned to lines; `drawn` ones are kept as they are. */
  keepSketch(file: Blob, how: "clean" | "surely" | "drawn"): Promise<ImageSummary> {
    const more = how === "clean" ? "" : `&${how}=true`;
    return this.http.json(`/api/images?kind=sketch${more}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
  }

  /** Keeps a painted label map: a grey PNG of label numbers. */
  keepLabels(file: Blob): Promise<ImageSummary> {
    return this.http.json("/api/images?kind=labels", {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
  }

  /** A kept image as PNG. */
  read(id: string): Promise<Blob> {
    return this.http.blob(`/api/images/${encodeURIComponent(id)}`);
  }
}
