/** Images over HTTP: masks and photos, kept by the server under the hash of their pixels. */

import type { HttpClient } from "./http";
import type { ImageSummary } from "./wire";

export class ImagesClient {
  constructor(private readonly http: HttpClient) {}

  /** Keeps a mask; any PNG, JPEG or WebP will do, the server makes it plain. */
  async keepMask(file: Blob): Promise<ImageSummary> {
    const answer = await this.http.ask("/api/images?kind=mask", {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
    return answer.json() as Promise<ImageSummary>;
  }

  /** Keeps a photo. */
  async keepPhoto(file: Blob): Promise<ImageSummary> {
    const answer = await this.http.ask("/api/images?kind=photo", {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
    return answer.json() as Promise<ImageSummary>;
  }

  /** A kept image as PNG. */
  async read(id: string): Promise<Blob> {
    return (await this.http.ask(`/api/images/${encodeURIComponent(id)}`)).blob();
  }
}
